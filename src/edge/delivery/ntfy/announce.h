// "Your on-call shift starts in 15 minutes", to a person's ntfy topic (docs/spec/schedules.md, section 9;
// docs/spec/channels.md, section 8: "going on-call").
//
// Asked again right before it leaves: nobody is told of a shift that is not theirs any more or has begun.
#pragma once

#include "domain/model/outgoing.h"
#include "edge/delivery/job.h"
#include "edge/delivery/ntfy/ntfy.h"

namespace tocsin::delivery {

class ShiftAnnouncer : public Courier {
 public:
  ShiftAnnouncer(http::Outbound& outbound, NtfySettings settings, std::string base_url)
      : outbound_(outbound), settings_(std::move(settings)), base_url_(std::move(base_url)) {}

  bool carries(const store::OutboxRow& row) const override { return row.kind == "announce_shift"; }
  Job prepare(store::Connection& db, const store::OutboxRow& row, Instant now) override;

 private:
  http::Outbound& outbound_;
  NtfySettings settings_;
  std::string base_url_;
};

}  // namespace tocsin::delivery
