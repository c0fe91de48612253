#include "edge/api/chat_lists.h"

#include "language/json/object_text.h"
#include "store/slack_workspace.h"

namespace tocsin::api {
namespace {

using access::Permission;
using Answers = Operation::Answers;

constexpr std::int64_t kPageSize = 50;

constexpr Field kGroupFields[] = {
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "G and 12 signs."},
    {.name = "type", .access = FieldAccess::ReadOnly, .about = "slack_based."},
    {.name = "slack",
     .type = FieldType::Object,
     .access = FieldAccess::ReadOnly,
     .about = "{id, name, handle}"},
};
constexpr Field kChannelFields[] = {
    {.name = "name", .access = FieldAccess::ReadOnly},
    {.name = "slack_id", .access = FieldAccess::ReadOnly},
};
constexpr Field kInfoFields[] = {
    {.name = "url", .access = FieldAccess::ReadOnly, .about = "Where this installation is reached."},
};

template <class Item, class Write>
std::string join(const std::vector<Item>& items, Write write) {
  std::string out = "[";
  for (const Item& item : items) {
    if (out.size() > 1) out += ',';
    out += write(item);
  }
  return out + "]";
}

// Both lists are empty while no workspace is connected.
Result<http::Response> list_channels(const Call& call, store::Connection& db) {
  const auto name = call.query("channel_name");
  const std::int64_t count = store::count_slack_channels(db, name);
  const Paging paging = clamp(read_paging(call.request.query, kPageSize), count);
  const auto channels =
      store::list_slack_channels(db, name, paging.per_page, (paging.page - 1) * paging.per_page);
  return page_response(call.services.settings.base_url, call.request, paging, count,
                       join(channels, [](const store::SlackChannel& channel) {
                         json::ObjectText out;
                         return out.set("name", channel.name).set("slack_id", channel.slack_id).text();
                       }));
}

Result<http::Response> list_user_groups(const Call& call, store::Connection& db) {
  const auto handle = call.query("slack_handle");
  const std::int64_t count = store::count_slack_user_groups(db, handle);
  const Paging paging = clamp(read_paging(call.request.query, kPageSize), count);
  const auto groups =
      store::list_slack_user_groups(db, handle, paging.per_page, (paging.page - 1) * paging.per_page);
  return page_response(call.services.settings.base_url, call.request, paging, count,
                       join(groups, [](const store::SlackUserGroup& group) {
                         json::ObjectText slack, out;
                         slack.set("id", group.slack_id).set("name", group.name).set("handle", group.handle);
                         return out.set("id", group.id.str())
                             .set("type", "slack_based")
                             .set_json("slack", slack.text())
                             .text();
                       }));
}

Result<http::Response> read_info(const Call& call, store::Connection&) {
  return ok(json::Value(json::Object{{"url", json::Value(call.services.settings.base_url)}}));
}

}  // namespace

Resource user_groups_resource() {
  return {.name = "user_groups",
          .title = "UserGroup",
          .about = "Groups of a connected Slack workspace.",
          .fields = kGroupFields,
          .endpoints = {{.path = "/user_groups/",
                         .operations = {{"GET", "List user groups", Permission::ChatopsRead,
                                         Read(list_user_groups), 200, Answers::Page}},
                         .parameters = {{"slack_handle", "Exact handle."}}}}};
}

Resource slack_channels_resource() {
  return {.name = "slack_channels",
          .title = "SlackChannel",
          .about = "Channels of a connected Slack workspace.",
          .fields = kChannelFields,
          .endpoints = {{.path = "/slack_channels/",
                         .operations = {{"GET", "List channels that are not archived",
                                         Permission::ChatopsRead, Read(list_channels), 200, Answers::Page}},
                         .parameters = {{"channel_name", "Exact name, without #."}}}}};
}

Resource info_resource() {
  return {.name = "info",
          .title = "Info",
          .about = "Where this installation is reached.",
          .fields = kInfoFields,
          .endpoints = {{.path = "/info/",
                         .operations = {{.method = "GET",
                                         .summary = "Get the address",
                                         .permission = Permission::OtherSettingsRead,
                                         .run = Read(read_info),
                                         .service_accounts = false,
                                         .bucket = Bucket{"info", {100, std::chrono::seconds{60}}}}}}}};
}

}  // namespace tocsin::api
