#include "edge/api/coverage.h"

#include <charconv>

#include "edge/api/relations.h"
#include "engine/coverage.h"

namespace tocsin::api {
namespace {

constexpr int kLongest_days = 366;

constexpr Field kFields[] = {
    {.name = "start", .type = FieldType::Time, .access = FieldAccess::ReadOnly},
    {.name = "end", .type = FieldType::Time, .access = FieldAccess::ReadOnly},
    {.name = "covered", .type = FieldType::Boolean, .access = FieldAccess::ReadOnly, .about = "No findings."},
    {.name = "findings",
     .type = FieldType::List,
     .access = FieldAccess::ReadOnly,
     .about = "{kind, text, team_id, schedule_id, start, end, escalation_chain_id, escalation_policy_id, "
              "route_id, "
              "integration_id, user_id}"},
};

template <class Id>
json::Value id_or_null(const std::optional<Id>& id) {
  return id ? json::Value(id->str()) : json::Value();
}

json::Value write_finding(const engine::Finding& finding) {
  json::Object out;
  out.set("kind", engine::to_text(finding.kind));
  out.set("text", finding.text);
  out.set("team_id", id_or_null(finding.team));
  out.set("schedule_id", id_or_null(finding.schedule));
  out.set("start", finding.when ? json::Value(to_iso(finding.when->from)) : json::Value());
  out.set("end", finding.when ? json::Value(to_iso(finding.when->to)) : json::Value());
  out.set("escalation_chain_id", id_or_null(finding.chain));
  out.set("escalation_policy_id", id_or_null(finding.policy));
  out.set("route_id", id_or_null(finding.route));
  out.set("integration_id", id_or_null(finding.integration));
  out.set("user_id", id_or_null(finding.user));
  return json::Value(std::move(out));
}

std::chrono::days read_days(const Call& call) {
  const auto text = call.query("days");
  int days = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), days);
  return days < 1 ? engine::kCoverageAhead : std::chrono::days{std::min(days, kLongest_days)};
}

Result<http::Response> read_coverage(const Call& call, store::Connection& db) {
  TRY_AS(const auto team, read_team_filter(call, db));
  const auto ahead = read_days(call);
  json::Array findings;
  for (const engine::Finding& finding : engine::look_ahead(db, call.now, ahead)) {
    const std::string of = finding.team ? finding.team->str() : "null";
    if (!team || *team == of) findings.push_back(write_finding(finding));
  }
  json::Object out;
  out.set("start", to_iso(call.now));
  out.set("end", to_iso(call.now + ahead));
  out.set("covered", findings.empty());
  out.set("findings", std::move(findings));
  return ok(json::Value(std::move(out)));
}

}  // namespace

Resource coverage_resource() {
  return {.name = "coverage",
          .title = "Coverage",
          .about = "Where paging will reach nobody in the time ahead.",
          .fields = kFields,
          .endpoints = {
              {.path = "/coverage/",
               .operations = {{"GET", "Look ahead", access::Permission::SchedulesRead, Read(read_coverage)}},
               .parameters = {{"days", "How far to look, 90 by default."},
                              {"team_id", "Only what that team owns; null: what no team owns."}}}}};
}

}  // namespace tocsin::api
