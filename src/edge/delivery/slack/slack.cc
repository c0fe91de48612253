#include "edge/delivery/slack/slack.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/text.h"
#include "domain/model/outgoing.h"
#include "edge/delivery/report.h"
#include "language/json/read.h"
#include "language/json/utf8.h"
#include "language/json/write.h"
#include "store/chat_posts.h"
#include "store/people.h"
#include "store/slack_workspace.h"

namespace tocsin::delivery {
namespace {

constexpr std::size_t kTextLimit = 2800;
constexpr std::string_view kTrimmed = "... Message has been trimmed. Check the whole content in Web";
constexpr std::chrono::seconds kPostMissingPause{10};
constexpr std::string_view kMetadataType = "tocsin_alert_group";
constexpr std::chrono::seconds kHistoryMargin{60};  // Slack's clock against ours

std::string cut(const std::string& text, std::string_view end) {
  if (json::count_code_points(text) <= kTextLimit) return text;
  return std::string(json::first_code_points(text, kTextLimit)) + std::string(end);
}

std::string colour_of(const AlertGroup& group) {
  switch (state_of(group)) {
    case GroupState::New:
      return "#a30200";
    case GroupState::Silenced:
      return "#dddddd";
    case GroupState::Acknowledged:
      return "#daa038";
    case GroupState::Resolved:
      return "#2eb886";
  }
  return "#a30200";
}

std::string who(AnsweredBy by, const std::optional<User>& user) {
  if (by == AnsweredBy::User && user) return "by " + user->username;
  if (by == AnsweredBy::Source) return "by alert source";
  if (by == AnsweredBy::Wiped) return "by wipe";
  if (by == AnsweredBy::MaintenanceEnd) return "by stop maintenance";
  return "automatically";
}

// What stands under the message: who answered, in the colour of the state.
std::string state_line(store::Connection& db, const AlertGroup& group) {
  const auto name = [&](const std::optional<UserId>& id) {
    return id ? store::find_user(db, *id) : std::optional<User>();
  };
  switch (state_of(group)) {
    case GroupState::Resolved:
      return "Resolved " + who(group.resolved_by, name(group.resolved_by_user));
    case GroupState::Acknowledged:
      return "Acknowledged " + who(group.acknowledged_by, name(group.acknowledged_by_user));
    case GroupState::Silenced:
      return "Silenced";
    case GroupState::New:
      return "Firing";
  }
  return "";
}

json::Object post_body(store::Connection& db, const GroupView& view, Instant now) {
  templating::Appearance look{.title = view.group().title};
  if (view.type != nullptr) {
    static const json::Value kNoPayload;
    look = templating::render_appearance(
        view.integration, *view.type, integration::Channel::Slack,
        {view.last_payload ? *view.last_payload : kNoPayload, view.web_link, view.group().number}, now);
  }
  const std::string title = cut(look.title.value_or("Alert"), "…");
  json::Array blocks{slack_section(title)};
  if (look.message) blocks.push_back(slack_section(cut(*look.message, kTrimmed)));
  if (view.listed.alerts_count > 1) {
    const std::string text = ":package: Showing the last alert only out of " +
                             std::to_string(view.listed.alerts_count) + " total. Visit <" + view.web_link +
                             "|the plugin page> to see them all.";
    blocks.push_back(json::Object{{"type", json::Value("context")},
                                  {"elements", json::Array{json::Object{{"type", json::Value("mrkdwn")},
                                                                        {"text", json::Value(text)}}}}});
  }
  const std::string state = state_line(db, view.group());
  return json::Object{
      {"text", json::Value(title)},
      {"blocks", json::Value(std::move(blocks))},
      {"attachments", json::Array{json::Object{{"color", json::Value(colour_of(view.group()))},
                                               {"fallback", json::Value(state)},
                                               {"blocks", json::Array{slack_section(state)}}}}}};
}

// The same for every attempt to post a group, whichever row makes it: a UUID (version 8) of the group's id.
std::string post_key(const AlertGroupId& group) {
  std::string bytes = digest(Digest::Sha256, group.str()).substr(0, 16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x80);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  std::string uuid = to_hex(bytes);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) uuid.insert(at, 1, '-');
  return uuid;
}

// What the channel has got since the group began. Reading methods take no JSON.
http::OutboundRequest history_request(const SlackSettings& settings, const std::string& channel,
                                      Instant since) {
  const auto oldest =
      std::chrono::floor<std::chrono::seconds>(since - kHistoryMargin).time_since_epoch().count();
  http::OutboundRequest request = slack_request(settings, "conversations.history", {});
  request.method = "GET";
  request.url += "?limit=999&include_all_metadata=true&oldest=" + std::to_string(oldest) +
                 "&channel=" + http::percent_encode(channel);
  request.body.clear();
  return request;
}

// Whether an attempt before this one may have posted the group without our knowing.
bool may_be_posted(store::Connection& db, const AlertGroupId& group, const std::string& row) {
  for (const store::OutboxEntry& entry : store::outbox_of_group(db, group)) {
    if (entry.row.kind != "publish_alert" && entry.row.kind != "update_chat_posts") continue;
    const std::int64_t made = entry.row.attempts - (entry.row.id == row ? 1 : 0);
    const json::Value* refused = entry.outcome ? entry.outcome->find(kRefusedAttempt) : nullptr;
    if (made > 0 && (refused == nullptr || *refused != json::Value(made))) return true;
  }
  return false;
}

// The ts of the group's post, if the history has it.
std::optional<std::string> find_post(const http::Outcome& outcome, const AlertGroupId& group) {
  const auto* response = std::get_if<http::OutboundResponse>(&outcome);
  const auto body = response != nullptr ? json::read(response->body) : Result<json::Value>(json::Value());
  const json::Value* messages = body ? body->find("messages") : nullptr;
  if (messages == nullptr || !messages->is_array()) return std::nullopt;
  for (const json::Value& message : messages->as_array()) {
    const json::Value* metadata = message.find("metadata");
    const json::Value* payload = metadata != nullptr ? metadata->find("event_payload") : nullptr;
    const json::Value* id = payload != nullptr ? payload->find("id") : nullptr;
    const json::Value* ts = message.find("ts");
    if (id != nullptr && ts != nullptr && ts->is_string() && *id == json::Value(group.str()))
      return ts->as_string();
  }
  return std::nullopt;
}

}  // namespace

