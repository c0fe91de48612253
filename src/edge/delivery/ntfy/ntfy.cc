#include "edge/delivery/ntfy/ntfy.h"

#include "language/json/write.h"

namespace tocsin::delivery {
namespace {

constexpr std::string_view kContact = "ntfy";
constexpr int kUrgent = 5, kHigh = 4;  // 5 rings through "do not disturb"

}  // namespace

http::OutboundRequest ntfy_request(const NtfySettings& settings, json::Object message) {
  http::OutboundRequest request{.method = "POST",
                                .url = settings.url,
                                .headers = {},
                                .body = json::write(json::Value(std::move(message))),
                                .addresses = http::AddressRule::SetByOperator,
                                .total_timeout = settings.total_timeout};
  request.headers.add("Content-Type", "application/json");
  if (!settings.token.empty()) request.headers.add("Authorization", "Bearer " + settings.token);
  return request;
}

std::optional<Failed> NtfyProvider::obstacle(const User& user) const {
  if (user.contacts.contains(kContact)) return std::nullopt;
  return Failed{"", NotificationFailure::NoActiveDevice};
}

void NtfyProvider::send(const Page& page, Done done) {
  const bool urgent =
      page.notify.importance == Importance::Important || page.notify.by == NotifyBy::MobileAppCritical;
  json::Object message{
      {"topic", json::Value(page.user.contacts.find(kContact)->second)},
      // A repeated attempt replaces the first message instead of ringing twice (ntfy 2.16 and later).
      {"sequence_id", json::Value(page.id)},
      {"title", json::Value(page.look.title.value_or(urgent ? "New Important Alert" : "New Alert"))},
      {"message", json::Value(page.look.message.value_or("#" + std::to_string(page.view.group().number) +
                                                         " via " + page.view.integration.name))},
      {"priority", json::Value(urgent ? kUrgent : kHigh)},
      {"click", json::Value(page.view.web_link)}};
  outbound_.send(ntfy_request(settings_, std::move(message)),
                 [done = std::move(done)](const http::Outcome& outcome) {
                   done(judge(outcome, NotificationFailure::BackendError));
                 });
}

}  // namespace tocsin::delivery
