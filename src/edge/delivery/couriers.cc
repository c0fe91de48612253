#include "edge/delivery/couriers.h"

#include <algorithm>

#include "edge/delivery/log_provider.h"

namespace tocsin::delivery {
namespace {

std::vector<std::unique_ptr<Provider>> make_providers(http::Outbound& outbound, Log& log,
                                                      const Means& means) {
  std::vector<std::unique_ptr<Provider>> providers;
  if (means.email) providers.push_back(std::make_unique<EmailProvider>(outbound, *means.email));
  if (means.ntfy) providers.push_back(std::make_unique<NtfyProvider>(outbound, *means.ntfy));
  if (means.slack) providers.push_back(std::make_unique<SlackProvider>(outbound, *means.slack));
  if (means.log) providers.push_back(std::make_unique<LogProvider>(log));
  return providers;
}

std::vector<Provider*> pointers(const std::vector<std::unique_ptr<Provider>>& owned) {
  std::vector<Provider*> out;
  for (const auto& one : owned) out.push_back(one.get());
  return out;
}

}  // namespace

Couriers::Couriers(engine::Engine& engine, http::Outbound& outbound, Log& log, const Means& means)
    : providers_(make_providers(outbound, log, means)),
      pages_(engine, pointers(providers_), means.webhooks.base_url),
      webhooks_(engine, outbound, means.webhooks) {
  if (means.slack) {
    slack_.emplace(engine, outbound, *means.slack);
    schedule_posts_.emplace(outbound, *means.slack);
  }
  if (means.ntfy) announcer_.emplace(outbound, *means.ntfy, means.webhooks.base_url);
}

std::vector<Courier*> Couriers::all() {
  std::vector<Courier*> all{&pages_, &webhooks_};
  if (slack_) all.insert(all.end(), {&*slack_, &*schedule_posts_});
  if (announcer_) all.push_back(&*announcer_);
  return all;
}

bool Couriers::carries(NotifyBy by) const {
  if (by == NotifyBy::Webhook) return true;  // the webhook courier's own
  return std::ranges::any_of(providers_, [&](const auto& provider) { return provider->carries(by); });
}

}  // namespace tocsin::delivery
