// Outgoing webhooks and their recorded attempts in the database.
//
// Secrets live in a table of their own and stay sealed here: only who sends them opens them (sealing.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model/webhook.h"
#include "store/connection.h"

namespace tocsin::store {

// Live ones only, disabled ones included: a step that names a deleted webhook fails.
std::optional<Webhook> find_webhook(Connection& db, const WebhookId& id);
// Enabled ones of exactly that trigger type whose filter lets the integration through, oldest first. "status
// change" is a type of its own: who fires acknowledge, resolve, ... asks for it, too.
std::vector<Webhook> webhooks_for_trigger(Connection& db, WebhookTrigger trigger,
                                          const IntegrationId& integration);

void insert_webhook(Connection& db, const Webhook& webhook);
void update_webhook(Connection& db, const Webhook& webhook);
// Soft; the name becomes free (docs/spec/api-alerting.md, section 8.5).
void delete_webhook(Connection& db, const Webhook& webhook, Instant now);
bool webhook_name_taken(Connection& db, std::string_view name, const std::optional<WebhookId>& except);

struct WebhookFilter {
  std::optional<std::string> name;
  std::optional<std::string> team;  // id; "null": no team
};
std::int64_t count_webhooks(Connection& db, const WebhookFilter& filter);
// Oldest first.
std::vector<Webhook> list_webhooks(Connection& db, const WebhookFilter& filter, std::int64_t limit,
                                   std::int64_t offset);

void insert_webhook_response(Connection& db, const WebhookResponse& response);
// Newest first. `trigger`: only attempts that this set off; nullopt: all.
std::int64_t count_webhook_responses(Connection& db, const WebhookId& webhook,
                                     std::optional<WebhookTrigger> trigger);
std::vector<WebhookResponse> list_webhook_responses(Connection& db, const WebhookId& webhook,
                                                    std::optional<WebhookTrigger> trigger, std::int64_t limit,
                                                    std::int64_t offset);
// The latest attempt of each webhook for a group, `except` left out: `responses` in a webhook's event.
std::vector<WebhookResponse> latest_webhook_responses(Connection& db, const AlertGroupId& group,
                                                      const WebhookId& except);
std::optional<WebhookResponse> find_webhook_response(Connection& db, const WebhookId& webhook,
                                                     std::string_view id);
// At most `limit` of the oldest; answers how many went.
std::int64_t delete_webhook_responses_before(Connection& db, Instant before, std::int64_t limit);

}  // namespace tocsin::store
