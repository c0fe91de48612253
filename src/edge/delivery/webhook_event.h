// What an outgoing webhook is told: the facts of one alert group as the database has them now.
//
// Source: docs/spec/outgoing-webhooks.md, section 3.
#pragma once

#include <optional>

#include "domain/webhook/event.h"
#include "edge/delivery/group_view.h"
#include "store/connection.h"

namespace tocsin::delivery {

// `webhook`: whose own earlier answers are left out. `user`: who acted or is notified.
webhook::EventFacts event_facts(store::Connection& db, const GroupView& view, const WebhookId& webhook,
                                WebhookTrigger trigger, const std::optional<UserId>& user, Instant now);

}  // namespace tocsin::delivery
