// Outgoing webhooks: an event, or a step of an escalation, becomes a request; what came back is recorded with
// the webhook and in the group's time line.
//
// Any answer ends it, error statuses too: a receiver that answered is never called again for the same event.
// A time-out is repeated after 10 s, at most three times, any other fault sooner; each attempt carries the
// same Idempotency-Key. Source: docs/spec/outgoing-webhooks.md.
#pragma once

#include <chrono>
#include <string>

#include "domain/webhook/event.h"
#include "domain/webhook/request.h"
#include "edge/delivery/job.h"
#include "engine/engine.h"

namespace tocsin::delivery {

struct WebhookSettings {
  std::string base_url;  // ours
  // OnCall gives up after 4 s without a byte and calls again; slow receivers then act twice.
  std::chrono::milliseconds total_timeout{30'000};
  std::chrono::milliseconds connect_timeout{5'000};
};

class WebhookCourier : public Courier {
 public:
  WebhookCourier(engine::Engine& engine, http::Outbound& outbound, WebhookSettings settings)
      : engine_(engine), outbound_(outbound), settings_(std::move(settings)) {}

  bool carries(std::string_view kind) const override;
  Job prepare(store::Connection& db, const store::OutboxRow& row, Instant now) override;

 private:
  engine::Engine& engine_;
  http::Outbound& outbound_;
  WebhookSettings settings_;
};

}  // namespace tocsin::delivery
