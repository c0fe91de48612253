#include "edge/api/notification_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "language/json/write.h"
#include "store/notification_rules.h"
#include "store/people.h"

namespace tocsin::api {
namespace {

using std::chrono::seconds;
using store::StoredNotificationRule;

constexpr std::int64_t kPageSize = 50;
constexpr std::int64_t kHighestPosition = std::numeric_limits<std::int32_t>::max();
constexpr seconds kDefaultWait{300};
constexpr std::array kWaits = {seconds(60), seconds(300), seconds(900), seconds(1800), seconds(3600)};

constexpr std::string_view kTypes[] = {"wait",
                                       "notify_by_slack",
                                       "notify_by_sms",
                                       "notify_by_phone_call",
                                       "notify_by_telegram",
                                       "notify_by_mobile_app",
                                       "notify_by_mobile_app_critical",
                                       "notify_by_email",
                                       "notify_by_webhook"};

constexpr Field kFields[] = {
    {.name = "position",
     .type = FieldType::Integer,
     .about = "From 0, among the user's rules of the same importance; -1 is the end."},
    {.name = "manual_order",
     .type = FieldType::Boolean,
     .access = FieldAccess::WriteOnly,
     .about = "True: exchange places with whoever is at the position."},
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "N and 12 signs."},
    {.name = "user_id", .access = FieldAccess::CreateOnly, .about = "Whose rule it is.", .required = true},
    {.name = "duration",
     .type = FieldType::Any,
     .about = "Of a wait: 60, 300, 900, 1800 or 3600 seconds, or such a time as H:MM:SS."},
    {.name = "important",
     .type = FieldType::Boolean,
     .access = FieldAccess::CreateOnly,
     .about = "Rules for important notifications."},
    {.name = "type", .about = "What the rule does.", .choices = kTypes},
};

Error plain(std::string_view name, std::string text) {
  return invalid(std::string(1, kPlain) + std::string(name), std::move(text));
}

json::Value write_rule(const StoredNotificationRule& stored) {
  json::Object out;
  out.set("position", stored.position);
  out.set("id", stored.rule.id.str());
  out.set("user_id", stored.user.str());
  const auto* wait = std::get_if<WaitRule>(&stored.rule.action);
  if (wait != nullptr)
    out.set("duration", wait->duration ? json::Value(wait->duration->count()) : json::Value());
  out.set("important", stored.importance == Importance::Important);
  out.set("type", wait != nullptr ? "wait" : api_type(std::get<NotifyRule>(stored.rule.action).by));
  return json::Value(std::move(out));
}

// ------------------------------------------------------------------------------------------ durations

// As Python writes a length of time: "0:05:00", "1 day, 0:00:00", "-1 day, 23:59:59.500000".
std::string timedelta_text(std::chrono::microseconds length) {
  const auto whole_days = std::chrono::floor<std::chrono::days>(length);
  const std::chrono::hh_mm_ss time(length - whole_days);
  std::array<char, 96> text{};
  int size = 0;
  if (const auto days = whole_days.count(); days != 0) {
    size = std::snprintf(text.data(), text.size(), "%lld day%s, ", static_cast<long long>(days),
                         std::abs(days) == 1 ? "" : "s");
  }
  size += std::snprintf(text.data() + size, text.size() - static_cast<std::size_t>(size), "%d:%02d:%02d",
                        static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                        static_cast<int>(time.seconds().count()));
  if (const auto fraction = time.subseconds().count(); fraction != 0) {
    std::snprintf(text.data() + size, text.size() - static_cast<std::size_t>(size), ".%06d",
                  static_cast<int>(fraction));
  }
  return text.data();
}

// One or two digits of hours, minutes and seconds, as a clock could show them.
bool is_clock_text(std::string_view text) {
  int part = 0, digits = 0, number = 0;
  constexpr std::array kHighest = {23, 59, 61};
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      number = number * 10 + (c - '0');
      if (++digits > 2 || number > kHighest[static_cast<std::size_t>(part)]) return false;
    } else if (c == ':' && digits > 0 && part < 2) {
      ++part;
      digits = number = 0;
    } else {
      return false;
    }
  }
  return part == 2 && digits > 0;
}

