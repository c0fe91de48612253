#include "edge/api/policy_steps.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>

#include "base/overloaded.h"
#include "edge/api/relations.h"
#include "store/people.h"
#include "store/slack_workspace.h"
#include "store/webhooks.h"

namespace tocsin::api {
namespace {

constexpr double kShortestWait_s = 60, kLongestWait_s = 86400;
constexpr std::string_view kNotNull = "This field may not be null.";
constexpr std::string_view kUnknown = "Object does not exist";

struct StepType {
  std::string_view name;
  Step (*make)();
};

template <class T>
constexpr StepType step_type_of(std::string_view name) {
  return {name, [] { return Step(T{}); }};
}

constexpr std::array kStepTypes = {
    step_type_of<step::Wait>("wait"),
    step_type_of<step::NotifyPersons>("notify_persons"),
    step_type_of<step::NotifyPersonNextEachTime>("notify_person_next_each_time"),
    step_type_of<step::NotifyOnCallFromSchedule>("notify_on_call_from_schedule"),
    step_type_of<step::NotifyUserGroup>("notify_user_group"),
    step_type_of<step::NotifyTeamMembers>("notify_team_members"),
    step_type_of<step::NotifyWholeChannel>("notify_whole_channel"),
    step_type_of<step::NotifyIfTimeFromTo>("notify_if_time_from_to"),
    step_type_of<step::NotifyIfNumAlertsInWindow>("notify_if_num_alerts_in_window"),
    step_type_of<step::RepeatEscalation>("repeat_escalation"),
    step_type_of<step::TriggerWebhook>("trigger_webhook"),
    step_type_of<step::Resolve>("resolve"),
    step_type_of<step::DeclareIncident>("declare_incident"),
};

constexpr auto kStepTypeNames = [] {
  std::array<std::string_view, kStepTypes.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kStepTypes[i].name;
  return names;
}();

template <class Id>
json::Value id_or_null(const std::optional<Id>& id) {
  return id ? json::Value(id->str()) : json::Value();
}

json::Value number_or_null(const std::optional<std::int64_t>& number) {
  return number ? json::Value(*number) : json::Value();
}

json::Value write_users(const std::vector<UserId>& users) {
  json::Array ids;
  for (const UserId& user : users) ids.emplace_back(user.str());
  return json::Value(std::move(ids));
}

json::Value write_time(const std::optional<step::TimeOfDay>& time) {
  if (!time) return {};
  return to_iso_seconds(Instant(*time)).substr(11);  // "1970-01-01T06:07:08Z"
}

// Exactly hh:mm:ssZ; parts of one digit pass.
std::optional<step::TimeOfDay> parse_time(std::string_view text) {
  if (!text.ends_with('Z')) return std::nullopt;
  text.remove_suffix(1);
  constexpr std::array kLimits = {24, 60, 60};
  step::TimeOfDay time{};
  for (std::size_t part = 0; part < kLimits.size(); ++part) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (colon < 1 || colon > 2 || (colon == text.size()) != (part + 1 == kLimits.size())) return std::nullopt;
    int number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + colon, number);
    if (error != std::errc() || end != text.data() + colon || number < 0 || number >= kLimits[part])
      return std::nullopt;
    time = time * 60 + step::TimeOfDay(number);
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  return time;
}

// Those that exist, in the order in which they were created; unknown ids are dropped without a word.
std::vector<UserId> read_users(const Fields& fields, std::string_view name, store::Connection& db) {
  std::vector<User> users;
  if (!fields.is_null(name)) {
    for (const json::Value& id : fields.value(name).as_array()) {
      if (auto user = store::find_user(db, UserId(id.as_string()))) users.push_back(*std::move(user));
    }
  }
  std::sort(users.begin(), users.end(), [](const User& a, const User& b) {
    return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
  });
  std::vector<UserId> ids;
  for (const User& user : users) {
    if (ids.empty() || ids.back() != user.id) ids.push_back(user.id);
  }
  return ids;
}

// Reads one field after the other into the step; what the body does not say stays.
class StepReader {
 public:
  StepReader(Fields& fields, store::Connection& db) : fields_(fields), db_(db) {}

