#include "edge/api/silences.h"

#include <algorithm>
#include <array>

#include "edge/api/group_actions.h"
#include "engine/silences.h"
#include "language/json/write.h"
#include "store/silences.h"

namespace tocsin::api {
namespace {

constexpr std::int64_t kPageSize = 50;
constexpr std::size_t kLongestComment = 1000;
constexpr std::size_t kLongestValue = 1024;
constexpr std::size_t kMostMatchers = 50;
constexpr std::array<std::string_view, 3> kMatchOn = {"label", "title", "integration"};

constexpr Field kFields[] = {
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "Q and 12 signs."},
    {.name = "matchers",
     .type = FieldType::List,
     .about = "All must hold: [{\"on\": \"label\", \"name\": \"severity\", \"value\": \"warning\", "
              "\"is_regex\": false, \"is_equal\": true}]; on: label, title or integration.",
     .required = true},
    {.name = "starts_at", .type = FieldType::Time, .about = "Now when absent."},
    {.name = "ends_at", .type = FieldType::Time, .required = true},
    {.name = "comment", .allow_blank = true, .max_length = kLongestComment},
    {.name = "author", .access = FieldAccess::ReadOnly, .nullable = true},
    {.name = "created_at", .type = FieldType::Time, .access = FieldAccess::ReadOnly},
    {.name = "is_active",
     .type = FieldType::Boolean,
     .access = FieldAccess::ReadOnly,
     .about = "Has begun and not ended."},
};

json::Value write_matcher(const SilenceMatcher& matcher) {
  json::Object out;
  out.set("on", kMatchOn[static_cast<std::size_t>(matcher.on)]);
  out.set("name", matcher.on == MatchOn::Label ? json::Value(matcher.name) : json::Value());
  out.set("value", matcher.value);
  out.set("is_regex", matcher.regex);
  out.set("is_equal", !matcher.negated);
  return json::Value(std::move(out));
}

json::Value write_silence(const Silence& silence, Instant now) {
  json::Array matchers;
  for (const SilenceMatcher& matcher : silence.matchers) matchers.push_back(write_matcher(matcher));
  json::Object out;
  out.set("id", silence.id.str());
  out.set("matchers", std::move(matchers));
  out.set("starts_at", to_iso(silence.starts_at));
  out.set("ends_at", to_iso(silence.ends_at));
  out.set("comment", silence.comment);
  out.set("author", silence.author ? json::Value(silence.author->str()) : json::Value());
  out.set("created_at", to_iso(silence.created_at));
  out.set("is_active", silence.starts_at <= now && now < silence.ends_at);
  return json::Value(std::move(out));
}

Result<SilenceMatcher> read_matcher(const json::Value& value) {
  if (!value.is_object()) return invalid("matchers", "Each matcher is an object.");
  SilenceMatcher matcher;
  if (const json::Value* on = value.find("on")) {
    const auto found = std::find_if(kMatchOn.begin(), kMatchOn.end(),
                                    [&](std::string_view name) { return *on == json::Value(name); });
    if (found == kMatchOn.end()) return invalid("matchers", "on: must be label, title or integration.");
    matcher.on = static_cast<MatchOn>(found - kMatchOn.begin());
  }
  const Field name{.name = "name", .trimmed = false, .max_length = 200};
  const Field text{.name = "value", .allow_blank = true, .trimmed = false, .max_length = kLongestValue};
  const Field flag{.name = "flag", .type = FieldType::Boolean};
  if (matcher.on == MatchOn::Label) {
    const json::Value* given = value.find("name");
    if (given == nullptr) return invalid("matchers", "name: a label matcher needs the label's name.");
    TRY_AS(const json::Value read, read_field(*given, name, "matchers"));
    matcher.name = read.as_string();
  }
  const json::Value* given = value.find("value");
  if (given == nullptr) return invalid("matchers", "value: this field is required.");
  TRY_AS(const json::Value read, read_field(*given, text, "matchers"));
  matcher.value = read.as_string();
  if (const json::Value* is_regex = value.find("is_regex")) {
    TRY_AS(const json::Value flagged, read_field(*is_regex, flag, "matchers"));
    matcher.regex = flagged.as_bool();
  }
  if (const json::Value* is_equal = value.find("is_equal")) {
    TRY_AS(const json::Value flagged, read_field(*is_equal, flag, "matchers"));
    matcher.negated = !flagged.as_bool();
  }
  return matcher;
}

void read_matchers(Fields& fields, Silence& silence) {
  if (!fields.has("matchers")) return;
  const json::Array& items = fields.value("matchers").as_array();
  if (items.empty() || items.size() > kMostMatchers)
    return fields.refuse("matchers",
                         "From 1 to " + std::to_string(kMostMatchers) + " matchers are expected.");
  for (const json::Value& item : items) {
    auto matcher = read_matcher(item);
    if (!matcher) return fields.refuse(std::move(matcher).error());
    silence.matchers.push_back(std::move(matcher).value());
  }
}

void read_time(Fields& fields, std::string_view name, Instant& out) {
  if (!fields.has(name)) return;
  if (const auto at = parse_iso(fields.text(name))) {
    out = *at;
  } else {
    fields.refuse(name, "Time has wrong format. Use this format instead: 2031-04-05T06:07:08Z.");
  }
}

Result<http::Response> create(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, Method::Create));
  Silence silence;
  silence.id = SilenceId(batch.ids.public_id("Q"));
  silence.created_at = batch.next_instant();
  silence.starts_at = batch.now();
  silence.author = call.caller.user;
  silence.author_name = call.caller.username;
  read_matchers(fields, silence);
  read_time(fields, "starts_at", silence.starts_at);
  read_time(fields, "ends_at", silence.ends_at);
  silence.comment = fields.optional_text("comment").value_or("");
  TRY(fields.accepted());
  if (silence.ends_at <= std::max(silence.starts_at, batch.now()))
    return invalid("ends_at", "The end must be later than the start and than now.");
  auto rule = grouping::make_silence_rule(silence);
  if (!rule) return invalid("matchers", "Regular expression is incorrect");
  store::insert_silence(batch.db, silence);
  const std::int64_t silenced = engine::begin_silence(batch, *rule);
  batch.log.info("silence created",
                 {{"silence", silence.id.str()}, {"alert_groups", silenced}, {"by", call.caller.username}});
  return ok(write_silence(silence, batch.now()), 201);
}

