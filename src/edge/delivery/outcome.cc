#include "edge/delivery/outcome.h"

#include <charconv>

#include "base/overloaded.h"

namespace tocsin::delivery {
namespace {

constexpr std::chrono::seconds kLongestPause{3600};

Outcome judge_status(const http::OutboundResponse& response, std::optional<NotificationFailure> code) {
  const std::string status = "HTTP status " + std::to_string(response.status);
  if (response.status >= 200 && response.status < 300) return Delivered{};
  if (response.status == 429)
    return Retry{status, retry_after(response.headers).value_or(std::chrono::seconds{10}), true, code};
  if (response.status >= 500 || response.status == 408)
    return Retry{status, retry_after(response.headers), false, code};
  return Failed{status, code};
}

Outcome judge_error(const http::OutboundError& error, std::optional<NotificationFailure> code) {
  switch (error.fault) {
    case http::OutboundFault::Malformed:
    case http::OutboundFault::Refused:
    case http::OutboundFault::Tls:
    case http::OutboundFault::TooManyRedirects:
      return Failed{error.message, code};
    case http::OutboundFault::Resolve:
    case http::OutboundFault::Connect:
    case http::OutboundFault::TimedOut:
    case http::OutboundFault::TooLarge:
    case http::OutboundFault::Rejected:
    case http::OutboundFault::Other:
      return Retry{error.message, std::nullopt, false, code};
  }
  return Failed{error.message, code};
}

}  // namespace

std::optional<std::chrono::seconds> retry_after(const http::Headers& headers) {
  const auto text = headers.find("Retry-After");
  if (!text) return std::nullopt;
  long seconds = 0;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (fault != std::errc() || end != text->data() + text->size() || seconds < 0) return std::nullopt;
  return std::min(std::chrono::seconds{seconds}, kLongestPause);
}

Outcome judge(const http::Outcome& outcome, std::optional<NotificationFailure> code) {
  return std::visit(
      Overloaded{[&](const http::OutboundResponse& response) { return judge_status(response, code); },
                 [&](const http::OutboundError& error) { return judge_error(error, code); }},
      outcome);
}

}  // namespace tocsin::delivery
