// Timers in the database: when a rule must be asked again.
//
// A timer is run in the transaction that takes it out, so it runs once. On PostgreSQL that transaction holds
// its row and passes over those that are held (SKIP LOCKED): two nodes share what is due, and what a dead
// node held is free as soon as its session is gone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/model/timer.h"
#include "store/connection.h"

namespace tocsin::store {

void set_timer(Connection& db, const Timer& timer);

struct DueTimer {
  std::string kind;
  std::string subject;
  std::uint64_t generation = 0;
  Instant due_at;
  std::int64_t failures = 0;
  std::optional<Timer> timer;  // nullopt: not one of ours, to be dropped
};
// Takes them out of the table, in a write transaction whose end decides; those that another node holds are
// left. Oldest first.
std::vector<DueTimer> take_due_timers(Connection& db, Instant now, std::size_t limit);
// The same timer; false when it was set anew meanwhile or another node holds it.
bool take_timer(Connection& db, const DueTimer& timer);
// It broke: it waits until `until`.
void set_timer_aside(Connection& db, const DueTimer& timer, Instant until);

// When the oldest timer is due; nullopt: none is set.
std::optional<Instant> next_timer(Connection& db);

}  // namespace tocsin::store
