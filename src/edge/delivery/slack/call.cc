#include "edge/delivery/slack/call.h"

#include <algorithm>

#include "language/json/member.h"
#include "language/json/read.h"
#include "language/json/write.h"

namespace tocsin::delivery {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

Outcome judge_refusal(const std::string& error, const http::Headers& headers, bool is_edit) {
  if (is_one_of(error, {"ratelimited", "rate_limited", "message_limit_exceeded"}))
    return Retry{error, retry_after(headers).value_or(std::chrono::seconds{10}), true,
                 NotificationFailure::SlackRateLimit};
  if (is_one_of(error, {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}))
    return Retry{error, std::nullopt, false, NotificationFailure::SlackError};
  if (is_edit && is_one_of(error, {"message_not_found", "cant_update_message", "is_inactive"}))
    return Delivered{};  // the post is gone: there is nothing to bring up to date
  if (is_one_of(error, {"account_inactive", "token_revoked", "invalid_auth", "not_authed"}))
    return Failed{error, NotificationFailure::SlackToken};
  if (error == "is_archived") return Failed{error, NotificationFailure::SlackChannelArchived};
  if (error == "not_in_channel") return Failed{error, NotificationFailure::NotInSlackChannel};
  return Failed{error, NotificationFailure::SlackError};
}

}  // namespace

http::OutboundRequest slack_request(const SlackSettings& settings, std::string_view method,
                                    json::Object body) {
  http::OutboundRequest request{
      .method = "POST",
      .url = settings.api_url + (settings.api_url.ends_with('/') ? "" : "/") + std::string(method),
      .headers = {},
      .body = json::write(json::Value(std::move(body))),
      .addresses = http::AddressRule::SetByOperator,
      .total_timeout = settings.total_timeout};
  request.headers.add("Content-Type", "application/json; charset=utf-8");
  request.headers.add("Authorization", "Bearer " + settings.token);
  return request;
}

Send slack_send(http::Outbound& outbound, const SlackSettings& settings, std::string_view method,
                json::Object body, Record record) {
  const bool is_edit = method == "chat.update";
  return Send{
      .provider = "slack",
      .start =
          [&outbound, is_edit, request = slack_request(settings, method, std::move(body))](Done done) {
            outbound.send(request, [is_edit, done = std::move(done)](const http::Outcome& outcome) {
              done(judge_slack(outcome, is_edit));
            });
          },
      .record = std::move(record),
      .patience = {.attempts = 100}};
}

Outcome judge_slack(const http::Outcome& outcome, bool is_edit) {
  const auto* response = std::get_if<http::OutboundResponse>(&outcome);
  const auto judged =
      judge(outcome, response != nullptr && response->status == 429 ? NotificationFailure::SlackRateLimit
                                                                    : NotificationFailure::SlackError);
  if (response == nullptr || !std::holds_alternative<Delivered>(judged)) return judged;
  const auto body = json::read(response->body);
  const json::Value* ok = body ? body->find("ok") : nullptr;
  if (ok == nullptr || !ok->is_bool())
    return Retry{"Slack's answer is no JSON of its kind", std::nullopt, false,
                 NotificationFailure::SlackError};
  if (ok->as_bool()) return Delivered{std::string(json::text_member(*body, "ts"))};
  return judge_refusal(std::string(json::text_member(*body, "error")), response->headers, is_edit);
}

json::Value slack_section(const std::string& text) {
  return json::Object{{"type", json::Value("section")},
                      {"text", json::Object{{"type", json::Value("mrkdwn")}, {"text", json::Value(text)}}}};
}

}  // namespace tocsin::delivery
