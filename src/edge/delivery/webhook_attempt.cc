#include "edge/delivery/webhook_attempt.h"

#include <algorithm>

#include "store/secrets.h"
#include "store/webhooks.h"

namespace tocsin::delivery {
namespace {

using Kind = escalation::WebhookResult::Kind;

constexpr int kMaxRedirects = 30;

// The texts that the address policy and the resolver stand for (docs/spec/outgoing-webhooks.md, section 6).
std::optional<std::string> url_fault(const http::OutboundError& error) {
  switch (error.fault) {
    case http::OutboundFault::Malformed:
      return "URL - Malformed url";
    case http::OutboundFault::Refused:
      return "URL - This url is not supported for outgoing webhooks";
    case http::OutboundFault::Resolve:
      return "URL - Cannot resolve name in url";
    case http::OutboundFault::Connect:
    case http::OutboundFault::Tls:
    case http::OutboundFault::TimedOut:
    case http::OutboundFault::TooLarge:
    case http::OutboundFault::TooManyRedirects:
    case http::OutboundFault::Rejected:
    case http::OutboundFault::Other:
      return std::nullopt;
  }
  return std::nullopt;
}

void take(Attempted& attempted, const http::Outcome& outcome) {
  const auto hidden = [&](std::string text) {
    return webhook::hide_secrets(std::move(text), attempted.webhook, attempted.secrets);
  };
  if (const auto* answer = std::get_if<http::OutboundResponse>(&outcome)) {
    attempted.result = {Kind::Answered, std::to_string(answer->status)};
    attempted.response.status_code = answer->status;
    attempted.response.content = webhook::kept_content(hidden(answer->body));
    return;
  }
  const auto& error = std::get<http::OutboundError>(outcome);
  const auto fault = url_fault(error);
  attempted.result = {error.fault == http::OutboundFault::TimedOut ? Kind::TimedOut : Kind::Failed,
                      fault.value_or(hidden(error.message))};
  (fault ? attempted.response.url : attempted.response.content) = attempted.result.text;
}

// A receiver that began to answer has got the request: its answer being cut short is no reason to call again.
Outcome verdict(const http::Outcome& outcome) {
  const auto* error = std::get_if<http::OutboundError>(&outcome);
  if (error == nullptr) return Delivered{std::to_string(std::get<http::OutboundResponse>(outcome).status)};
  if (error->status != 0) return Failed{error->message, std::nullopt};
  switch (error->fault) {
    case http::OutboundFault::TimedOut:
      return Retry{error->message, escalation::kWebhookRetryDelay, false, std::nullopt};
    case http::OutboundFault::Connect:
    case http::OutboundFault::Other:
      return Retry{error->message, std::nullopt, false, std::nullopt};
    case http::OutboundFault::Malformed:
    case http::OutboundFault::Refused:
    case http::OutboundFault::Resolve:
    case http::OutboundFault::Tls:
    case http::OutboundFault::TooLarge:
    case http::OutboundFault::TooManyRedirects:
    case http::OutboundFault::Rejected:
      return Failed{error->message, std::nullopt};
  }
  return Failed{error->message, std::nullopt};
}

http::OutboundRequest outbound_request(const webhook::Request& request, const std::string& id,
                                       const Webhook& webhook, const WebhookSettings& settings) {
  const std::chrono::milliseconds total =
      webhook.timeout ? std::chrono::milliseconds(*webhook.timeout) : settings.total_timeout;
  http::OutboundRequest out{.method = request.method,
                            .url = request.url,
                            .headers = {},
                            .body = request.body.value_or(""),
                            .connect_timeout = std::min(settings.connect_timeout, total),
                            .total_timeout = total,
                            .max_redirects = kMaxRedirects};
  for (const auto& [name, value] : request.headers) out.headers.add(name, value);
  if (!out.headers.find("Idempotency-Key")) out.headers.add("Idempotency-Key", id);
  return out;
}

bool has_secrets(const Webhook& webhook) {
  const auto is_sealed = [](const std::optional<SealedText>& text) { return text && !text->empty(); };
  return is_sealed(webhook.password) || is_sealed(webhook.authorization_header);
}

Result<webhook::Secrets> open_secrets(const Webhook& webhook, const std::optional<store::SecretKey>& key) {
  webhook::Secrets secrets;
  const auto open = [&](const std::optional<SealedText>& sealed, const std::string& place,
                        std::optional<std::string>& out) -> Result<void> {
    if (!sealed) return {};
    if (sealed->empty()) return out.emplace(), Result<void>();
    TRY_AS(out, store::open(*key, *sealed, place));
    return {};
  };
  TRY(open(webhook.password, store::password_place(webhook.id), secrets.password));
  TRY(open(webhook.authorization_header, store::authorization_place(webhook.id),
           secrets.authorization_header));
  return secrets;
}

using Recorder = decltype(WebhookOrder::record);

void write(engine::Batch& batch, const Attempted& attempted, const Recorder& more, Attempt which) {
  WebhookResponse response = attempted.response;
  response.id = batch.ids.public_id("WHR");
  response.created_at = batch.next_instant();
  store::insert_webhook_response(batch.db, response);
  more(batch, attempted, which);
}

Job drop(std::shared_ptr<Attempted> attempted, std::string problem, Recorder more) {
  attempted->result.text = problem;
  return Drop{std::move(problem), [attempted, more = std::move(more)](engine::Batch& batch) {
                write(batch, *attempted, more, Attempt::Last);
              }};
}

}  // namespace

std::optional<Job> call_webhook(http::Outbound& outbound, const WebhookSettings& settings, WebhookOrder order,
                                const std::string& id, Instant now) {
  auto attempted = std::make_shared<Attempted>();
  attempted->group = order.group;
  attempted->trigger = order.trigger;
  attempted->webhook = std::move(order.webhook);
  if (!settings.secret_key && has_secrets(attempted->webhook)) return Wait{kOtherNode, kNoKey};
  auto secrets = open_secrets(attempted->webhook, settings.secret_key);
  if (secrets) attempted->secrets = std::move(secrets).value();
  webhook::Built built = webhook::build_request({.webhook = attempted->webhook,
                                                 .secrets = attempted->secrets,
                                                 .event = order.event,
                                                 .base_url = settings.base_url,
                                                 .now = now,
                                                 .body = std::move(order.body)});
  if (!built.record) return std::nullopt;
  attempted->response = std::move(*built.record);
  attempted->response.group = order.group;
  attempted->response.trigger = order.trigger;
  attempted->response.resent_of = std::move(order.resent_of);
  if (!built.request) return drop(attempted, built.problem, std::move(order.record));
  if (!secrets) {
    const std::string problem = "The webhook's secrets cannot be read: " + secrets.error().message;
    attempted->response.content = problem;
    return drop(attempted, problem, std::move(order.record));
  }
  return Send{
      .provider = "webhook",
      .start =
          [&outbound, attempted,
           request = outbound_request(*built.request, id, attempted->webhook, settings)](const Done& done) {
            outbound.send(request, [attempted, done](const http::Outcome& outcome) {
              take(*attempted, outcome);
              done(verdict(outcome));
            });
          },
      .record = [attempted, more = std::move(order.record)](
                    engine::Batch& batch, const Outcome&,
                    Attempt which) { write(batch, *attempted, more, which); },
      .patience = {.attempts = 1 + escalation::kWebhookRetries, .time = std::chrono::hours{1}}};
}

}  // namespace tocsin::delivery
