// Calendars that people subscribe to: a schedule's, or everything of one person (docs/spec/schedules.md,
// section 10; tokens: docs/spec/api-people.md, section 11.6).
#pragma once

#include <optional>
#include <string>

#include "domain/access/token.h"
#include "domain/model/person.h"
#include "store/schedule_inputs.h"

namespace tocsin::store {

// At most one lives for a user and schedule, and one for a user alone.
struct ExportToken {
  std::string id;
  access::TokenDigest digest;
  UserId user;
  std::optional<ScheduleId> schedule;  // nullopt: the person's own calendar
  Instant created_at;
  bool revoked = false;
  bool user_active = true;
};
void insert_export_token(Connection& db, const ExportToken& token);
std::optional<ExportToken> find_export_token(Connection& db, const access::TokenDigest& digest);
std::optional<ExportToken> live_export_token(Connection& db, const UserId& user,
                                             const std::optional<ScheduleId>& schedule);
void revoke_export_token(Connection& db, const std::string& id, Instant now);

// Remembers what subscribers see before an edit, so that events that vanish are shown as cancelled. Does
// nothing while nobody subscribes.
void keep_published(Connection& db, const LoadedSchedule& before, Instant now);

// As iCalendar text. `loaded` for schedule::publish_window(now).
std::string schedule_calendar(Connection& db, const LoadedSchedule& loaded, Instant now);
// Of all schedules.
std::string personal_calendar(Connection& db, const User& user, Instant now);

}  // namespace tocsin::store
