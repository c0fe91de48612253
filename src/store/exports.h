// Calendars that people subscribe to: a schedule's, or everything of one person (docs/spec/schedules.md,
// section 10; tokens: docs/spec/api-people.md, section 11.6).
#pragma once

#include <optional>
#include <string>

#include "domain/access/token.h"
#include "language/ical/write.h"
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

ical::PublishedCalendar schedule_calendar(Connection& db, const LoadedSchedule& loaded, Instant now);
ical::PublishedCalendar personal_calendar(Connection& db, const UserId& user, const std::string& username,
                                          Instant now);
// What is exported at `now`: fifteen days back to half a year ahead.
schedule::Range export_window(Instant now);

}  // namespace tocsin::store
