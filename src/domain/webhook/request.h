// From a webhook and its event to the request that leaves, and from what came of it to the record that is
// kept.
//
// Pure. The order of the steps decides what is recorded: trigger template, URL, headers, body
// (docs/spec/outgoing-webhooks.md, sections 4 and 5). Whether the address may be called is checked at the
// socket (edge/http/address_policy.h); its texts are here.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "domain/model/webhook.h"
#include "language/json/value.h"

namespace tocsin::webhook {

struct Request {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  // authorization included
  std::optional<std::string> body;
};

// A webhook's secrets, opened; they live as long as one attempt.
struct Secrets {
  std::optional<std::string> password;
  std::optional<std::string> authorization_header;
};

// What a request is made of.
struct Sending {
  const Webhook& webhook;
  const Secrets& secrets;
  const json::Value& event;
  const std::string& base_url;  // our own, which no webhook may call
  Instant now;
  std::optional<std::string> body = {};  // sent again as it was; else it is made by the webhook's rules
};

struct Built {
  std::optional<Request> request;  // nullopt: nothing is sent
  // What is kept of the attempt so far; nullopt when the trigger template said no.
  std::optional<WebhookResponse> record;
  std::string problem;  // why a triggered webhook could not be sent: a text of the record
};

// `preset`s of an unknown kind are a problem, too.
[[nodiscard]] Built build_request(const Sending& sending);

// Receivers may repeat what they were told: no secret of the webhook is kept with their answer. Shorter ones
// than this would black out innocent text.
inline constexpr std::size_t kShortestHiddenSecret = 4;
std::string hide_secrets(std::string text, const Webhook& webhook, const Secrets& secrets);

// What came back, as it is kept: JSON re-encoded, text cleaned, too long replaced by a sentence.
std::string kept_content(std::string_view body);

}  // namespace tocsin::webhook
