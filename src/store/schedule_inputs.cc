#include "store/schedule_inputs.h"

#include <mutex>

#include "domain/access/permission.h"
#include "store/feeds.h"
#include "store/settled.h"
#include "store/shifts.h"
#include "store/swaps.h"
#include "store/zone_names.h"

namespace tocsin::store {
namespace {

// One for the process, as the people last read were: a stamp never comes back (stamp.h).
class LastPeople {
 public:
  std::shared_ptr<const schedule::People> find(std::int64_t stamp) {
    const std::lock_guard lock(mutex_);
    return stamp == stamp_ ? people_ : nullptr;
  }
  void set(std::int64_t stamp, std::shared_ptr<const schedule::People> people) {
    const std::lock_guard lock(mutex_);
    stamp_ = stamp;
    people_ = std::move(people);
  }

 private:
  std::mutex mutex_;  // guards the rest
  std::int64_t stamp_ = 0;
  std::shared_ptr<const schedule::People> people_;
};

LastPeople& last_people() {
  static LastPeople people;
  return people;
}

schedule::People read_people(Connection& db) {
  const Role least = access::least_role(access::Permission::NotificationsRead);
  std::vector<schedule::Person> people;
  for (const Row row : db.query("SELECT id, username, email, role FROM users WHERE deleted_at IS NULL "
                                "ORDER BY created_at, id")) {
    people.push_back({.id = row.id<UserId>(0),
                      .username = row.string(1),
                      .email = row.string(2),
                      .can_be_on_call = parse_role(row.text(3)).value_or(Role::None) <= least});
  }
  return schedule::People(std::move(people));
}

}  // namespace

std::shared_ptr<const schedule::People> all_people(Connection& db) {
  const Rows rows = db.query("SELECT people_stamp FROM organization");
  const std::int64_t stamp = rows.empty() ? 0 : rows[0].integer(0);
  if (stamp != 0) {
    if (auto known = last_people().find(stamp)) return known;
  }
  auto people = std::make_shared<const schedule::People>(read_people(db));
  if (stamp != 0) last_people().set(stamp, people);
  return people;
}

schedule::ScheduleInput LoadedSchedule::input() const {
  return {.schedule = schedule,
          .people = *people,
          .shifts = shifts,
          .primary_feed = primary_feed.get(),
          .overrides_feed = overrides_feed.get(),
          .swaps = swaps,
          .history = &history,
          .show_offers_at = std::nullopt};
}

bool LoadedSchedule::is_blank() const {
  return shifts.empty() && !primary_feed && !overrides_feed && history.covered.from == history.covered.to;
}

LoadedSchedule load_schedule(Connection& db, StoredSchedule stored, schedule::Range window) {
  LoadedSchedule loaded{.schedule = with_known_zones(std::move(stored.schedule)),
                        .stamp = stored.stamp,
                        .people = all_people(db)};
  const ScheduleId& id = loaded.schedule.id;
  if (loaded.schedule.type != ScheduleType::Ical) {
    for (OnCallShift& shift : shifts_of(db, id)) loaded.shifts.push_back(with_known_zones(std::move(shift)));
  }
  if (loaded.schedule.ical_url_primary) loaded.primary_feed = calendar_of_feed(db, id, FeedLayer::Primary);
  if (loaded.schedule.ical_url_overrides)
    loaded.overrides_feed = calendar_of_feed(db, id, FeedLayer::Overrides);
  loaded.swaps = swaps_of(db, id, window.from);
  loaded.history = read_history(db, id, window);
  return loaded;
}

std::optional<LoadedSchedule> load_schedule(Connection& db, const ScheduleId& id, schedule::Range window) {
  auto stored = find_schedule(db, id);
  if (!stored) return std::nullopt;
  return load_schedule(db, *std::move(stored), window);
}

}  // namespace tocsin::store
