// ElastAlert: its HTTP alerter posts the matching document with `alert_uid` and `state` added by the rule.
// docs/spec/ingestion.md, section 6.3.
#include "domain/integration/heartbeat.h"
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

json::Value heartbeat(Heartbeat what, const HeartbeatFacts& facts) {
  return flat_heartbeat("0eaf37c8-e1eb-4714-b79e-7c648b6a96fa", what, facts, Links::Absent);
}

}  // namespace

constinit const Type kElastalert{
    .slug = "elastalert",
    .title = "Elastalert",
    .in_strict_set = true,
    .templates =
        with_rules(json_templates<kIncident>(),
                   {.grouping_key = "{{ payload.alert_uid if payload.alert_uid is not none }}",
                    .resolve_signal = R"jinja({{ payload.state | default("") | upper == "OK" }})jinja"}),
    .example =
        R"json({"rule": "5xx spike", "alert_uid": "5xx-spike", "state": "alerting", "@timestamp": "2026-01-05T10:00:00Z", "num_hits": 41, "num_matches": 1, "http": {"status": 503}})json",
    .heartbeat = heartbeat};

}  // namespace tocsin::integration
