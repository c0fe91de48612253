// The fields of schedules: which type has which, reading bodies, answers (docs/spec/api-people.md,
// sections 9.1 to 9.4).
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "edge/api/call.h"
#include "edge/api/field.h"
#include "store/feeds.h"
#include "store/schedules.h"

namespace tocsin::api {

std::span<const Field> schedule_fields();

// The type a body asks for; it decides everything else.
Result<ScheduleType> read_schedule_type(const json::Value& body);

// Changes `schedule` as the body asks, within what its type has. Calendars behind URLs are looked up in
// call.fetched.
Result<void> read_schedule(const json::Value& body, Method method, const Call& call, store::Connection& db,
                           Schedule& schedule);

json::Value write_schedule(const Schedule& schedule, const std::vector<UserId>& on_call_now);

struct FeedUrl {
  store::FeedLayer layer;
  std::string url;
};
// What a schedule imports.
std::vector<FeedUrl> feed_urls(const Schedule& schedule);

// The URLs in a body that must be fetched before it can be accepted: those that `before` does not have yet.
std::vector<std::string> urls_to_fetch(const json::Value& body, ScheduleType type, const Schedule* before,
                                       const Settings& settings);

}  // namespace tocsin::api
