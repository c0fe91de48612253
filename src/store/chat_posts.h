// Which post stands for an alert group in a chat channel. One per group and provider: the first one stays.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/model/ids.h"
#include "store/connection.h"

namespace tocsin::store {

struct ChatPost {
  std::string channel;
  std::string message_id;
};

std::optional<ChatPost> find_chat_post(Connection& db, const AlertGroupId& group, std::string_view provider);
void insert_chat_post(Connection& db, const AlertGroupId& group, std::string_view provider,
                      const ChatPost& post, Instant now);

}  // namespace tocsin::store
