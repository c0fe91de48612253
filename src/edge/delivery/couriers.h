// All that delivers, built from what the operator switched on: once for the running server, and once for each
// simulation, which hands in an Outbound that sends nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edge/delivery/email/email.h"
#include "edge/delivery/ntfy/announce.h"
#include "edge/delivery/ntfy/ntfy.h"
#include "edge/delivery/pages.h"
#include "edge/delivery/slack/schedule_posts.h"
#include "edge/delivery/slack/slack.h"
#include "edge/delivery/webhooks.h"

namespace tocsin::delivery {

struct Means {
  std::optional<EmailSettings> email;
  std::optional<NtfySettings> ntfy;
  std::optional<SlackSettings> slack;
  bool log = false;  // pages that none of them carries go to the log
  WebhookSettings webhooks;
};

class Couriers {
 public:
  // All references must outlive it.
  Couriers(engine::Engine& engine, http::Outbound& outbound, Log& log, const Means& means);
  Couriers(const Couriers&) = delete;
  Couriers& operator=(const Couriers&) = delete;

  std::vector<Courier*> all();
  // Whether some provider carries pages of that kind.
  bool carries(NotifyBy by) const;

 private:
  std::vector<std::unique_ptr<Provider>> providers_;
  PageCourier pages_;
  WebhookCourier webhooks_;
  std::optional<SlackCourier> slack_;
  std::optional<SlackSchedulePosts> schedule_posts_;
  std::optional<ShiftAnnouncer> announcer_;
};

}  // namespace tocsin::delivery
