#include "domain/grouping/payload_resolution.h"

#include <set>
#include <string>
#include <string_view>

#include "language/json/write.h"

namespace tocsin::grouping {
namespace {

std::string_view status_of(const json::Value& payload) {
  const json::Value* status = payload.find("status");
  return status && status->is_string() ? std::string_view(status->as_string()) : std::string_view();
}

std::string labels_of(const json::Value& payload) {
  const json::Value* labels = payload.find("labels");
  return labels ? json::write(*labels, {.sort_keys = true}) : std::string();
}

}  // namespace

PayloadVerdict resolved_by_payloads(const std::vector<const json::Value*>& payloads) {
  if (payloads.size() > kMostAlertsForAutoresolve) return PayloadVerdict::TooManyAlerts;
  if (payloads.empty() || status_of(*payloads.back()) != "resolved") return PayloadVerdict::KeepOpen;
  std::set<std::string> firing;
  for (const json::Value* payload : payloads) {
    if (status_of(*payload) == "firing") firing.insert(labels_of(*payload));
    if (status_of(*payload) == "resolved") firing.erase(labels_of(*payload));
  }
  return firing.empty() ? PayloadVerdict::Resolve : PayloadVerdict::KeepOpen;
}

}  // namespace tocsin::grouping
