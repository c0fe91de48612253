// Writes what would be sent to the log: for trying things out, where nothing else is set up.
#pragma once

#include "base/log.h"
#include "edge/delivery/provider.h"

namespace tocsin::delivery {

class LogProvider : public Provider {
 public:
  explicit LogProvider(Log& log) : log_(log) {}
  std::string_view name() const override { return "log"; }
  bool carries(NotifyBy) const override { return true; }
  integration::Channel channel() const override { return integration::Channel::Sms; }
  void send(const Page& page, Done done) override {
    log_.info("page", {{"user", page.user.username},
                       {"by", label(page.notify.by)},
                       {"alert_group", page.view.group().id.str()},
                       {"title", page.look.title.value_or("Incident")}});
    done(Delivered{"log"});
  }

 private:
  Log& log_;
};

}  // namespace tocsin::delivery
