#include "simulation/write.h"

namespace tocsin::simulation {
namespace {

json::Value list(const std::vector<std::string>& texts) {
  json::Array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return json::Value(std::move(out));
}

template <class T>
json::Value or_null(const std::optional<T>& value) {
  return value ? json::Value(*value) : json::Value();
}

std::int64_t seconds(Instant at, const Report& report) {
  return std::chrono::floor<std::chrono::seconds>(at - report.start).count();
}

json::Value write_event(const Event& event, const Report& report) {
  json::Object out;
  out.set("at", to_iso(event.at));
  out.set("offset_s", seconds(event.at, report));
  out.set("kind", to_text(event.kind));
  out.set("alert_group_number", or_null(event.group));
  out.set("text", event.text);
  out.set("place", event.place.empty() ? json::Value() : json::Value(event.place));
  out.set("details", list(event.details));
  out.set("user_id", event.user ? json::Value(event.user->str()) : json::Value());
  out.set("username", event.user ? json::Value(event.username) : json::Value());
  out.set("type", event.by ? json::Value(api_type(*event.by)) : json::Value());
  return json::Value(std::move(out));
}

json::Value write_person(const PersonReport& person, const Report& report) {
  json::Object out;
  out.set("user_id", person.user.str());
  out.set("username", person.username);
  out.set("reached_at", person.reached_at ? json::Value(to_iso(*person.reached_at)) : json::Value());
  out.set("offset_s", person.reached_at ? json::Value(seconds(*person.reached_at, report)) : json::Value());
  out.set("type", person.by ? json::Value(api_type(*person.by)) : json::Value());
  out.set("failures", list(person.failures));
  return json::Value(std::move(out));
}

json::Value write_group(const GroupReport& report) {
  json::Object out;
  out.set("number", report.group.number);
  out.set("title", or_null(report.group.title));
  out.set("state", api_name(state_of(report.group)));
  out.set("route_id", report.group.route ? json::Value(report.group.route->str()) : json::Value());
  out.set("timeline", report.timeline);
  return json::Value(std::move(out));
}

}  // namespace

json::Value write_json(const Report& report) {
  json::Array events, people, groups;
  for (const Event& event : report.events) events.push_back(write_event(event, report));
  for (const PersonReport& person : report.people) people.push_back(write_person(person, report));
  for (const GroupReport& group : report.groups) groups.push_back(write_group(group));
  json::Object out;
  out.set("integration_id", report.integration.id.str());
  out.set("start", to_iso(report.start));
  out.set("end", to_iso(report.end));
  out.set("until", to_iso(report.horizon));
  out.set("finished", report.finished);
  out.set("cut_short", report.cut_short);
  out.set("reached", report.reaches_somebody());
  out.set("verdict", report.verdict());
  out.set("because", list(report.because));
  out.set("people", std::move(people));
  out.set("events", std::move(events));
  out.set("alert_groups", std::move(groups));
  out.set("means", list(report.means));
  out.set("missing_means", list(report.missing_means));
  out.set("notes", list(report.notes));
  return json::Value(std::move(out));
}

}  // namespace tocsin::simulation