Result<Silence> get_silence(const Call& call, store::Connection& db) {
  auto silence = store::find_silence(db, SilenceId(call.id()));
  if (!silence) return not_found();
  return *std::move(silence);
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(const Silence silence, get_silence(call, batch.db));
  const std::int64_t fired = engine::take_back_silence(batch, silence, actor_of(call.caller));
  batch.log.info("silence ended",
                 {{"silence", silence.id.str()}, {"alert_groups", fired}, {"by", call.caller.username}});
  return no_content();
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(const Silence silence, get_silence(call, db));
  return ok(write_silence(silence, call.now));
}

Result<http::Response> list(const Call& call, store::Connection& db) {
  store::SilenceFilter filter;
  if (call.query("active") == "true") filter.active_at = call.now;
  const std::int64_t count = store::count_silences(db, filter);
  const Paging paging = clamp(read_paging(call.request.query, kPageSize), count);
  json::Array silences;
  for (const Silence& silence :
       store::list_silences(db, filter, paging.per_page, (paging.page - 1) * paging.per_page)) {
    silences.push_back(write_silence(silence, call.now));
  }
  return page_response(call.services.settings.base_url, call.request, paging, count,
                       json::write(json::Value(std::move(silences))));
}

}  // namespace

Resource silences_resource() {
  using access::Permission;
  using Answers = Operation::Answers;
  constexpr Permission kRead = Permission::AlertGroupsRead, kWrite = Permission::AlertGroupsWrite;
  return {
      .name = "silences",
      .title = "Silence",
      .about = "Silences by matcher: alert groups that fire or open while one holds are silenced to its end.",
      .fields = kFields,
      .endpoints = {
          {.path = "/silences/",
           .operations = {{"GET", "List silences, newest first", kRead, Read(list), 200, Answers::Page},
                          {"POST", "Create a silence; what fires and fits is silenced at once", kWrite,
                           Write(create), 201}},
           .parameters = {{"active", "true: only those that have not ended."}}},
          {.path = "/silences/{id}/",
           .operations = {{"GET", "Get a silence", kRead, Read(get)},
                          {"DELETE", "End a silence now; what it silenced fires again", kWrite, Write(remove),
                           204, Answers::Nothing}}}}};
}

}  // namespace tocsin::api