  void operator()(step::Wait& s) {
    if (!fields_.has("duration")) return;
    s.duration.reset();
    if (fields_.is_null("duration")) return;
    const double seconds = std::trunc(fields_.value("duration").as_float());
    if (seconds < kShortestWait_s) {
      fields_.refuse("duration", "Ensure this value is greater than or equal to 0:01:00.");
    } else if (seconds > kLongestWait_s) {
      fields_.refuse("duration", "Ensure this value is less than or equal to 1 day, 0:00:00.");
    } else {
      s.duration = std::chrono::seconds(static_cast<std::int64_t>(seconds));
    }
  }
  void operator()(step::NotifyPersons& s) { read_persons(s.users); }
  void operator()(step::NotifyPersonNextEachTime& s) { read_persons(s.users); }
  void operator()(step::NotifyOnCallFromSchedule& s) {
    read_reference("notify_on_call_from_schedule", s.schedule,
                   [this](const ScheduleId& id) { return schedule_exists(db_, id); });
  }
  void operator()(step::NotifyUserGroup& s) {
    read_reference("group_to_notify", s.user_group,
                   [this](const UserGroupId& id) { return user_group_exists(db_, id); });
  }
  void operator()(step::NotifyTeamMembers& s) {
    read_reference("team_to_notify", s.team,
                   [this](const TeamId& id) { return store::find_team(db_, id).has_value(); });
  }
  void operator()(step::NotifyIfTimeFromTo& s) {
    read_time("notify_if_time_from", s.from);
    read_time("notify_if_time_to", s.to);
  }
  void operator()(step::NotifyIfNumAlertsInWindow& s) {
    read_number("num_alerts_in_window", s.alerts);
    read_number("num_minutes_in_window", s.minutes);
  }
  void operator()(step::TriggerWebhook& s) {
    read_reference("action_to_trigger", s.webhook,
                   [this](const WebhookId& id) { return store::find_webhook(db_, id).has_value(); });
  }
  void operator()(step::DeclareIncident& s) {
    if (fields_.has("severity")) s.severity = fields_.text("severity");
  }
  void operator()(step::NotifyWholeChannel&) {}
  void operator()(step::RepeatEscalation&) {}
  void operator()(step::Resolve&) {}
  void operator()(step::Unspecified&) {}

 private:
  // Both fields are one storage; the round robin's wins when both come (RULINGS.md, 9).
  void read_persons(std::vector<UserId>& users) {
    for (const std::string_view name : {"persons_to_notify", "persons_to_notify_next_each_time"}) {
      if (fields_.has(name)) users = read_users(fields_, name, db_);
    }
  }
  template <class Id, class Exists>
  void read_reference(std::string_view name, std::optional<Id>& out, Exists exists) {
    if (!fields_.has(name)) return;
    Id id(fields_.text(name));
    if (exists(id)) {
      out = std::move(id);
    } else {
      fields_.refuse(name, kUnknown);
    }
  }
  void read_time(std::string_view name, std::optional<step::TimeOfDay>& out) {
    if (!fields_.has(name)) return;
    out = parse_time(fields_.text(name));
    if (!out) fields_.refuse(name, "Time has wrong format. Use one of these formats instead: hh:mm:ssZ.");
  }
  void read_number(std::string_view name, std::optional<std::int64_t>& out) {
    if (!fields_.has(name)) return;
    out = fields_.is_null(name) ? std::nullopt : std::optional(fields_.integer(name));
  }

