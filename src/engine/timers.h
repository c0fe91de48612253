// Due timers: each deletes its row and asks its rule what is to be done now.
//
// Nothing is replayed blindly: the rule sees the state as it is, a generation that is no longer the subject's
// does nothing, and a timer whose group is gone is dropped. Source: domain/model/timer.h.
#pragma once

#include "engine/batch.h"
#include "store/timers.h"

namespace tocsin::engine {

// Timers that the batch has claimed, in their order.
void run_timers(Batch& batch, const std::vector<store::DueTimer>& timers);

// How late the oldest of them is that stands between an alert and a person; notices about schedules may wait.
std::chrono::microseconds lag_of(const std::vector<store::DueTimer>& due, Instant now);

// For how long a timer that broke is set aside: longer each time.
std::chrono::seconds set_aside_for(std::int64_t failures);

// Steps later than this raise an alert group of Tocsin's own.
inline constexpr std::chrono::seconds kTolerableLag{60};
void report_lag(Batch& batch, std::chrono::seconds lag);
// The lag is over: the same group is resolved.
void report_no_lag(Batch& batch);

}  // namespace tocsin::engine
