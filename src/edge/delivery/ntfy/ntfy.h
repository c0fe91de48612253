// Push through an ntfy server: one message to the person's topic (contact point "ntfy"). Stands for mobile
// push (docs/spec/RULINGS.md, 21). Wire format: the server's "publish as JSON".
#pragma once

#include <chrono>

#include "edge/delivery/provider.h"

namespace tocsin::delivery {

struct NtfySettings {
  std::string url;    // "https://ntfy.sh"
  std::string token;  // empty: none
  std::chrono::milliseconds total_timeout{10'000};
};

// Publishes `message`, as the server's documentation names its members.
http::OutboundRequest ntfy_request(const NtfySettings& settings, json::Object message);

class NtfyProvider : public Provider {
 public:
  NtfyProvider(http::Outbound& outbound, NtfySettings settings)
      : outbound_(outbound), settings_(std::move(settings)) {}
  std::string_view name() const override { return "ntfy"; }
  bool carries(NotifyBy by) const override {
    return by == NotifyBy::MobileApp || by == NotifyBy::MobileAppCritical;
  }
  integration::Channel channel() const override { return integration::Channel::MobileApp; }
  std::optional<Failed> obstacle(const User& user) const override;
  void send(const Page& page, Done done) override;

 private:
  http::Outbound& outbound_;
  NtfySettings settings_;
};

}  // namespace tocsin::delivery
