#include "edge/api/shift_fields.h"

#include <algorithm>
#include <limits>

#include "domain/model/schedule_text.h"
#include "domain/schedule/edits.h"
#include "edge/api/duration.h"
#include "edge/api/relations.h"
#include "store/people.h"
#include "store/schedule_inputs.h"
#include "store/schedules.h"
#include "store/zone_names.h"

namespace tocsin::api {
namespace {

constexpr std::int64_t kInt32Max = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kInt32Min = std::numeric_limits<std::int32_t>::min();
constexpr int kWebOverrideLevel = 99;

constexpr std::string_view kTypes[] = {"single_event", "recurrent_event", "rolling_users", "override"};
constexpr std::string_view kFrequencies[] = {"hourly", "daily", "weekly", "monthly"};
constexpr std::string_view kDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

constexpr Field kFields[] = {
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "O and 12 signs."},
    {.name = "team_id", .type = FieldType::Reference, .about = "Null for no team.", .nullable = true},
    {.name = "schedule",
     .type = FieldType::Reference,
     .access = FieldAccess::CreateOnly,
     .about = "The schedule it belongs to; on create: attaches it at once.",
     .nullable = true},
    {.name = "name", .nullable = true, .max_length = 200},
    {.name = "type", .about = "Which kind of shift.", .required = true, .choices = kTypes},
    {.name = "time_zone", .about = "IANA name; null: the schedule's.", .nullable = true},
    {.name = "level",
     .type = FieldType::Integer,
     .about = "Higher levels hide lower ones.",
     .minimum = kInt32Min,
     .maximum = kInt32Max},
    {.name = "start", .about = "Reading of the clock, without zone.", .required = true},
    {.name = "duration", .type = FieldType::Any, .about = "Seconds.", .required = true},
    {.name = "rotation_start", .about = "When turns begin to count; default: start."},
    {.name = "frequency", .about = "How often it recurs.", .nullable = true, .choices = kFrequencies},
    {.name = "interval",
     .type = FieldType::Integer,
     .about = "Every so many hours, days, weeks or months.",
     .nullable = true,
     .maximum = kInt32Max},
    {.name = "until", .about = "Reading of the clock, without zone; null: for ever.", .nullable = true},
    {.name = "week_start", .about = "First day of the week; only shown when weekly.", .choices = kDays},
    {.name = "by_day", .type = FieldType::List, .about = "Days of the week.", .nullable = true},
    {.name = "by_month", .type = FieldType::List, .about = "1 to 12.", .nullable = true},
    {.name = "by_monthday",
     .type = FieldType::List,
     .about = "1 to 31, or -1 to -31 from the end.",
     .nullable = true},
    {.name = "source",
     .type = FieldType::Any,
     .access = FieldAccess::WriteOnly,
     .about = "0: made by a web page, 3: by Terraform; anything else: by the API."},
    {.name = "users", .type = FieldType::List, .about = "Ids of users.", .nullable = true},
    {.name = "rolling_users",
     .type = FieldType::List,
     .about = "Lists of user ids that take turns.",
     .nullable = true},
    {.name = "start_rotation_from_user_index",
     .type = FieldType::Integer,
     .about = "Which list has the first turn.",
     .nullable = true,
     .minimum = 0,
     .maximum = kInt32Max},
};

// -------------------------------------------------------------------------------------- one field each

// Before all others, and hiding them.
Result<void> check_readings(const json::Value& body) {
  for (const std::string_view name : {"start", "rotation_start", "until"}) {
    const json::Value* value = body.find(name);
    if (value == nullptr || value->is_null()) continue;
    if (!value->is_string() || !parse_wall(value->as_string())) {
      return invalid("Invalid datetime format, should be \"yyyy-mm-dd'T'hh:mm:ss\"");
    }
  }
  return {};
}

void read_zone(Fields& fields, OnCallShift& shift) {
  if (!fields.has("time_zone")) return;
  shift.time_zone = fields.optional_text("time_zone");
  if (shift.time_zone && !store::zone_name(*shift.time_zone)) fields.refuse("time_zone", "Invalid timezone");
}

void read_duration(Fields& fields, OnCallShift& shift) {
  if (!fields.has("duration")) return;
  if (const auto duration = parse_duration(fields.value("duration"))) {
    shift.duration = *duration;
  } else {
    fields.refuse("duration", kWrongDuration);
  }
}

Result<void> read_frequency(const Fields& fields, OnCallShift& shift) {
  if (fields.has("frequency")) {
    const auto text = fields.optional_text("frequency");
    shift.frequency = text ? parse_shift_frequency(*text) : std::nullopt;
    if (text && !shift.frequency) return invalid("Invalid frequency type");
    if (text && !fields.has("interval")) shift.interval = 1;
  }
  if (fields.has("interval")) {
    shift.interval.reset();
    if (!fields.is_null("interval")) shift.interval = static_cast<int>(fields.integer("interval"));
    if (shift.interval && *shift.interval <= 0) return invalid("Invalid value for interval");
  }
  return {};
}

Result<void> read_days(const Fields& fields, OnCallShift& shift) {
  if (fields.has("week_start")) {
    const auto day = parse_weekday(fields.text("week_start"));
    if (!day) {
      return invalid(
          "Invalid day format for week start field. Should be one of the following: 'MO', 'TU', 'WE', 'TH', "
          "'FR', "
          "'SA', 'SU'");
    }
    shift.week_start = *day;
  }
  if (!fields.has("by_day")) return {};
  shift.by_day.clear();
  if (fields.is_null("by_day")) return {};
  for (const json::Value& item : fields.value("by_day").as_array()) {
    const auto day = item.is_string() ? parse_weekday(item.as_string()) : std::nullopt;
    if (!day) {
      return invalid(
          "Invalid day value in by_day field. Valid values: 'MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'");
    }
    shift.by_day.push_back(*day);
  }
  return {};
}

Result<void> read_numbers(const Fields& fields, std::string_view name, bool (*fits)(std::int64_t),
                          std::string_view refusal, std::vector<int>& numbers) {
  if (!fields.has(name)) return {};
  numbers.clear();
  if (fields.is_null(name)) return {};
  for (const json::Value& item : fields.value(name).as_array()) {
    if (!item.is_int() || !fits(item.as_int())) return invalid(std::string(refusal));
    numbers.push_back(static_cast<int>(item.as_int()));
  }
  return {};
}

// A PUT without it resets it, as OnCall does (docs/spec/api-people.md, section 8.2); a PATCH keeps it.
ShiftSource read_source(const json::Value& body, Method method, ShiftSource before) {
  const json::Value* source = body.find("source");
  if (source == nullptr && method == Method::Patch) return before;
  if (source != nullptr && source->is_int() && source->as_int() == 0) return ShiftSource::Web;
  if (source != nullptr && source->is_int() && source->as_int() == 3) return ShiftSource::Terraform;
  return ShiftSource::Api;
}

// As Python writes a set of texts.
std::string set_text(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  std::string out = "{";
  for (const std::string& text : texts) out += (out.size() > 1 ? ", '" : "'") + text + "'";
  return out + "}";
}

// A group is a set: each once, in the order of the internal user id.
void read_groups(Fields& fields, store::Connection& db, OnCallShift& shift) {
  if (!fields.has("rolling_users")) return;
  shift.rolling_users.clear();
  if (fields.is_null("rolling_users")) return;
  const auto people = store::all_people(db);
  std::size_t index = 0;
  for (const json::Value& group : fields.value("rolling_users").as_array()) {
    const std::string at = "rolling_users." + std::to_string(index++);
    if (!group.is_array()) {
      fields.refuse(at,
                    "Expected a list of items but got type \"" + std::string(group.python_type()) + "\".");
      continue;
    }
    std::vector<UserId> members = known_users(db, group.as_array());
    std::vector<std::string> unknown;
    for (const json::Value& id : group.as_array()) {
      const std::string text = id.is_string() ? id.as_string() : std::string(id.python_type());
      const bool known = std::find(members.begin(), members.end(), UserId(text)) != members.end();
      if (!known && std::find(unknown.begin(), unknown.end(), text) == unknown.end()) unknown.push_back(text);
    }
    if (!unknown.empty()) fields.refuse(at, "User does not exist " + set_text(unknown));
    std::sort(members.begin(), members.end(),
              [&](const UserId& a, const UserId& b) { return people->rank(a) < people->rank(b); });
    shift.rolling_users.push_back(std::move(members));
  }
}

// ------------------------------------------------------------------------------------ between the fields

Result<void> check_rule(const OnCallShift& shift, const Fields& fields, Method method,
                        const OnCallShift& before) {
  if (!recurs(shift.type)) return {};
  const bool is_new = method == Method::Create;
  if (is_new || shift.frequency != before.frequency) {
    if (!shift.frequency) return invalid("Field 'frequency' is required for this on-call shift type");
    if (shift.frequency == ShiftFrequency::Weekly && !fields.has("week_start")) {
      return invalid("Field 'week_start' is required for frequency type 'weekly'");
    }
    if (!shift.interval) return invalid("Field 'interval' must be a positive integer");
  }
  if (shift.type != ShiftType::RollingUsers) return {};
  const bool index_is_new =
      is_new || shift.start_rotation_from_user_index != before.start_rotation_from_user_index;
  if (index_is_new && !shift.start_rotation_from_user_index) {
    return invalid("Field 'start_rotation_from_user_index' is required for this on-call shift type");
  }
  if (shift.frequency != ShiftFrequency::Daily) return {};
  if (!shift.by_monthday.empty()) {
    return invalid(
        "Day limits are temporarily disabled for on-call shifts with type 'rolling_users' and frequency "
        "'daily'");
  }
  if (!shift.by_day.empty() && shift.interval.value_or(1) > static_cast<int>(shift.by_day.size())) {
    return invalid("Interval must be less than or equal to the number of selected days");
  }
  return {};
}

void forget_recurrence(OnCallShift& shift) {
  shift.frequency.reset();
  shift.interval.reset();
  shift.by_day.clear();
  shift.by_month.clear();
  shift.by_monthday.clear();
}

// What each type does not have is forgotten.
void apply_type(OnCallShift& shift) {
  if (shift.type == ShiftType::RollingUsers) {
    shift.users.clear();
    return;
  }
  shift.rolling_users.clear();
  shift.start_rotation_from_user_index.reset();
  if (shift.type == ShiftType::RecurrentEvent) return;
  forget_recurrence(shift);
  if (shift.type == ShiftType::SingleEvent) return;
  shift.until.reset();
  shift.level = 0;
  if (shift.source == ShiftSource::Web) {
    shift.level = kWebOverrideLevel;
    shift.rotation_start = shift.start;
  }
}

}  // namespace