bool SlackCourier::carries(const store::OutboxRow& row) const {
  constexpr std::array kCarried = {"publish_alert", "update_chat_posts", "acknowledge_reminder",
                                   "mention_in_thread"};
  return std::ranges::find(kCarried, row.kind) != kCarried.end();
}

Job SlackCourier::prepare(store::Connection& db, const store::OutboxRow& row, Instant now) {
  if (!row.group) return Drop{"no alert group"};
  const auto view = view_group(db, *engine_.configuration(), *row.group, settings_.base_url);
  if (!view) return Drop{"the alert group was deleted"};
  const bool is_post = row.kind == "publish_alert" || row.kind == "update_chat_posts";
  return is_post ? prepare_post(db, row, *view, now) : prepare_reply(db, row, *view, now);
}

Job SlackCourier::prepare_post(store::Connection& db, const store::OutboxRow& row, const GroupView& view,
                               Instant now) {
  json::Object body = post_body(db, view, now);
  if (const auto post = store::find_chat_post(db, view.group().id, "slack")) {
    body.set("channel", post->channel);
    body.set("ts", post->message_id);
    return slack_send(outbound_, settings_, "chat.update", std::move(body), {});
  }
  if (!view.route || !view.route->slack_enabled || !view.route->slack_channel_id)
    return Drop{"the route posts nowhere"};
  const std::string channel = *view.route->slack_channel_id;
  body.set("channel", channel);
  body.set("client_msg_id", post_key(view.group().id));
  body.set("metadata",
           json::Object{{"event_type", json::Value(kMetadataType)},
                        {"event_payload", json::Object{{"id", json::Value(view.group().id.str())}}}});
  Send send = slack_send(
      outbound_, settings_, "chat.postMessage", std::move(body),
      [group = view.group().id, channel](engine::Batch& batch, const Outcome& outcome, Attempt) {
        const auto* delivered = std::get_if<Delivered>(&outcome);
        if (delivered == nullptr || delivered->receipt.empty()) return;
        store::insert_chat_post(batch.db, group, "slack", {channel, delivered->receipt}, batch.now());
      });
  if (!may_be_posted(db, view.group().id, row.id)) return send;
  send.start = [this, history = history_request(settings_, channel, view.group().started_at),
                group = view.group().id, post = std::move(send.start)](Done done) {
    outbound_.send(history, [group, post, done = std::move(done)](const http::Outcome& outcome) {
      if (auto ts = find_post(outcome, group)) return done(Delivered{*std::move(ts)});
      post(done);
    });
  };
  return send;
}

