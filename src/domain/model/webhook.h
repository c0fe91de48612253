// Outgoing webhooks: what is called when something happens to an alert group, and what came of each attempt.
//
// Texts named "template" are rendered before use. Source: docs/spec/outgoing-webhooks.md, section 1;
// docs/spec/api-alerting.md, section 8.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "domain/model/effect.h"
#include "domain/model/ids.h"
#include "domain/model/sealed.h"

namespace tocsin {

inline constexpr std::string_view kSimpleWebhook = "simple_webhook";
inline constexpr std::string_view kAdvancedWebhook = "advanced_webhook";

struct Webhook {
  WebhookId id;
  std::string name;
  bool enabled = true;
  std::optional<TeamId> team;  // ownership only
  std::optional<UserId> user;  // who made it or last replaced it
  WebhookTrigger trigger = WebhookTrigger::EscalationStep;
  std::string http_method = "POST";
  std::string url;                      // template
  std::optional<std::string> headers;   // template of a JSON object
  std::optional<std::string> username;  // with a password: basic authentication
  std::optional<SealedText> password;   // never answered, never logged
  std::optional<SealedText> authorization_header;
  std::optional<std::string> trigger_template;
  std::optional<std::string> data;  // template; not used while forward_all
  bool forward_all = true;
  std::vector<IntegrationId> integration_filter;  // empty: all
  std::optional<std::string> preset;
  std::optional<std::chrono::seconds> timeout;  // of the whole call; nullopt: the server's
  Instant created_at;
};
inline constexpr std::chrono::seconds kLongestWebhookTimeout{120};

// One attempt to call a webhook, as recorded.
struct WebhookResponse {
  std::string id;
  WebhookId webhook;
  std::optional<AlertGroupId> group;
  WebhookTrigger trigger = WebhookTrigger::EscalationStep;  // what really set it off
  std::optional<std::string> url;                           // as sent, or the error's text
  std::string request_trigger;                              // what the trigger template gave; "" without one
  std::optional<std::string> request_headers;               // JSON text, secrets as asterisks
  std::optional<std::string> request_data;
  std::optional<std::int64_t> status_code;  // nullopt: nothing came back
  std::optional<std::string> content;
  std::string event_data;                // JSON text of the template context
  std::optional<std::string> resent_of;  // the attempt that a person asked for again
  Instant created_at;
};

std::optional<WebhookTrigger> parse_webhook_trigger(std::string_view api_name);

}  // namespace tocsin
