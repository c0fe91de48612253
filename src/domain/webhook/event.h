// The event object of an outgoing webhook: what is sent as it is when the webhook forwards everything, and
// what its templates see otherwise.
//
// Pure; everything that must be known of the world is given. Keys and their order:
// docs/spec/outgoing-webhooks.md, section 3. `webhook` and the labels are always there, as objects.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/model/alert_group.h"
#include "domain/model/effect.h"
#include "domain/model/integration.h"
#include "domain/model/person.h"
#include "domain/model/webhook.h"
#include "language/json/value.h"

namespace tocsin::webhook {

struct LastAlert {
  AlertId id;
  Instant created_at;
  json::Value payload;
};

struct EventFacts {
  WebhookTrigger trigger = WebhookTrigger::EscalationStep;  // what really set it off
  AlertGroup group;
  std::int64_t alerts_count = 0;
  Labels labels;
  std::optional<LastAlert> last_alert;
  std::optional<json::Value> first_payload;
  Integration integration;
  std::string integration_name;          // as shown: "Prod - Webhook"
  std::optional<std::string> team_name;  // of the integration
  std::optional<User> user;              // who acted, or is notified
  std::optional<User> acknowledged_by;
  std::optional<User> resolved_by;
  std::vector<User> notified;  // in the order of their first notification
  std::vector<User> to_be_notified;
  std::vector<std::pair<WebhookId, std::optional<std::string>>>
      responses;                   // latest content of each other webhook
  std::string web_link;            // of the group
  json::Object user_context = {};  // personal ones: what their owner wants to be told with them
};

json::Value make_event(const EventFacts& facts, const Webhook& webhook, Instant now);

}  // namespace tocsin::webhook