// Looked for until the group's day is over (docs/spec/channels.md, section 2.4).
Job SlackCourier::prepare_reply(store::Connection& db, const store::OutboxRow& row, const GroupView& view,
                                Instant now) {
  const auto outgoing = outgoing_from_json(row.kind, row.payload);
  if (!outgoing) return Drop{outgoing.error().message};
  const auto post = store::find_chat_post(db, view.group().id, "slack");
  if (!post) {
    if (now - row.created_at > std::chrono::hours{24}) return Drop{"the group was never posted"};
    return Wait{kPostMissingPause, "the group is not posted yet"};
  }
  std::string text = "Inviting <!channel>. Reason: *Notify All* Step";
  if (const auto* reminder = std::get_if<effect::PostAcknowledgeReminder>(&*outgoing)) {
    const auto user = store::find_user(db, reminder->user);
    text = (user ? user->username : std::string("Somebody")) +
           ", please confirm that you're still working on this Alert Group.";
  } else if (const auto* mention = std::get_if<effect::MentionInThread>(&*outgoing);
             mention != nullptr && mention->user_group) {
    const auto group = store::find_slack_user_group(db, *mention->user_group);
    if (!group) return Drop{"the user group is gone"};
    text = "Inviting <!subteam^" + group->slack_id + "> User Group";
  }
  return slack_send(outbound_, settings_, "chat.postMessage",
                    json::Object{{"channel", json::Value(post->channel)},
                                 {"thread_ts", json::Value(post->message_id)},
                                 {"client_msg_id", json::Value(row.id)},
                                 {"text", json::Value(text)}},
                    {});
}

std::optional<Failed> SlackProvider::obstacle(const User& user) const {
  if (user.contacts.contains("slack")) return std::nullopt;
  return Failed{"", NotificationFailure::NotInSlack};
}

void SlackProvider::send(const Page& page, Done done) {
  if (!page.chat_post) return done(Failed{"the group is not posted", NotificationFailure::SlackError});
  const std::string text =
      cut(page.look.title.value_or("Alert") + "\nInviting " + page.user.username + " (<@" +
              page.user.contacts.find("slack")->second + ">) to look at the alert group.",
          "…");
  json::Value block = slack_section(text);
  block.as_object().set("block_id", "alert");
  json::Object body{{"channel", json::Value(page.chat_post->channel)},
                    {"thread_ts", json::Value(page.chat_post->message_id)},
                    {"client_msg_id", json::Value(page.id)},
                    {"text", json::Value(text)},
                    {"blocks", json::Array{std::move(block)}},
                    {"unfurl_links", json::Value(true)}};
  outbound_.send(
      slack_request(settings_, "chat.postMessage", std::move(body)),
      [done = std::move(done)](const http::Outcome& outcome) { done(judge_slack(outcome, false)); });
}

}  // namespace tocsin::delivery
