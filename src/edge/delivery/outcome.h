// What came of one attempt to deliver.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "domain/model/log_record.h"
#include "edge/http/outbound.h"

namespace tocsin::delivery {

struct Delivered {
  std::string receipt = {};  // what the provider calls the message
};
struct Retry {
  std::string reason = {};
  std::optional<std::chrono::seconds> after = {};  // the pause that the provider asked for
  bool rate_limited = false;                       // the whole lane pauses, and the attempt does not count
  // What is recorded when it is given up.
  std::optional<NotificationFailure> code = {};
};
struct Failed {
  std::string reason = {};
  std::optional<NotificationFailure> code = {};
};
using Outcome = std::variant<Delivered, Retry, Failed>;
// Called exactly once, from any thread; neither blocks nor throws.
using Done = std::function<void(Outcome)>;

// The seconds of Retry-After: a number, or nothing that we know.
std::optional<std::chrono::seconds> retry_after(const http::Headers& headers);
// What most HTTP providers mean: 2xx delivered (receipt empty), 429 and 5xx again, the rest failed with
// `code`. Nothing that reached nobody is final, except a malformed or refused request and a bad certificate.
Outcome judge(const http::Outcome& outcome, std::optional<NotificationFailure> code);

}  // namespace tocsin::delivery
