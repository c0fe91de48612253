#include "edge/api/group_timeline.h"

#include <algorithm>

#include "base/overloaded.h"
#include "domain/model/log_text.h"
#include "domain/model/natural_duration.h"
#include "store/alert_groups.h"
#include "store/group_timeline.h"
#include "store/json_columns.h"
#include "store/people.h"
#include "store/resolution_notes.h"

namespace tocsin::api {
namespace {

constexpr std::int64_t kShownAlerts = 100;   // the newest
constexpr std::int64_t kShownNotes = 1'000;  // nobody writes more

struct Line {
  Instant at;
  std::string_view realm;
  json::Value type;
  std::string text;
  json::Value author;
  bool hidden = false;  // left out of the time line that OnCall shows
  json::Value detail;
};

json::Value person(const std::optional<UserId>& id, const std::string& name) {
  if (!id && name.empty()) return {};
  return json::Object{{"id", id ? json::Value(id->str()) : json::Value()}, {"username", json::Value(name)}};
}

Line line_of(const GroupRecord& record) {
  return {record.at,
          "alert_group",
          json::Value(static_cast<int>(record.type)),
          text_of(record),
          person(record.author, record.author_name),
          !is_in_timeline(record),
          to_json(record)};
}

Line line_of(const PersonalRecord& record) {
  return {record.at,
          "user_notification",
          json::Value(static_cast<int>(record.type)),
          text_of(record),
          person(record.user, record.user_name),
          !is_in_timeline(record),
          to_json(record)};
}

Line line_of(const ResolutionNote& note, store::Connection& db) {
  const auto author = note.author ? store::find_user(db, *note.author) : std::nullopt;
  return {note.created_at,
          "resolution_note",
          json::Value(note.source),
          note.text,
          person(note.author, author ? author->username : std::string()),
          false,
          json::Object{{"id", json::Value(note.id.str())}}};
}

json::Value write_line(const Line& line, Instant now) {
  json::Object out;
  out.set("time", natural_duration(std::chrono::floor<std::chrono::seconds>(now - line.at)));
  out.set("type", line.type);
  out.set("realm", line.realm);
  out.set("text", line.text);
  out.set("author", line.author);
  out.set("created_at", to_iso(line.at));
  out.set("hidden", line.hidden);
  out.set("detail", line.detail);
  return json::Value(std::move(out));
}

json::Value write_alert(const store::AlertTrace& trace) {
  json::Object out;
  out.set("id", trace.id.str());
  out.set("created_at", to_iso(trace.created_at));
  out.set("opened_the_group", trace.is_first);
  for (const auto& [name, value] : store::parse_object(trace.signals)) out.set(name, value);
  return json::Value(std::move(out));
}

Result<http::Response> read_timeline(const Call& call, store::Connection& db) {
  const AlertGroupId id(call.id());
  if (!store::find_group(db, id)) return not_found();
  return ok(write_timeline(db, id, call.now));
}

}  // namespace

json::Value write_timeline(store::Connection& db, const AlertGroupId& id, Instant now) {
  std::vector<Line> lines;
  for (const store::LogRecord& record : store::records_of(db, id))
    lines.push_back(std::visit([](const auto& r) { return line_of(r); }, record));
  for (const ResolutionNote& note : store::list_resolution_notes(db, id.str(), kShownNotes, 0))
    lines.push_back(line_of(note, db));
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.at < b.at; });

  json::Array records, alerts;
  for (const Line& line : lines) records.push_back(write_line(line, now));
  for (const store::AlertTrace& trace : store::alert_traces(db, id, kShownAlerts))
    alerts.push_back(write_alert(trace));
  json::Object out;
  out.set("alert_group_id", id.str());
  out.set("opened_because", store::parse_object(store::opened_because(db, id)));
  out.set("alerts", std::move(alerts));
  out.set("records", std::move(records));
  return json::Value(std::move(out));
}

Endpoint group_timeline_endpoint() {
  return {.path = "/alert_groups/{id}/timeline/",
          .operations = {{"GET",
                          "Everything that happened to an alert group: {opened_because, alerts with why each "
                          "joined, records}",
                          access::Permission::AlertGroupsRead, Read(read_timeline), 200,
                          Operation::Answers::Other}}};
}

}  // namespace tocsin::api
