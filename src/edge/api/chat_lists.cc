#include "edge/api/chat_lists.h"

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

// No Slack workspace is connected: there are none.
Result<http::Response> list_none(const Call& call, store::Connection&) {
  return page_response(call.services.settings.base_url, call.request,
                       read_paging(call.request.query, kPageSize), 0, "[]");
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
                         .operations = {{"GET", "List user groups", Permission::ChatopsRead, Read(list_none),
                                         200, Answers::Page}},
                         .parameters = {{"slack_handle", "Exact handle."}}}}};
}

Resource slack_channels_resource() {
  return {.name = "slack_channels",
          .title = "SlackChannel",
          .about = "Channels of a connected Slack workspace.",
          .fields = kChannelFields,
          .endpoints = {{.path = "/slack_channels/",
                         .operations = {{"GET", "List channels that are not archived",
                                         Permission::ChatopsRead, Read(list_none), 200, Answers::Page}},
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
