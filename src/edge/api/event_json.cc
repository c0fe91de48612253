#include "edge/api/event_json.h"

#include "domain/model/schedule_text.h"
#include "store/people.h"

namespace tocsin::api {
namespace {

json::Value write_user(const schedule::OnCallUser& user, UserNames& names) {
  json::Object out = write_short_user(user.id, names);
  if (user.swap) {
    json::Object swap{{"pk", json::Value(user.swap->swap.str())}};
    if (user.swap->instead_of) swap.set("user", write_short_user(*user.swap->instead_of, names));
    out.set("swap_request", std::move(swap));
  }
  return json::Value(std::move(out));
}

}  // namespace

const UserNames::Names& UserNames::of(const UserId& user) {
  const auto known = known_.find(user);
  if (known != known_.end()) return known->second;
  const auto found = store::find_user_ever(db_, user);
  return known_.emplace(user, found ? Names{found->username, found->email} : Names{}).first->second;
}

json::Object write_short_user(const UserId& user, UserNames& names) {
  const UserNames::Names& name = names.of(user);
  return {{"display_name", json::Value(name.username)},
          {"email", json::Value(name.email)},
          {"pk", json::Value(user.str())},
          {"avatar_full", json::Value("")}};
}

json::Value write_event(const schedule::Event& event, UserNames& names) {
  json::Array users, missing;
  for (const schedule::OnCallUser& user : event.users) users.push_back(write_user(user, names));
  for (const std::string& text : event.missing_users) missing.emplace_back(text);
  json::Object out;
  out.set("all_day", event.all_day);
  out.set("start", to_iso_seconds(event.start));
  out.set("end", to_iso_seconds(event.end));
  out.set("users", std::move(users));
  out.set("missing_users", std::move(missing));
  out.set("priority_level", event.level);
  out.set("source", event.source ? json::Value(to_text(*event.source)) : json::Value());
  out.set("calendar_type", static_cast<int>(event.calendar));
  out.set("is_empty", event.is_empty());
  out.set("is_gap", false);
  out.set("is_override", event.is_override());
  out.set("shift", json::Object{{"pk", json::Value(event.shift)}});
  return json::Value(std::move(out));
}

json::Value write_gap(schedule::Range gap) {
  json::Object out;
  out.set("all_day", false);
  out.set("start", to_iso_seconds(gap.from));
  out.set("end", to_iso_seconds(gap.to));
  out.set("users", json::Array{});
  out.set("missing_users", json::Array{});
  out.set("priority_level", 0);
  out.set("source", json::Value());
  out.set("calendar_type", json::Value());
  out.set("is_empty", false);
  out.set("is_gap", true);
  out.set("is_override", false);
  out.set("shift", json::Object{{"pk", json::Value()}});
  return json::Value(std::move(out));
}

}  // namespace tocsin::api
