#include "domain/integration/payload.h"

#include <algorithm>

#include "domain/integration/sns.h"
#include "language/json/write.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kNoObject = "The payload has to be a JSON object.";
constexpr std::string_view kNoAlertList = "`alerts` has to be a list.";

std::vector<Incoming> one(json::Value payload, bool changed = false) {
  std::vector<Incoming> incoming;
  incoming.push_back({std::move(payload), changed});
  return incoming;
}

bool has_status(const json::Value& alert, std::string_view status) {
  const json::Value* found = alert.find("status");
  return found != nullptr && found->is_string() && found->as_string() == status;
}

// The whole notification is one alert; templates want to know how many are inside.
Result<std::vector<Incoming>> count_alerts(json::Value body) {
  json::Object& payload = body.as_object();
  if (payload.contains("numFiring")) return one(std::move(body));

  std::int64_t firing = 0;
  std::int64_t resolved = 0;
  if (const json::Value* alerts = payload.find("alerts")) {
    if (!alerts->is_array()) return invalid(std::string(kNoAlertList));
    firing = std::ranges::count_if(alerts->as_array(),
                                   [](const json::Value& alert) { return has_status(alert, "firing"); });
    resolved = std::ranges::count_if(alerts->as_array(),
                                     [](const json::Value& alert) { return has_status(alert, "resolved"); });
  }
  const bool replaces = payload.contains("numResolved");
  const std::string appended = (payload.empty() ? "\"numFiring\":" : ",\"numFiring\":") +
                               std::to_string(firing) + ",\"numResolved\":" + std::to_string(resolved);
  payload.set("numFiring", firing);
  payload.set("numResolved", resolved);
  auto incoming = one(std::move(body), true);
  if (!replaces) incoming.front().appended = appended;
  return incoming;
}

Result<std::vector<Incoming>> split_elements(json::Value body) {
  json::Value* alerts = body.as_object().find("alerts");
  std::vector<Incoming> incoming;
  if (alerts == nullptr) return incoming;
  if (!alerts->is_array()) return invalid(std::string(kNoAlertList));
  for (json::Value& element : alerts->as_array()) {
    if (!element.is_object()) return invalid("Each of `alerts` has to be a JSON object.");
    incoming.push_back({std::move(element), true});
  }
  return incoming;
}

bool is_legacy(const Type& type) {
  return type.slug != type.public_slug();
}

}  // namespace

Result<std::vector<Incoming>> split(AlertView view, const Type& type, json::Value body) {
  switch (view) {
    case AlertView::Universal:
      if (body.is_null()) return invalid("Payload is required");
      return one(std::move(body));
    case AlertView::Alertmanager:
    case AlertView::GrafanaAlerting:
      if (!body.is_object()) return invalid(std::string(kNoObject));
      return is_legacy(type) ? split_elements(std::move(body)) : count_alerts(std::move(body));
    case AlertView::LegacyGrafana:
      // Slack messages (`attachments`) stay as they are: the templates read them.
      if (!body.is_object()) return invalid(std::string(kNoObject));
      return body.find("alerts") != nullptr ? split_elements(std::move(body)) : one(std::move(body));
    case AlertView::AmazonSns:
      break;
  }
  TRY_AS(json::Value payload, sns::notification_payload(body));
  return one(std::move(payload), true);
}

Result<std::vector<Incoming>> split(const Type& type, json::Value body) {
  return split(type.view, type, std::move(body));
}

bool uses_element_resolution(const Type& type, const json::Value& payload) {
  if (is_legacy(type)) return true;
  // A plain notification of old Grafana has a `state`; an element has `labels` and a `status`.
  if (type.view != AlertView::LegacyGrafana || payload.find("state") != nullptr) return false;
  const json::Value* labels = payload.find("labels");
  return labels != nullptr && labels->is_object() && payload.find("status") != nullptr;
}

Element read_element(const json::Value& payload) {
  const json::Value* labels = payload.find("labels");
  return {.identity = labels == nullptr ? std::string() : json::write(*labels, {.sort_keys = true}),
          .resolved = has_status(payload, "resolved")};
}

}  // namespace tocsin::integration