// The text that is looked up among the choices.
std::optional<std::string> duration_text(const json::Value& value) {
  constexpr double kLongest_s = 86'400.0 * 100'000'000;
  if (value.is_string()) {
    return is_clock_text(value.as_string()) ? std::optional(value.as_string()) : std::nullopt;
  }
  double length_s = 0;
  if (value.is_int()) {
    length_s = static_cast<double>(value.as_int());
  } else if (value.is_float()) {
    length_s = value.as_float();
  } else if (value.is_bool()) {
    length_s = value.as_bool() ? 1 : 0;
  } else {
    return std::nullopt;
  }
  if (!(std::abs(length_s) < kLongest_s)) return std::nullopt;
  return timedelta_text(std::chrono::microseconds(static_cast<std::int64_t>(std::nearbyint(length_s * 1e6))));
}

Result<seconds> read_duration(const std::string& text) {
  for (const seconds wait : kWaits) {
    if (text == timedelta_text(wait)) return wait;
  }
  return invalid("duration", "\"" + text + "\" is not a valid choice.");
}

// ---------------------------------------------------------------------------------------------- bodies

struct RuleBody {
  std::optional<std::int64_t> position;
  bool manual_order = false;
  std::optional<UserId> user;
  bool important = false;
  std::optional<std::string> type;
  std::optional<std::string> duration;
};

// Bad requests ("detail") come at once and hide what else is wrong.
Result<RuleBody> read_rule_body(const json::Value& value, Method method, store::Connection& db) {
  TRY_AS(const Fields fields, read_fields(value, kFields, method));
  RuleBody body;
  body.manual_order = fields.has("manual_order") && fields.boolean("manual_order");
  if (fields.has("position")) {
    body.position = fields.integer("position");
    const std::int64_t lowest = body.manual_order ? 0 : -1;
    if (*body.position < lowest || *body.position > kHighestPosition) {
      return invalid("Invalid value for position field");
    }
  }
  if (fields.has("user_id")) {
    body.user = UserId(fields.text("user_id"));
    if (!store::find_user(db, *body.user)) return invalid("User does not exist");
  }
  if (fields.has("duration") || value.find("duration") != nullptr) {
    body.duration = duration_text(*value.find("duration"));
    if (!body.duration) return invalid("Invalid duration format");
  }
  TRY(fields.accepted());
  body.important = fields.has("important") && fields.boolean("important");
  if (fields.has("type")) body.type = fields.text("type");
  return body;
}

Result<void> check_type(const std::string& type) {
  if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes)) {
    return plain("type", "Invalid type");
  }
  return {};
}

// What the rule does after the request: only a wait has a duration, and naming the type anew resets it.
Result<void> apply_action(const RuleBody& body, NotificationRule& rule) {
  if (body.type) {
    TRY(check_type(*body.type));
    if (const auto by = parse_notify_by(*body.type)) {
      rule.action = NotifyRule{*by};
    } else {
      rule.action = WaitRule{kDefaultWait};
    }
  }
  if (!body.duration) return {};
  auto* wait = std::get_if<WaitRule>(&rule.action);
  if (wait == nullptr) return plain("duration", "Duration can't be set");
  TRY_AS(wait->duration, read_duration(*body.duration));
  return {};
}

void place(store::Connection& db, const StoredNotificationRule& rule, const RuleBody& body) {
  if (!body.position) return;
  if (body.manual_order) return store::swap_notification_rule(db, rule, *body.position);
  std::int64_t position = *body.position;
  if (position == -1) {
    position = store::last_notification_position(db, rule.user, rule.importance).value_or(0);
  }
  store::move_notification_rule(db, rule, position);
}

// ------------------------------------------------------------------------------------------ operations

Result<store::NotificationRuleFilter> read_filter(const Call& call, store::Connection& db) {
  store::NotificationRuleFilter filter;
  if (const auto user = call.query("user_id")) {
    filter.user = UserId(*user);
    if (!store::find_user(db, *filter.user)) return invalid("User not found.");
  }
  if (const auto important = call.query("important")) {
    if (*important != "true" && *important != "false") return invalid("Important is not bool");
    filter.importance = *important == "true" ? Importance::Important : Importance::Default;
  }
  return filter;
}

// The filters of lists act on single rules, too.
Result<StoredNotificationRule> get_rule(const Call& call, store::Connection& db) {
  TRY_AS(const store::NotificationRuleFilter filter, read_filter(call, db));
  auto rule = store::find_notification_rule(db, NotificationRuleId(call.id()));
  if (!rule) return not_found();
  if (filter.user && rule->user != *filter.user) return not_found();
  if (filter.importance && rule->importance != *filter.importance) return not_found();
  return *std::move(rule);
}

