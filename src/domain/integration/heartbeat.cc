#include "domain/integration/heartbeat.h"

#include "base/check.h"
#include "domain/integration/payload.h"

namespace tocsin::integration {
namespace {

std::string in_words(std::chrono::seconds time) {
  const struct {
    long long seconds;
    const char* unit;
  } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
  for (const auto& [seconds, unit] : units) {
    if (time.count() < seconds || time.count() % seconds != 0) continue;
    const long long count = time.count() / seconds;
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
  }
  return "0 seconds";
}

}  // namespace

std::string heartbeat_message(Heartbeat what, const HeartbeatFacts& facts) {
  const std::string name(facts.integration_name);
  if (what == Heartbeat::Restored) return "Integration \"" + name + "\" sends heartbeats again.";
  return "Integration \"" + name + "\" has sent no heartbeat for " + in_words(facts.timeout) +
         ". The monitoring system behind it may be down.";
}

json::Value flat_heartbeat(std::string_view alert_uid, Heartbeat what, const HeartbeatFacts& facts,
                           Links links) {
  const bool restored = what == Heartbeat::Restored;
  json::Object payload{{"alert_uid", alert_uid},
                       {"title", restored ? "Heartbeat is back" : "Heartbeat is missing"}};
  if (links == Links::Shown) {
    payload.set("image_url", nullptr);
    payload.set("link_to_upstream_details", nullptr);
  }
  payload.set("state", restored ? "ok" : "alerting");
  payload.set("message", heartbeat_message(what, facts));
  // Both spellings: users' templates and routes ask for the older one too.
  for (const std::string prefix : {"is_oncall_heartbeat", "is_amixr_heartbeat"}) {
    payload.set(prefix, true);
    payload.set(prefix + "_restored", restored);
  }
  return payload;
}

json::Value heartbeat_expired(const Type& type, const HeartbeatFacts& facts) {
  TOCSIN_CHECK(type.has_heartbeat());
  return type.heartbeat(Heartbeat::Expired, facts);
}

json::Value heartbeat_restored(const Type& type, const HeartbeatFacts& facts) {
  TOCSIN_CHECK(type.has_heartbeat());
  return type.heartbeat(Heartbeat::Restored, facts);
}

}  // namespace tocsin::integration
