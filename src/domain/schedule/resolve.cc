#include "domain/schedule/resolve.h"

#include <algorithm>

#include "domain/schedule/feed.h"
#include "domain/schedule/history.h"
#include "domain/schedule/rotation.h"
#include "domain/schedule/swaps.h"

namespace tocsin::schedule {
namespace {

// One group of a shift, as its events show it.
Event template_of(const OnCallShift& shift, const std::vector<UserId>& group, const People& people) {
  Event event;
  event.level = shift.level;
  event.calendar = shift.type == ShiftType::Override ? CalendarType::Overrides : CalendarType::Primary;
  event.shift = shift.id.str();
  event.source = shift.source;
  for (const UserId& id : group) {
    const Person* person = people.find(id);
    if (person == nullptr) {
      event.missing_users.push_back("(missing)");
    } else if (person->can_be_on_call) {
      event.users.push_back({id, std::nullopt});
    } else {
      event.missing_users.push_back(person->username);
    }
  }
  return event;
}

void add_shift(const OnCallShift& shift, const ScheduleInput& input, Range window, Allowance& allowance,
               LayerEvents& out) {
  const auto groups = groups_in_turn(shift);
  std::vector<Event> templates;
  for (const auto& group : groups) templates.push_back(template_of(shift, group, input.people));
  for (const Turn& turn : turns(shift, zone_of(shift, input.schedule), window, allowance)) {
    if (groups[turn.group].empty()) continue;
    out.events.push_back(templates[turn.group]);
    out.events.back().start = turn.start;
    out.events.back().end = turn.end;
  }
}

void add_feed(const ical::Calendar* feed, CalendarType calendar, const People& people, Range window,
              LayerEvents& out) {
  if (feed == nullptr) return;
  FeedEvents found = feed_events(*feed, calendar, people, window);
  out.truncated |= found.truncated;
  out.events.insert(out.events.end(), std::make_move_iterator(found.events.begin()),
                    std::make_move_iterator(found.events.end()));
}

// Events of one shift that begin together are one event of all their people.
void unite_same_starts(std::vector<Event>& events) {
  const auto key = [](const Event& e) { return std::tie(e.calendar, e.shift, e.start); };
  std::stable_sort(events.begin(), events.end(),
                   [&](const Event& a, const Event& b) { return key(a) < key(b); });
  std::vector<Event> united;
  united.reserve(events.size());
  for (Event& event : events) {
    if (united.empty() || event.shift.empty() || key(united.back()) != key(event)) {
      united.push_back(std::move(event));
      continue;
    }
    Event& first = united.back();
    first.end = std::max(first.end, event.end);
    for (OnCallUser& user : event.users) {
      if (std::find(first.users.begin(), first.users.end(), user) == first.users.end()) {
        first.users.push_back(std::move(user));
      }
    }
    for (std::string& missing : event.missing_users) first.missing_users.push_back(std::move(missing));
  }
  events = std::move(united);
}

}  // namespace

timezone::Zone zone_of(const OnCallShift& shift, const Schedule& schedule) {
  std::optional<timezone::Zone> zone;
  if (shift.time_zone) {
    zone = timezone::Zone::find(*shift.time_zone);
  } else if (schedule.type == ScheduleType::Calendar && shift.type != ShiftType::Override) {
    zone = timezone::Zone::find(schedule.time_zone);
  }
  return zone.value_or(timezone::Zone{});
}

LayerEvents layer_events(const ScheduleInput& input, Range window) {
  LayerEvents out;
  const ScheduleType type = input.schedule.type;
  if (type == ScheduleType::Ical)
    add_feed(input.primary_feed, CalendarType::Primary, input.people, window, out);
  // A calendar's overrides come from its own override shifts or from the feed, never from both (section 1).
  const bool own_overrides = type == ScheduleType::Web || input.schedule.enable_web_overrides;
  if (type == ScheduleType::Ical || !own_overrides) {
    add_feed(input.overrides_feed, CalendarType::Overrides, input.people, window, out);
  }
  if (type == ScheduleType::Ical) return out;
  Allowance allowance;
  for (const OnCallShift& shift : input.shifts) {
    if (shift.type == ShiftType::Override && !own_overrides) continue;
    add_shift(shift, input, window, allowance, out);
  }
  out.truncated |= allowance.exceeded;
  return out;
}

FinalSchedule resolve(const ScheduleInput& input, Range window) {
  LayerEvents layers = layer_events(input, window);
  unite_same_starts(layers.events);
  std::vector<Event> empty;
  std::copy_if(layers.events.begin(), layers.events.end(), std::back_inserter(empty),
               [](const Event& event) { return event.is_empty(); });
  bool complete = !layers.truncated;
  std::vector<Event> events = visible_pieces(
      with_swaps(std::move(layers.events), input.swaps, window, input.show_offers_at), complete);
  std::erase_if(events, [&](const Event& event) { return !overlaps(event, window); });
  if (input.history != nullptr) {
    events = with_history(std::move(events), input.history->events, input.history->covered, window);
    empty = with_history(std::move(empty), input.history->empty_shifts, input.history->covered, window);
  }
  return {window, std::move(events), std::move(empty), input.people, !complete};
}

}  // namespace tocsin::schedule
