#include "store/chat_posts.h"

#include "store/where.h"

namespace tocsin::store {

std::optional<ChatPost> find_chat_post(Connection& db, const AlertGroupId& group, std::string_view provider) {
  const Rows rows = db.query(
      "SELECT channel, message_id FROM chat_posts WHERE group_id = $1 AND provider = $2", {group, provider});
  if (rows.empty()) return std::nullopt;
  return ChatPost{rows[0].string(0), rows[0].string(1)};
}

std::map<AlertGroupId, ChatPost> chat_posts_of(Connection& db, const std::vector<AlertGroupId>& groups,
                                               std::string_view provider) {
  std::map<AlertGroupId, ChatPost> posts;
  if (groups.empty()) return posts;
  Where where;
  where.add("provider = ?", provider);
  std::string ids;
  for (const AlertGroupId& group : groups) ids += (ids.empty() ? "" : ", ") + where.next(group);
  where.add("group_id IN (" + ids + ")");
  for (const Row row :
       db.query("SELECT group_id, channel, message_id FROM chat_posts" + where.text(), where.params())) {
    posts.emplace(row.id<AlertGroupId>(0), ChatPost{row.string(1), row.string(2)});
  }
  return posts;
}

void insert_chat_post(Connection& db, const AlertGroupId& group, std::string_view provider,
                      const ChatPost& post, Instant now) {
  db.execute_later(
      "INSERT INTO chat_posts (group_id, provider, channel, message_id, created_at) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
      {group, provider, post.channel, post.message_id, now});
}

}  // namespace tocsin::store
