// The words of schedules as the API writes them and the database keeps them.
//
// Pure. Source: docs/spec/api-people.md, sections 8 and 9.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "domain/model/schedule.h"

namespace tocsin {

std::string_view to_text(ScheduleType type);  // "ical", "calendar", "web"
std::optional<ScheduleType> parse_schedule_type(std::string_view text);

std::string_view to_text(ShiftType type);  // "rolling_users"
std::optional<ShiftType> parse_shift_type(std::string_view text);

std::string_view to_text(ShiftFrequency frequency);  // "weekly"
std::optional<ShiftFrequency> parse_shift_frequency(std::string_view text);

std::string_view to_text(ShiftSource source);  // "web", "api", "slack", "terraform"

std::string_view weekday_text(std::chrono::weekday day);  // "MO"
std::optional<std::chrono::weekday> parse_weekday(std::string_view text);

// "2025-02-03T20:00:00", exactly so: no zone, no fraction.
std::string wall_text(timezone::Wall wall);
std::optional<timezone::Wall> parse_wall(std::string_view text);

}  // namespace tocsin
