// Pages to one person, by whatever provider carries them.
//
// The state is asked again right before sending (notification::check_before_sending), before each repeated
// attempt, too: nobody is paged for a group that was answered. Source: docs/spec/channels.md, sections 1.2 to
// 1.5; docs/spec/escalation.md, section 4.5.
#pragma once

#include <string>
#include <vector>

#include "domain/model/outgoing.h"
#include "edge/delivery/job.h"
#include "edge/delivery/provider.h"
#include "engine/engine.h"
#include "store/last_look.h"

namespace tocsin::delivery {

class PageCourier : public Courier {
 public:
  // The first provider that carries a channel gets its pages.
  PageCourier(engine::Engine& engine, std::vector<Provider*> providers, std::string base_url)
      : engine_(engine), providers_(std::move(providers)), base_url_(std::move(base_url)) {}

  bool carries(const store::OutboxRow& row) const override;
  Job prepare(store::Connection& db, const store::OutboxRow& row, Instant now) override;

 private:
  Provider* provider_of(NotifyBy by) const;
  Job prepare_page(store::Connection& db, const store::OutboxRow& row, const effect::Notify& notify,
                   Instant now);
  Job prepare_bundle(store::Connection& db, const std::string& id, const effect::NotifyBundle& bundle,
                     Instant now);

  engine::Engine& engine_;
  std::vector<Provider*> providers_;
  std::string base_url_;
  store::LastLooks looks_;
};

}  // namespace tocsin::delivery
