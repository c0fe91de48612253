#include "store/on_call.h"

#include <mutex>
#include <unordered_map>

#include "store/schedule_inputs.h"

namespace tocsin::store {
namespace {

using schedule::FinalSchedule;
using schedule::Range;
using std::chrono::days;

struct Stamps {
  std::int64_t schedule = 0;
  std::int64_t people = 0;
  friend bool operator==(const Stamps&, const Stamps&) = default;
};

bool covers(Range window, Instant at) {
  return window.from <= at && at < window.to;
}

class ResolvedSchedules {
 public:
  std::shared_ptr<const FinalSchedule> find(const ScheduleId& id, Stamps stamps, Instant now) {
    const std::lock_guard lock(mutex_);
    const auto found = by_id_.find(id);
    if (found == by_id_.end() || found->second.stamps != stamps) return nullptr;
    return covers(found->second.resolved->window(), now) ? found->second.resolved : nullptr;
  }
  void set(const ScheduleId& id, Stamps stamps, std::shared_ptr<const FinalSchedule> resolved) {
    const std::lock_guard lock(mutex_);
    if (by_id_.size() >= kCapacity) by_id_.clear();
    by_id_[id] = {stamps, std::move(resolved)};
  }

 private:
  static constexpr std::size_t kCapacity = 10'000;
  struct Entry {
    Stamps stamps;
    std::shared_ptr<const FinalSchedule> resolved;
  };
  std::mutex mutex_;  // guards by_id_
  std::unordered_map<ScheduleId, Entry> by_id_;
};

// One for the process: it holds nothing that the database does not, and stamps never come back.
ResolvedSchedules& resolved_schedules() {
  static ResolvedSchedules schedules;
  return schedules;
}

Range window_around(Instant now) {
  const auto today = std::chrono::floor<days>(now);
  return {today, today + days{2}};
}

std::int64_t people_stamp(Connection& db) {
  const Rows rows = db.query("SELECT people_stamp FROM organization");
  return rows.empty() ? 0 : rows[0].integer(0);
}

// Without stamps nothing is kept (a database that was never set up, as in some tests).
std::shared_ptr<const FinalSchedule> keep(const ScheduleId& id, Stamps stamps,
                                          std::shared_ptr<const FinalSchedule> resolved) {
  if (stamps.schedule != 0 && stamps.people != 0) resolved_schedules().set(id, stamps, resolved);
  return resolved;
}

std::shared_ptr<const FinalSchedule> resolve_around(Connection& db, StoredSchedule stored,
                                                    std::int64_t people, Instant now) {
  const Stamps stamps{stored.stamp, people};
  const ScheduleId id = stored.schedule.id;
  const LoadedSchedule loaded = load_schedule(db, std::move(stored), window_around(now));
  return keep(id, stamps,
              std::make_shared<const FinalSchedule>(schedule::resolve(loaded.input(), window_around(now))));
}

}  // namespace

std::shared_ptr<const FinalSchedule> final_schedule_around(Connection& db, const ScheduleId& id,
                                                           Instant now) {
  const Rows rows = db.query(
      "SELECT s.stamp, (SELECT max(people_stamp) FROM organization) FROM schedules s WHERE s.id = $1", {id});
  if (rows.empty()) return nullptr;
  const Stamps stamps{rows[0].integer(0), rows[0].integer(1)};
  if (auto known = resolved_schedules().find(id, stamps, now)) return known;
  auto stored = find_schedule(db, id);
  if (!stored) return nullptr;
  return resolve_around(db, *std::move(stored), stamps.people, now);
}

std::vector<UserId> on_call_users(Connection& db, const ScheduleId& schedule, Instant now) {
  const auto resolved = final_schedule_around(db, schedule, now);
  return resolved ? resolved->on_call_at(now).users : std::vector<UserId>{};
}

std::vector<std::vector<UserId>> on_call_users(Connection& db, std::span<const StoredSchedule> schedules,
                                               Instant now) {
  const std::int64_t people = people_stamp(db);
  std::vector<std::vector<UserId>> answers;
  answers.reserve(schedules.size());
  for (const StoredSchedule& stored : schedules) {
    auto resolved = resolved_schedules().find(stored.schedule.id, {stored.stamp, people}, now);
    if (!resolved) resolved = resolve_around(db, stored, people, now);
    answers.push_back(resolved->on_call_at(now).users);
  }
  return answers;
}

}  // namespace tocsin::store
