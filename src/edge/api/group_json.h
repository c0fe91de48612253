// An alert group and an alert as the API answers them; shared by lists, actions, paging and webhooks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/chat_posts.h"
#include "store/group_lists.h"
#include "store/slack_workspace.h"

namespace tocsin::api {

// What the permalinks of some groups are made of.
struct GroupLinks {
  std::string_view base_url;
  std::optional<store::SlackTeam> slack = std::nullopt;  // with the posts, only while one is connected
  std::map<AlertGroupId, store::ChatPost> posts = {};
};
GroupLinks links_of(store::Connection& db, const std::vector<store::ListedGroup>& groups,
                    std::string_view base_url);

// Appends JSON text: payloads are stored as text and go out without being parsed.
void append_group(std::string& out, const store::ListedGroup& listed, const GroupLinks& links);
void append_alert(std::string& out, const store::ListedAlert& alert);

// JSON text without the white space between its tokens; strings and numbers as they are.
std::string minify(std::string_view json_text);

}  // namespace tocsin::api
