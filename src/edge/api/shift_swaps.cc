#include "edge/api/shift_swaps.h"

#include <algorithm>

#include "domain/schedule/swaps.h"
#include "edge/api/event_json.h"
#include "edge/api/page.h"
#include "engine/schedule_edits.h"
#include "language/json/write.h"
#include "store/people.h"
#include "store/schedule_inputs.h"
#include "store/swaps.h"

namespace tocsin::api {
namespace {

using schedule::SwapStatus;

constexpr std::int64_t kPageSize = 50;
constexpr std::string_view kWrongTime =
    "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm:ssZ, "
    "YYYY-MM-DDThh:mm:ss.uuuuuuZ, "
    "YYYY-MM-DDThh:mm:ss[+HHMM|-HHMM], YYYY-MM-DDThh:mm:ss.uuuuuu[+HHMM|-HHMM].";

constexpr Field kFields[] = {
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "SSR and 12 signs."},
    {.name = "created_at", .type = FieldType::Time, .access = FieldAccess::ReadOnly},
    {.name = "updated_at", .type = FieldType::Time, .access = FieldAccess::ReadOnly},
    {.name = "status", .access = FieldAccess::ReadOnly, .about = "open, taken, past_due or deleted."},
    {.name = "schedule", .type = FieldType::Reference, .required = true, .required_on_put = true},
    {.name = "swap_start",
     .type = FieldType::Time,
     .about = "With a zone; in the future.",
     .required = true,
     .required_on_put = true},
    {.name = "swap_end",
     .type = FieldType::Time,
     .about = "With a zone.",
     .required = true,
     .required_on_put = true},
    {.name = "description", .nullable = true, .max_length = 3000},
    {.name = "beneficiary",
     .type = FieldType::Any,
     .access = FieldAccess::CreateOnly,
     .about = "Who asks to be relieved.",
     .nullable = true},
    {.name = "benefactor", .access = FieldAccess::ReadOnly, .about = "Who took it.", .nullable = true},
    {.name = "shifts",
     .type = FieldType::List,
     .access = FieldAccess::ReadOnly,
     .about = "What it touches; not in lists."},
};

// ----------------------------------------------------------------------------------------------- times

// "Z", "+HHMM" or "+HH:MM" at the end; nullopt: none.
std::optional<std::chrono::seconds> parse_offset(std::string_view text) {
  if (text == "Z") return std::chrono::seconds{0};
  if (text.size() != 5 && text.size() != 6) return std::nullopt;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  std::string digits(text.substr(1));
  if (digits.size() == 5) {
    if (digits[2] != ':') return std::nullopt;
    digits.erase(2, 1);
  }
  if (digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  const int hours = (digits[0] - '0') * 10 + digits[1] - '0',
            minutes = (digits[2] - '0') * 10 + digits[3] - '0';
  if (hours > 23 || minutes > 59) return std::nullopt;
  const std::chrono::seconds offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
  return text[0] == '-' ? -offset : offset;
}

// A time that says its zone.
std::optional<Instant> parse_zoned(std::string_view text) {
  constexpr std::size_t kTimeAt = std::string_view("YYYY-MM-DDT").size();
  const std::size_t zone = text.find_first_of("Z+-", kTimeAt);
  if (zone == std::string_view::npos) return std::nullopt;
  const auto wall = parse_iso(text.substr(0, zone));
  const auto offset = parse_offset(text.substr(zone));
  if (!wall || !offset) return std::nullopt;
  return *wall - *offset;
}

// Always with six decimals.
std::string time_text(Instant at) {
  std::string text = to_iso(at);
  if (text.find('.') == std::string::npos) text.insert(text.size() - 1, ".000000");
  return text;
}

// --------------------------------------------------------------------------------------------- answers

std::string_view status_text(SwapStatus status) {
  switch (status) {
    case SwapStatus::Open:
      return "open";
    case SwapStatus::Taken:
      return "taken";
    case SwapStatus::PastDue:
      return "past_due";
    case SwapStatus::Deleted:
      return "deleted";
  }
  return "";
}

json::Object write_swap(const ShiftSwap& swap, const Call& call, bool expand, UserNames& names) {
  const auto user = [&](const UserId& id) {
    return expand ? json::Value(write_short_user(id, names)) : json::Value(id.str());
  };
  json::Object out;
  out.set("id", swap.id.str());
  out.set("created_at", time_text(swap.created_at));
  out.set("updated_at", time_text(swap.updated_at));
  out.set("status", status_text(schedule::status(swap, call.now)));
  out.set("schedule", swap.schedule.str());
  out.set("swap_start", time_text(swap.swap_start));
  out.set("swap_end", time_text(swap.swap_end));
  out.set("description", swap.description ? json::Value(*swap.description) : json::Value());
  out.set("beneficiary", user(swap.beneficiary));
  out.set("benefactor", swap.benefactor ? user(*swap.benefactor) : json::Value());
  return out;
}

bool expands(const Call& call) {
  return call.query("expand_users") == "true";
}

// The events that the swap touches, as they are with it.
json::Value write_shifts(const ShiftSwap& swap, const Call& call, store::Connection& db, UserNames& names) {
  json::Array out;
  const schedule::Range window{swap.swap_start, swap.swap_end};
  const auto loaded = store::load_schedule(db, swap.schedule, window);
  if (!loaded) return json::Value(std::move(out));
  schedule::ScheduleInput input = loaded->input();
  input.show_offers_at = call.now;
  const schedule::FinalSchedule final = schedule::resolve(input, window);
  for (const schedule::Event& event : final.events()) {
    const bool touched = std::any_of(
        event.users.begin(), event.users.end(),
        [&](const schedule::OnCallUser& user) { return user.swap && user.swap->swap == swap.id; });
    if (touched) out.push_back(write_event(event, names));
  }
  return json::Value(std::move(out));
}

http::Response answer_swap(const ShiftSwap& swap, const Call& call, store::Connection& db, bool expand,
                           int status) {
  UserNames names(db);
  json::Object out = write_swap(swap, call, expand, names);
  out.set("shifts", write_shifts(swap, call, db, names));
  return ok(json::Value(std::move(out)), status);
}

// -------------------------------------------------------------------------------------------- reading

Result<ShiftSwap> get_swap(const Call& call, store::Connection& db) {
  auto swap = store::find_swap(db, ShiftSwapId(call.id()));
  if (!swap) return not_found();
  return *std::move(swap);
}

Result<http::Response> list(const Call& call, store::Connection& db) {
  store::SwapFilter filter{.starting_after = call.now,
                           .schedule = call.query("schedule_id"),
                           .beneficiary = call.query("beneficiary"),
                           .benefactor = call.query("benefactor"),
                           .open_after = std::nullopt};
  if (const auto text = call.query("starting_after")) {
    const auto at = parse_zoned(*text);
    if (!at) return ok(json::Value(json::Array{json::Value(kWrongTime)}), 400);
    filter.starting_after = *at;
  }
  if (call.query("open_only") == "true") filter.open_after = call.now;
  UserNames names(db);
  return answer_page(
      call, kPageSize, store::count_swaps(db, filter),
      [&](std::int64_t limit, std::int64_t offset) { return store::list_swaps(db, filter, limit, offset); },
      [&](const ShiftSwap& swap) { return json::Value(write_swap(swap, call, expands(call), names)); });
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(const ShiftSwap swap, get_swap(call, db));
  return answer_swap(swap, call, db, expands(call), 200);
}

// -------------------------------------------------------------------------------------------- writing

void read_time(Fields& fields, std::string_view name, Instant& at) {
  if (!fields.has(name)) return;
  if (const auto read = parse_zoned(fields.text(name))) {
    at = *read;
  } else {
    fields.refuse(name, kWrongTime);
  }
}

Result<void> read_swap(const json::Value& body, Method method, Instant now, store::Connection& db,
                       ShiftSwap& swap) {
  TRY_AS(Fields fields, read_fields(body, kFields, method));
  if (fields.has("schedule")) {
    swap.schedule = ScheduleId(fields.text("schedule"));
    if (!store::find_schedule(db, swap.schedule)) fields.refuse("schedule", "Object does not exist");
  }
  read_time(fields, "swap_start", swap.swap_start);
  read_time(fields, "swap_end", swap.swap_end);
  if (fields.has("description")) swap.description = fields.optional_text("description");
  TRY(fields.accepted());
  if (fields.has("swap_start") != fields.has("swap_end")) {
    return invalid(
        "non_field_errors",
        "when doing a partial update on time related fields, both start and end times must be specified");
  }
  if (!fields.has("swap_start")) return {};
  if (swap.swap_start < now) {
    return invalid("non_field_errors", "swap_start must be a datetime in the future");
  }
  if (swap.swap_start > swap.swap_end)
    return invalid("non_field_errors", "swap_end must occur after swap_start");
  return {};
}

// {"<role>": "<user id>"}
Result<UserId> read_role(const json::Value& body, const std::string& role, store::Connection& db) {
  const json::Value* value = body.find(role);
  const bool given =
      value != nullptr && !value->is_null() && !(value->is_string() && value->as_string().empty());
  if (!given) return invalid(role + " user ID is required");
  if (!value->is_string() || !store::find_user(db, UserId(value->as_string()))) {
    return invalid("Invalid " + role + " user ID");
  }
  return UserId(value->as_string());
}

Result<http::Response> create(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  ShiftSwap swap;
  TRY(read_swap(body, Method::Create, call.now, batch.db, swap));
  TRY_AS(swap.beneficiary, read_role(body, "beneficiary", batch.db));
  swap.id = ShiftSwapId(batch.ids.public_id("SSR"));
  swap.created_at = swap.updated_at = batch.next_instant();
  store::insert_swap(batch.db, swap);
  batch.log.info("shift swap created", {{"swap", swap.id.str()}, {"by", swap.beneficiary.str()}});
  return answer_swap(swap, call, batch.db, expands(call), 201);
}

// Who is on call by a taken swap changes with it, on both schedules when it moves.
void settle(engine::Batch& batch, const ShiftSwap& before, const ShiftSwap& after) {
  if (!before.benefactor && !after.benefactor) return;
  engine::settle(batch, before.schedule, store::Edit::Changes);
  if (after.schedule != before.schedule) engine::settle(batch, after.schedule, store::Edit::Changes);
}

Result<http::Response> update(const Call& call, engine::Batch& batch, Method method) {
  TRY_AS(const ShiftSwap before, get_swap(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  ShiftSwap swap = before;
  TRY(read_swap(body, method, call.now, batch.db, swap));
  settle(batch, before, swap);
  swap.updated_at = batch.next_instant();
  store::update_swap(batch.db, swap);
  batch.log.info("shift swap updated", {{"swap", swap.id.str()}, {"by", call.caller.username}});
  return answer_swap(swap, call, batch.db, expands(call), 200);
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(ShiftSwap swap, get_swap(call, batch.db));
  settle(batch, swap, swap);
  swap.deleted_at = batch.next_instant();
  store::update_swap(batch.db, swap);
  batch.log.info("shift swap deleted", {{"swap", swap.id.str()}, {"by", call.caller.username}});
  return no_content();
}

Result<http::Response> take(const Call& call, engine::Batch& batch) {
  TRY_AS(const ShiftSwap before, get_swap(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  TRY_AS(const UserId benefactor, read_role(body, "benefactor", batch.db));
  if (benefactor == before.beneficiary) {
    return invalid("A shift swap request cannot be created and taken by the same user");
  }
  if (schedule::status(before, call.now) != SwapStatus::Open) {
    return invalid("The shift swap request is not in a state which allows it to be taken");
  }
  ShiftSwap swap = before;
  swap.benefactor = benefactor;
  settle(batch, before, swap);
  swap.updated_at = batch.next_instant();
  store::update_swap(batch.db, swap);
  batch.log.info("shift swap taken", {{"swap", swap.id.str()}, {"by", call.caller.username}});
  return answer_swap(swap, call, batch.db, false, 200);
}

Write put_or_patch(Method method) {
  return [method](const Call& call, engine::Batch& batch) { return update(call, batch, method); };
}

}  // namespace

Resource shift_swaps_resource() {
  using access::Permission;
  using Answers = Operation::Answers;
  constexpr Permission kRead = Permission::SchedulesRead, kWrite = Permission::SchedulesWrite;
  return {.name = "shift_swaps",
          .title = "ShiftSwap",
          .about = "Somebody's time on call, offered to others or taken by one of them.",
          .fields = kFields,
          .endpoints = {
              {.path = "/shift_swaps/",
               .operations = {{"GET", "List swaps by their start", kRead, Read(list), 200, Answers::Page},
                              {"POST", "Offer time on call", kWrite, Write(create), 201}},
               .parameters = {{"starting_after", "Only those beginning at or after it; default: now."},
                              {"schedule_id", "Of that schedule."},
                              {"beneficiary", "Of that user."},
                              {"benefactor", "Taken by that user."},
                              {"open_only", "true: not taken and not begun."},
                              {"expand_users", "true: users with name and e-mail."}}},
              {.path = "/shift_swaps/{id}/",
               .operations = {{"GET", "Get a swap", kRead, Read(get)},
                              {"PUT", "Update a swap", kWrite, put_or_patch(Method::Put)},
                              {"PATCH", "Update a swap", kWrite, put_or_patch(Method::Patch)},
                              {"DELETE", "Withdraw a swap; a taken one is undone from now on", kWrite,
                               Write(remove), 204, Answers::Nothing}}},
              {.path = "/shift_swaps/{id}/take/",
               .operations = {{"POST", "Take the offered time: {benefactor}", kWrite, Write(take)}}}}};
}

}  // namespace tocsin::api
