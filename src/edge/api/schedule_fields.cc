#include "edge/api/schedule_fields.h"

#include <algorithm>

#include "domain/model/schedule_text.h"
#include "edge/api/relations.h"
#include "language/ical/calendar.h"
#include "store/shifts.h"
#include "store/zone_names.h"

namespace tocsin::api {
namespace {

constexpr std::size_t kLongestUrl = 500;
constexpr std::string_view kTypes[] = {"ical", "calendar", "web"};

constexpr Field kId{.name = "id", .access = FieldAccess::ReadOnly, .about = "S and 12 signs."};
constexpr Field kTeam{
    .name = "team_id", .type = FieldType::Reference, .about = "Null for no team.", .nullable = true};
constexpr Field kName{.name = "name", .required = true, .max_length = 200};
constexpr Field kType{.name = "type",
                      .access = FieldAccess::CreateOnly,
                      .about = "Decides which other fields there are.",
                      .required = true,
                      .choices = kTypes};
constexpr Field kZone{.name = "time_zone", .about = "IANA name; calendar and web.", .required = true};
constexpr Field kSlack{.name = "slack",
                       .type = FieldType::Any,
                       .about = "{\"channel_id\", \"user_group_id\"}, Slack's own ids."};
constexpr Field kShifts{.name = "shifts",
                        .type = FieldType::List,
                        .about = "Ids of on-call shifts; calendar and web.",
                        .nullable = true};
constexpr Field kPrimaryUrl{.name = "ical_url_primary",
                            .about = "The calendar of type ical.",
                            .required = true,
                            .max_length = kLongestUrl};
constexpr Field kOverridesUrl{.name = "ical_url_overrides",
                              .about = "A calendar that goes before; ical and calendar.",
                              .nullable = true,
                              .max_length = kLongestUrl};
constexpr Field kWebOverrides{.name = "enable_web_overrides",
                              .type = FieldType::Boolean,
                              .about = "Override shifts in place of ical_url_overrides; calendar.",
                              .nullable = true};
constexpr Field kOnCallNow{.name = "on_call_now",
                           .type = FieldType::Strings,
                           .access = FieldAccess::ReadOnly,
                           .about = "Ids of the users who are on call at this moment."};

constexpr Field kFields[] = {kId,    kTeam,       kName,         kZone,         kOnCallNow, kShifts,
                             kSlack, kPrimaryUrl, kOverridesUrl, kWebOverrides, kType};
constexpr Field kIcalFields[] = {kTeam, kName, kSlack, kPrimaryUrl, kOverridesUrl};
constexpr Field kCalendarFields[] = {kTeam, kName, kZone, kSlack, kShifts, kOverridesUrl, kWebOverrides};
constexpr Field kWebFields[] = {kTeam, kName, kZone, kSlack, kShifts};

std::span<const Field> fields_of(ScheduleType type) {
  switch (type) {
    case ScheduleType::Ical:
      return kIcalFields;
    case ScheduleType::Calendar:
      return kCalendarFields;
    case ScheduleType::Web:
      return kWebFields;
  }
  return kWebFields;
}

Error plain(std::string_view name, std::string text) {
  return invalid(std::string(1, kPlain) + std::string(name), std::move(text));
}

std::string upper_case(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

// Ids are taken as they are: whether Slack knows them shows when something is posted.
Result<void> read_slack(const json::Value& value, bool connected, Schedule& schedule, Fields& fields) {
  if (!value.is_object()) {
    fields.refuse("slack.non_field_errors",
                  "Invalid data. Expected a dictionary, but got " + std::string(value.python_type()) + ".");
    return {};
  }
  const struct {
    std::string_view name;
    std::string_view refusal;
    std::optional<std::string>& target;
  } members[] = {{"channel_id", "Invalid Slack channel", schedule.slack_channel_id},
                 {"user_group_id", "Invalid Slack user group", schedule.slack_user_group_id}};
  for (const auto& member : members) {
    const json::Value* id = value.find(member.name);
    if (id == nullptr) continue;
    if (id->is_null() || (id->is_string() && id->as_string().empty())) {
      member.target.reset();
    } else if (!id->is_string()) {
      fields.refuse("slack." + std::string(member.name), member.refusal);
    } else if (!connected) {
      return invalid("Slack isn't connected to this workspace");
    } else {
      member.target = upper_case(id->as_string());
    }
  }
  return {};
}

// Unknown ids are left out; the rest is the new list.
Result<void> read_shifts(const Fields& fields, store::Connection& db, Schedule& schedule) {
  if (!fields.has("shifts")) return {};
  schedule.shifts.clear();
  if (fields.is_null("shifts")) return {};
  for (const json::Value& item : fields.value("shifts").as_array()) {
    if (!item.is_string()) continue;
    const auto found = store::find_shift(db, OnCallShiftId(item.as_string()));
    if (!found) continue;
    if (schedule.type == ScheduleType::Calendar && found->shift.type == ShiftType::Override) {
      return invalid("Shifts of type override are not supported in this schedule");
    }
    const auto& id = found->shift.id;
    if (std::find(schedule.shifts.begin(), schedule.shifts.end(), id) == schedule.shifts.end()) {
      schedule.shifts.push_back(id);
    }
  }
  return {};
}

bool points_to_us(std::string_view url, const Settings& settings) {
  return url.find(settings.base_url) != std::string_view::npos;
}

// A URL that is kept is not fetched again (the refresher does that), so that a calendar server that is down
// does not stand in the way of other changes.
void read_url(Fields& fields, std::string_view name, const Call& call, std::optional<std::string>& url) {
  if (!fields.has(name)) return;
  const auto given = fields.optional_text(name);
  if (given == url) return;
  url = given;
  if (!given) return;
  if (points_to_us(*given, call.services.settings)) return fields.refuse(name, "Potential self-reference");
  const auto fetched = call.fetched.find(*given);
  if (fetched == call.fetched.end() || !fetched->second) return fields.refuse(name, "Ical download failed");
  if (!ical::read_calendar(*fetched->second)) fields.refuse(name, "Ical parse failed");
}

json::Value text_or_null(const std::optional<std::string>& text) {
  return text ? json::Value(*text) : json::Value();
}

template <class Id>
json::Value write_ids(const std::vector<Id>& ids) {
  json::Array out;
  for (const Id& id : ids) out.emplace_back(id.str());
  return json::Value(std::move(out));
}

}  // namespace

std::span<const Field> schedule_fields() {
  return kFields;
}

Result<ScheduleType> read_schedule_type(const json::Value& body) {
  if (!body.is_object()) {
    TRY(read_fields(body, {}, Method::Create));
    return ScheduleType::Web;
  }
  const json::Value* type = body.find("type");
  if (type == nullptr) return plain("type", "This field is required");
  const auto known = type->is_string() ? parse_schedule_type(type->as_string()) : std::nullopt;
  if (!known) return plain("type", "Invalid type");
  return *known;
}

Result<void> read_schedule(const json::Value& body, Method method, const Call& call, store::Connection& db,
                           Schedule& schedule) {
  TRY_AS(Fields fields, read_fields(body, fields_of(schedule.type), method));
  if (fields.has("team_id")) schedule.team_id = read_team(fields, "team_id", call.caller, db);
  if (fields.has("name")) schedule.name = fields.text("name");
  if (fields.has("time_zone")) {
    schedule.time_zone = fields.text("time_zone");
    if (!store::zone_name(schedule.time_zone)) fields.refuse("time_zone", "Invalid timezone");
  }
  if (fields.has("slack")) {
    TRY(read_slack(fields.value("slack"), call.services.settings.slack_connected, schedule, fields));
  }
  TRY(read_shifts(fields, db, schedule));
  read_url(fields, "ical_url_primary", call, schedule.ical_url_primary);
  read_url(fields, "ical_url_overrides", call, schedule.ical_url_overrides);
  if (fields.has("enable_web_overrides")) {
    schedule.enable_web_overrides =
        !fields.is_null("enable_web_overrides") && fields.boolean("enable_web_overrides");
  }
  return fields.accepted();
}

json::Value write_schedule(const Schedule& s, const std::vector<UserId>& on_call_now) {
  json::Object out;
  out.set("id", s.id.str());
  out.set("team_id", s.team_id ? json::Value(s.team_id->str()) : json::Value());
  out.set("name", s.name);
  if (s.type == ScheduleType::Ical) {
    out.set("ical_url_primary", text_or_null(s.ical_url_primary));
    out.set("ical_url_overrides", text_or_null(s.ical_url_overrides));
  } else {
    out.set("time_zone", s.time_zone);
  }
  out.set("on_call_now", write_ids(on_call_now));
  if (s.type != ScheduleType::Ical) out.set("shifts", write_ids(s.shifts));
  if (s.type == ScheduleType::Calendar) {
    out.set("ical_url_overrides", text_or_null(s.ical_url_overrides));
    out.set("enable_web_overrides", s.enable_web_overrides);
  }
  out.set("slack", json::Object{{"channel_id", text_or_null(s.slack_channel_id)},
                                {"user_group_id", text_or_null(s.slack_user_group_id)}});
  out.set("type", to_text(s.type));
  return json::Value(std::move(out));
}

std::vector<FeedUrl> feed_urls(const Schedule& schedule) {
  std::vector<FeedUrl> urls;
  if (schedule.ical_url_primary) urls.push_back({store::FeedLayer::Primary, *schedule.ical_url_primary});
  if (schedule.ical_url_overrides)
    urls.push_back({store::FeedLayer::Overrides, *schedule.ical_url_overrides});
  return urls;
}

std::vector<std::string> urls_to_fetch(const json::Value& body, ScheduleType type, const Schedule* before,
                                       const Settings& settings) {
  std::vector<std::string> urls;
  const auto add = [&](std::string_view name, const std::optional<std::string>& known) {
    const json::Value* value = body.find(name);
    if (value == nullptr || !value->is_string()) return;
    std::string url(trim(value->as_string()));
    if (url.empty() || url.size() > 4 * kLongestUrl || url == known || points_to_us(url, settings)) return;
    urls.push_back(std::move(url));
  };
  if (type == ScheduleType::Ical) add("ical_url_primary", before ? before->ical_url_primary : std::nullopt);
  if (type != ScheduleType::Web)
    add("ical_url_overrides", before ? before->ical_url_overrides : std::nullopt);
  return urls;
}

}  // namespace tocsin::api
