// The final schedule as a calendar that others subscribe to.
//
// Pure; texts come from ical::write_calendar. What was published once and is gone now stays as a cancelled
// event for a while, so that subscribers drop it. Source: docs/spec/schedules.md, section 10; deviation S10
// there.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/schedule/final_schedule.h"
#include "language/ical/write.h"

namespace tocsin::schedule {

// 15 days back to 180 ahead, whole days of UTC, less a second.
Range publish_window(Instant now);

// One event per event and person. `schedule` is resolved for publish_window(now) and shows no offered swaps;
// `previous` is what this returned last time.
std::vector<ical::PublishedEvent> publish(const FinalSchedule& schedule, const People& people,
                                          const std::vector<ical::PublishedEvent>& previous, Instant now);

// What a text written from publish() holds; an unreadable text holds nothing.
std::vector<ical::PublishedEvent> read_published(std::string_view text);

struct PublishedSchedule {
  std::string name;
  std::vector<ical::PublishedEvent> events;
};

std::string schedule_calendar(const PublishedSchedule& schedule);
// All events of one person: "On-Call Schedule for <username>".
std::string personal_calendar(const Person& person, std::span<const PublishedSchedule> schedules);

}  // namespace tocsin::schedule
