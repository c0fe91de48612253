#include "edge/delivery/slack/workspace.h"

#include <algorithm>

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

// Empty: that was all.
std::string next_cursor(const json::Value& answer) {
  const json::Value* metadata = answer.find("response_metadata");
  return metadata != nullptr ? text_of(*metadata, "next_cursor") : std::string();
}

void add_members(store::SlackMembers& members, const json::Array& users) {
  for (const json::Value& user : users) {
    if (user.is_string()) members.push_back(json::clean_text(user.as_string()));
  }
  std::ranges::sort(members);
}

// The channels that routes post to.
std::set<std::string> channels_of_routes(const engine::Configuration& configuration) {
  std::set<std::string> channels;
  for (const auto& [id, configured] : configuration.by_id) {
    for (const Route& route : configured->routes) {
      if (route.slack_enabled && route.slack_channel_id) channels.insert(*route.slack_channel_id);
    }
  }
  return channels;
}

}  // namespace

void SlackWorkspaceReader::run(http::Outbound& outbound) {
  if (settings_.token.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (looking_) return;
    const Instant now = clock_.now();
    if (due_ && now < *due_) {
      if (looked_at_ && now < *looked_at_ + kLookAgain) return;
      if (std::ranges::includes(looked_into_, channels_of_routes(*engine_.configuration()))) return;
    }
    looking_ = true;
    looked_at_ = now;
  }
  ask(outbound, "auth.test", [this, &outbound](const json::Value& answer) {
    const auto found = std::make_shared<store::SlackWorkspace>();
    found->team = {text_of(answer, "team_id"), text_of(answer, "url")};
    read_channels(outbound, found, {});
  });
}

void SlackWorkspaceReader::ask(http::Outbound& outbound, const std::string& method, Next next,
                               Refused refused) {
  http::OutboundRequest request{
      .url = settings_.api_url + (settings_.api_url.ends_with('/') ? "" : "/") + method,
      .addresses = http::AddressRule::SetByOperator,
      .total_timeout = kTimeout,
      .max_response_bytes = kLargestAnswer};
  request.headers.add("Authorization", "Bearer " + settings_.token);
  outbound.send(std::move(request), [this, method, next = std::move(next),
                                     refused = std::move(refused)](const http::Outcome& outcome) {
    const auto* response = std::get_if<http::OutboundResponse>(&outcome);
    if (response == nullptr) return failed(method, std::get<http::OutboundError>(outcome).message);
    const auto answer = json::read(response->body);
    const json::Value* ok = answer ? answer->find("ok") : nullptr;
    if (response->status == 200 && ok != nullptr && ok->is_bool() && ok->as_bool()) return next(*answer);
    const std::string reason = answer ? text_of(*answer, "error") : std::string();
    if (response->status == 200 && refused) return refused(reason);
    failed(method, reason.empty() ? "status " + std::to_string(response->status) : reason);
  });
}

void SlackWorkspaceReader::read_channels(http::Outbound& outbound, const Found& found,
                                         const std::string& cursor) {
  const std::string method =
      std::string(kChannels) + (cursor.empty() ? "" : "&cursor=" + http::percent_encode(cursor));
  ask(outbound, method, [this, &outbound, found](const json::Value& answer) {
    for (const json::Value& channel : list_of(answer, "channels"))
      found->channels.push_back({text_of(channel, "id"), text_of(channel, "name"), {}});
    const std::string more = next_cursor(answer);
    if (!more.empty()) return read_channels(outbound, found, more);
    read_user_groups(outbound, found);
  });
}

void SlackWorkspaceReader::read_user_groups(http::Outbound& outbound, const Found& found) {
  ask(outbound, "usergroups.list?include_users=true", [this, &outbound, found](const json::Value& answer) {
    for (const json::Value& group : list_of(answer, "usergroups")) {
      store::SlackUserGroup read{
          {}, text_of(group, "id"), text_of(group, "name"), text_of(group, "handle"), store::SlackMembers{}};
      add_members(*read.members, list_of(group, "users"));
      found->user_groups.push_back(std::move(read));
    }
    const auto channels = channels_of_routes(*engine_.configuration());
    {
      const std::lock_guard lock(mutex_);
      looked_into_ = channels;
    }
    read_members(outbound, found, {channels.begin(), channels.end()}, {});
  });
}

// A channel that the app is not in cannot be looked into; the others can.
void SlackWorkspaceReader::read_members(http::Outbound& outbound, const Found& found,
                                        std::vector<std::string> left, const std::string& cursor) {
  if (left.empty()) return keep(found);
  const auto channel = std::ranges::find(found->channels, left.back(), &store::SlackChannel::slack_id);
  const auto go_on = [this, &outbound, found, left] {
    read_members(outbound, found, {left.begin(), left.end() - 1}, {});
  };
  if (channel == found->channels.end()) return go_on();
  const std::string method = "conversations.members?limit=1000&channel=" + http::percent_encode(left.back()) +
                             (cursor.empty() ? "" : "&cursor=" + http::percent_encode(cursor));
  const auto at = static_cast<std::size_t>(channel - found->channels.begin());
  ask(
      outbound, method,
      [this, &outbound, found, left, at, go_on](const json::Value& answer) {
        std::optional<store::SlackMembers>& members = found->channels[at].members;
        if (!members) members.emplace();
        add_members(*members, list_of(answer, "members"));
        const std::string more = next_cursor(answer);
        if (more.empty()) return go_on();
        read_members(outbound, found, left, more);
      },
      [this, found, at, go_on](const std::string& reason) {
        store::SlackChannel& unread = found->channels[at];
        unread.members.reset();  // half of them would pass for all
        log_.warning("the members of a Slack channel could not be read",
                     {{"channel", unread.name}, {"error", reason}});
        go_on();
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