std::span<const Field> shift_fields() {
  return kFields;
}

std::vector<UserId> known_users(store::Connection& db, const json::Array& ids) {
  const auto people = store::all_people(db);
  std::vector<UserId> users;
  for (const json::Value& id : ids) {
    if (!id.is_string()) continue;
    UserId user(id.as_string());
    if (people->find(user) == nullptr || std::find(users.begin(), users.end(), user) != users.end()) continue;
    users.push_back(std::move(user));
  }
  return users;
}

Result<void> read_shift(const json::Value& body, Method method, const Call& call, store::Connection& db,
                        OnCallShift& shift) {
  const OnCallShift before = shift;
  if (body.is_object()) TRY(check_readings(body));
  TRY_AS(Fields fields, read_fields(body, kFields, method));
  if (fields.has("team_id")) shift.team_id = read_team(fields, "team_id", call.caller, db);
  if (fields.has("name")) {
    shift.name = fields.optional_text("name");
    if (!shift.name && method != Method::Create) fields.refuse("name", "This field may not be null.");
  }
  if (fields.has("type")) {
    const auto type = parse_shift_type(fields.text("type"));
    if (!type) return invalid("Invalid shift type");
    shift.type = *type;
  }
  read_zone(fields, shift);
  if (fields.has("level")) shift.level = static_cast<int>(fields.integer("level"));
  if (fields.has("start")) shift.start = *parse_wall(fields.text("start"));
  read_duration(fields, shift);
  if (fields.has("rotation_start")) shift.rotation_start = *parse_wall(fields.text("rotation_start"));
  shift = schedule::with_rotation_start(before, std::move(shift), fields.has("rotation_start"));
  TRY(read_frequency(fields, shift));
  if (fields.has("until")) {
    const auto until = fields.optional_text("until");
    shift.until = until ? parse_wall(*until) : std::nullopt;
  }
  TRY(read_days(fields, shift));
  TRY(read_numbers(
      fields, "by_month", [](std::int64_t n) { return 1 <= n && n <= 12; },
      "Invalid month value in by_month field. Valid values: from 1 to 12", shift.by_month));
  TRY(read_numbers(
      fields, "by_monthday", [](std::int64_t n) { return n != 0 && -31 <= n && n <= 31; },
      "Invalid monthday value in by_monthday field. Valid values: from 1 to 31 and from -31 to -1",
      shift.by_monthday));
  shift.source = read_source(body, method, shift.source);
  if (fields.has("users")) {
    shift.users =
        fields.is_null("users") ? std::vector<UserId>{} : known_users(db, fields.value("users").as_array());
  }
  read_groups(fields, db, shift);
  if (fields.has("start_rotation_from_user_index")) {
    shift.start_rotation_from_user_index.reset();
    if (!fields.is_null("start_rotation_from_user_index")) {
      shift.start_rotation_from_user_index =
          static_cast<int>(fields.integer("start_rotation_from_user_index"));
    }
  }
  if (const auto id = method == Method::Create ? fields.optional_text("schedule") : std::nullopt) {
    const auto schedule = store::find_schedule(db, ScheduleId(*id));
    if (!schedule || schedule->schedule.type == ScheduleType::Ical)
      fields.refuse("schedule", "Object does not exist");
    shift.schedule = ScheduleId(*id);
  }
  TRY(fields.accepted());
  TRY(check_rule(shift, fields, method, before));
  apply_type(shift);
  return {};
}

int turn_offset_after(const OnCallShift& stored, const OnCallShift& edited, const Schedule& schedule,
                      Instant now) {
  return schedule::with_turn_kept(store::with_known_zones(stored), store::with_known_zones(edited),
                                  store::with_known_zones(schedule), now)
      .turn_offset;
}

}  // namespace tocsin::api
