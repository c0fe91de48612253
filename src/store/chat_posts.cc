#include "store/chat_posts.h"

namespace tocsin::store {

std::optional<ChatPost> find_chat_post(Connection& db, const AlertGroupId& group, std::string_view provider) {
  const Rows rows = db.query(
      "SELECT channel, message_id FROM chat_posts WHERE group_id = $1 AND provider = $2", {group, provider});
  if (rows.empty()) return std::nullopt;
  return ChatPost{rows[0].string(0), rows[0].string(1)};
}

void insert_chat_post(Connection& db, const AlertGroupId& group, std::string_view provider,
                      const ChatPost& post, Instant now) {
  db.execute_later(
      "INSERT INTO chat_posts (group_id, provider, channel, message_id, created_at) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
      {group, provider, post.channel, post.message_id, now});
}

}  // namespace tocsin::store