Result<http::Response> answer_rule(store::Connection& db, const NotificationRuleId& id, int status) {
  const auto rule = store::find_notification_rule(db, id);
  TOCSIN_CHECK(rule.has_value());
  return ok(write_rule(*rule), status);
}

Result<http::Response> list(const Call& call, store::Connection& db) {
  TRY_AS(const store::NotificationRuleFilter filter, read_filter(call, db));
  const std::int64_t count = store::count_notification_rules(db, filter);
  const Paging paging = clamp(read_paging(call.request.query, kPageSize), count);
  json::Array rules;
  for (const StoredNotificationRule& rule :
       store::list_notification_rules(db, filter, paging.per_page, (paging.page - 1) * paging.per_page)) {
    rules.push_back(write_rule(rule));
  }
  return page_response(call.services.settings.base_url, call.request, paging, count,
                       json::write(json::Value(std::move(rules))));
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(const StoredNotificationRule rule, get_rule(call, db));
  return ok(write_rule(rule));
}

Result<http::Response> create(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value json, call.body);
  TRY_AS(const RuleBody body, read_rule_body(json, Method::Create, batch.db));
  if (!body.type) return plain("type", "Type is required");
  StoredNotificationRule stored{.rule = {.id = NotificationRuleId(batch.ids.public_id("N")), .action = {}},
                                .user = *body.user,
                                .importance = body.important ? Importance::Important : Importance::Default,
                                .position = 0,
                                .created_at = batch.next_instant()};
  TRY(apply_action(body, stored.rule));
  if (const auto last = store::last_notification_position(batch.db, stored.user, stored.importance)) {
    stored.position = *last + 1;
  }
  store::insert_notification_rule(batch.db, stored);
  place(batch.db, stored, body);
  batch.log.info("notification rule created", {{"user", stored.user.str()}, {"by", call.caller.username}});
  return answer_rule(batch.db, stored.rule.id, 201);
}

Result<http::Response> update(const Call& call, engine::Batch& batch) {
  TRY_AS(StoredNotificationRule stored, get_rule(call, batch.db));
  TRY_AS(const json::Value json, call.body);
  TRY_AS(const RuleBody body, read_rule_body(json, Method::Patch, batch.db));
  TRY(apply_action(body, stored.rule));
  store::update_notification_rule(batch.db, stored.rule);
  place(batch.db, stored, body);
  batch.log.info("notification rule updated", {{"user", stored.user.str()}, {"by", call.caller.username}});
  return answer_rule(batch.db, stored.rule.id, 200);
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(const StoredNotificationRule stored, get_rule(call, batch.db));
  store::delete_notification_rule(batch.db, stored.rule.id);
  batch.log.info("notification rule deleted", {{"user", stored.user.str()}, {"by", call.caller.username}});
  return no_content();
}

}  // namespace

Resource notification_rules_resource() {
  using access::Permission;
  using Answers = Operation::Answers;
  constexpr Permission kRead = Permission::UserSettingsRead, kWrite = Permission::UserSettingsWrite;
  constexpr bool kUsersOnly = false;
  return {
      .name = "personal_notification_rules",
      .title = "PersonalNotificationRule",
      .about = "How a person is notified, step by step.",
      .fields = kFields,
      .endpoints = {
          {.path = "/personal_notification_rules/",
           .operations = {{"GET", "List rules by user, importance and position", kRead, Read(list), 200,
                           Answers::Page, kUsersOnly},
                          {"POST", "Create a rule", kWrite, Write(create), 201, Answers::Object, kUsersOnly}},
           .parameters = {{"user_id", "Rules of that user."},
                          {"important", "true: rules for important notifications; false: the others."}}},
          {.path = "/personal_notification_rules/{id}/",
           .operations = {{"GET", "Get a rule", kRead, Read(get), 200, Answers::Object, kUsersOnly},
                          {"PUT", "Update a rule; absent fields keep their value", kWrite, Write(update), 200,
                           Answers::Object, kUsersOnly},
                          {"PATCH", "Update a rule", kWrite, Write(update), 200, Answers::Object, kUsersOnly},
                          {"DELETE", "Delete a rule; the others keep their positions", kWrite, Write(remove),
                           204, Answers::Nothing, kUsersOnly}}}}};
}

}  // namespace tocsin::api
