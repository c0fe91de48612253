#include "edge/delivery/ntfy/ntfy.h"

#include "language/json/write.h"

namespace tocsin::delivery {
namespace {

constexpr std::string_view kContact = "ntfy";
constexpr int kUrgent = 5, kHigh = 4;  // 5 rings through "do not disturb"

}  // namespace

std::optional<Failed> NtfyProvider::obstacle(const User& user) const {
  if (user.contacts.contains(kContact)) return std::nullopt;
  return Failed{"", NotificationFailure::NoActiveDevice};
}

void NtfyProvider::send(const Page& page, Done done) {
  const bool urgent =
      page.notify.importance == Importance::Important || page.notify.by == NotifyBy::MobileAppCritical;
  const json::Object message{
      {"topic", json::Value(page.user.contacts.find(kContact)->second)},
      // A repeated attempt replaces the first message instead of ringing twice (ntfy 2.16 and later).
      {"sequence_id", json::Value(page.id)},
      {"title", json::Value(page.look.title.value_or(urgent ? "New Important Alert" : "New Alert"))},
      {"message", json::Value(page.look.message.value_or("#" + std::to_string(page.view.group().number) +
                                                         " via " + page.view.integration.name))},
      {"priority", json::Value(urgent ? kUrgent : kHigh)},
      {"click", json::Value(page.view.web_link)}};
  http::OutboundRequest request{.method = "POST",
                                .url = settings_.url,
                                .headers = {},
                                .body = json::write(json::Value(message)),
                                .addresses = http::AddressRule::SetByOperator,
                                .total_timeout = settings_.total_timeout};
  request.headers.add("Content-Type", "application/json");
  if (!settings_.token.empty()) request.headers.add("Authorization", "Bearer " + settings_.token);
  outbound_.send(std::move(request), [done = std::move(done)](const http::Outcome& outcome) {
    done(judge(outcome, NotificationFailure::BackendError));
  });
}

}  // namespace tocsin::delivery
