// Outgoing webhooks: an event, a step of an escalation, a person's notification rule or a person who wants
// it sent again becomes a call (webhook_attempt.h), which is recorded with the webhook and in the group's
// time line.
//
// Source: docs/spec/outgoing-webhooks.md.
#pragma once

#include <string>

#include "domain/model/outgoing.h"
#include "edge/delivery/webhook_attempt.h"
#include "engine/engine.h"
#include "store/last_look.h"

namespace tocsin::delivery {

class WebhookCourier : public Courier {
 public:
  WebhookCourier(engine::Engine& engine, http::Outbound& outbound, WebhookSettings settings)
      : engine_(engine), outbound_(outbound), settings_(std::move(settings)) {}

  bool carries(const store::OutboxRow& row) const override;
  Job prepare(store::Connection& db, const store::OutboxRow& row, Instant now) override;

 private:
  struct Call;
  Job prepare_call(store::Connection& db, const Call& call, const std::string& id, Instant now);
  Job prepare_again(store::Connection& db, const ResendWebhook& resend, const std::string& id, Instant now);
  Job prepare_page(store::Connection& db, const effect::Notify& notify, const std::string& id, Instant now);

  engine::Engine& engine_;
  http::Outbound& outbound_;
  WebhookSettings settings_;
  store::LastLooks looks_;
};

}  // namespace tocsin::delivery
