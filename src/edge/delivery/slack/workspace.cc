#include "edge/delivery/slack/workspace.h"

#include "edge/http/message.h"
#include "language/json/member.h"
#include "language/json/read.h"
#include "language/json/utf8.h"

namespace tocsin::delivery {
namespace {

constexpr std::size_t kLargestAnswer = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds kTimeout{30'000};
constexpr std::string_view kChannels =
    "conversations.list?types=public_channel,private_channel&exclude_archived=true&limit=1000";

std::string text_of(const json::Value& object, std::string_view key) {
  return json::clean_text(json::text_member(object, key));
}

const json::Array& list_of(const json::Value& object, std::string_view key) {
  static const json::Array kNone;
  const json::Value* value = object.find(key);
  return value != nullptr && value->is_array() ? value->as_array() : kNone;
}

}  // namespace

void SlackWorkspaceReader::run(http::Outbound& outbound) {
  if (settings_.token.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (looking_ || (due_ && clock_.now() < *due_)) return;
    looking_ = true;
  }
  ask(outbound, "auth.test", [this, &outbound](const json::Value& answer) {
    const auto found = std::make_shared<store::SlackWorkspace>();
    found->team = {text_of(answer, "team_id"), text_of(answer, "url")};
    read_channels(outbound, found, {});
  });
}

void SlackWorkspaceReader::ask(http::Outbound& outbound, const std::string& method, Next next) {
  http::OutboundRequest request{
      .url = settings_.api_url + (settings_.api_url.ends_with('/') ? "" : "/") + method,
      .addresses = http::AddressRule::SetByOperator,
      .total_timeout = kTimeout,
      .max_response_bytes = kLargestAnswer};
  request.headers.add("Authorization", "Bearer " + settings_.token);
  outbound.send(std::move(request), [this, method, next = std::move(next)](const http::Outcome& outcome) {
    const auto* response = std::get_if<http::OutboundResponse>(&outcome);
    if (response == nullptr) return failed(method, std::get<http::OutboundError>(outcome).message);
    const auto answer = json::read(response->body);
    const json::Value* ok = answer ? answer->find("ok") : nullptr;
    if (response->status == 200 && ok != nullptr && ok->is_bool() && ok->as_bool()) return next(*answer);
    const std::string reason = answer ? text_of(*answer, "error") : std::string();
    failed(method, reason.empty() ? "status " + std::to_string(response->status) : reason);
  });
}

void SlackWorkspaceReader::read_channels(http::Outbound& outbound, const Found& found,
                                         const std::string& cursor) {
  const std::string method =
      std::string(kChannels) + (cursor.empty() ? "" : "&cursor=" + http::percent_encode(cursor));
  ask(outbound, method, [this, &outbound, found](const json::Value& answer) {
    for (const json::Value& channel : list_of(answer, "channels"))
      found->channels.push_back({text_of(channel, "id"), text_of(channel, "name")});
    const json::Value* metadata = answer.find("response_metadata");
    const std::string more = metadata != nullptr ? text_of(*metadata, "next_cursor") : std::string();
    if (!more.empty()) return read_channels(outbound, found, more);
    read_user_groups(outbound, found);
  });
}

void SlackWorkspaceReader::read_user_groups(http::Outbound& outbound, const Found& found) {
  ask(outbound, "usergroups.list", [this, found](const json::Value& answer) {
    for (const json::Value& group : list_of(answer, "usergroups")) {
      found->user_groups.push_back(
          {{}, text_of(group, "id"), text_of(group, "name"), text_of(group, "handle")});
    }
    keep(found);
  });
}

void SlackWorkspaceReader::keep(const Found& found) {
  engine::Change change;
  change.name = "store the Slack workspace";
  change.apply = [found](engine::Batch& batch) {
    store::put_slack_workspace(batch.db, *found, batch.ids, batch.now());
    return true;
  };
  change.done = [this](engine::Outcome) { again_in(kLookEvery); };
  if (!engine_.submit(std::move(change))) again_in(kLookAgain);  // a full queue
}

void SlackWorkspaceReader::failed(const std::string& method, const std::string& reason) {
  log_.warning("the Slack workspace could not be read",
               {{"method", method.substr(0, method.find('?'))}, {"error", reason}});
  again_in(kLookAgain);
}

void SlackWorkspaceReader::again_in(std::chrono::minutes pause) {
  const std::lock_guard lock(mutex_);
  looking_ = false;
  due_ = clock_.now() + pause;
}

}  // namespace tocsin::delivery