  Fields& fields_;
  store::Connection& db_;
};

std::vector<UserId>* users_of(Step& step) {
  if (auto* persons = std::get_if<step::NotifyPersons>(&step)) return &persons->users;
  if (auto* next = std::get_if<step::NotifyPersonNextEachTime>(&step)) return &next->users;
  return nullptr;
}

bool* important_of(Step& step) {
  return std::visit(
      [](auto& s) -> bool* {
        if constexpr (requires { s.important; }) return &s.important;
        return nullptr;
      },
      step);
}

// The step of another type: nothing of the old one stays but the persons, which two types share.
Result<Step> change_type(const std::string& name, std::optional<Step>& before, store::Connection& db) {
  const auto* type = std::find_if(kStepTypes.begin(), kStepTypes.end(),
                                  [&](const StepType& candidate) { return candidate.name == name; });
  if (type == kStepTypes.end()) return invalid("Invalid escalation step type");
  if (name == "notify_whole_channel" && !store::is_slack_connected(db))
    return invalid("Invalid escalation step type: step is Slack-specific");
  // There is no Grafana Incident.
  if (name == "declare_incident") return invalid("Invalid escalation step type: step is not enabled");
  Step step = type->make();
  if (before && before->index() == step.index()) return *std::move(before);
  if (before && users_of(*before) != nullptr && users_of(step) != nullptr)
    *users_of(step) = *users_of(*before);
  return step;
}

}  // namespace

std::string_view step_type(const Step& step) {
  for (const StepType& type : kStepTypes) {
    if (type.make().index() == step.index()) return type.name;
  }
  return {};
}

std::span<const std::string_view> step_types() {
  return kStepTypeNames;
}

void write_step(const Step& step, json::Object& out) {
  std::visit(
      Overloaded{
          [&](const step::Wait& s) {
            out.set("duration", s.duration ? json::Value(s.duration->count()) : json::Value());
          },
          [&](const step::NotifyPersons& s) { out.set("persons_to_notify", write_users(s.users)); },
          [&](const step::NotifyPersonNextEachTime& s) {
            out.set("persons_to_notify_next_each_time", write_users(s.users));
          },
          [&](const step::NotifyOnCallFromSchedule& s) {
            out.set("notify_on_call_from_schedule", id_or_null(s.schedule));
          },
          [&](const step::NotifyUserGroup& s) { out.set("group_to_notify", id_or_null(s.user_group)); },
          [&](const step::NotifyTeamMembers& s) { out.set("team_to_notify", id_or_null(s.team)); },
          [](const step::NotifyWholeChannel&) {},
          [&](const step::NotifyIfTimeFromTo& s) {
            out.set("notify_if_time_from", write_time(s.from));
            out.set("notify_if_time_to", write_time(s.to));
          },
          [&](const step::NotifyIfNumAlertsInWindow& s) {
            out.set("num_alerts_in_window", number_or_null(s.alerts));
            out.set("num_minutes_in_window", number_or_null(s.minutes));
          },
          [](const step::RepeatEscalation&) {},
          [&](const step::TriggerWebhook& s) { out.set("action_to_trigger", id_or_null(s.webhook)); },
          [](const step::Resolve&) {},
          [&](const step::DeclareIncident& s) {
            out.set("severity", s.severity ? json::Value(*s.severity) : json::Value());
          },
          [](const step::Unspecified&) {}},
      step);
  if (const bool* important = important_of(const_cast<Step&>(step))) out.set("important", *important);
}

Result<Step> read_step(std::optional<Step> before, Fields& fields, store::Connection& db) {
  const bool created = !before;
  Step step;
  if (!fields.has("type")) {
    step = before.value_or(Step(step::Unspecified{}));
  } else if (!fields.is_null("type")) {
    TRY_AS(step, change_type(fields.text("type"), before, db));
  } else if (created) {
    fields.refuse("type", kNotNull);
  } else {
    step = step::Unspecified{};
  }
  if (bool* important = important_of(step)) {
    if (fields.has("important")) {
      *important = fields.boolean("important");
    } else if (fields.has("type")) {
      *important = false;  // also if the type is the same (docs/spec/api-alerting.md, section 6.3)
    }
  }
  std::visit(StepReader(fields, db), step);
  return step;
}

}  // namespace tocsin::api
