// Stamps: numbers that differ after every change of what they stand for, so that whatever was made from it
// can be kept in memory and recognised as stale.
//
// A stamp never comes back, not even after a rollback, in another process or on another database: what was
// computed inside an undone transaction is never taken for what came instead. It names nothing a user sees,
// so it is not drawn from the Rng that is handed in.
#pragma once

#include <cstdint>

namespace tocsin::store {

std::int64_t fresh_stamp();  // above 0

}  // namespace tocsin::store
