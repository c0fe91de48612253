// What a change of a shift does, and from when: edits apply from now on.
//
// Pure. The past itself is kept by history.h; these say how the rule goes on.
// Source: docs/spec/schedules.md, section 3.6; docs/spec/api-people.md, sections 8.4 and 12 (P8).
#pragma once

#include <variant>

#include "domain/model/schedule.h"

namespace tocsin::schedule {

// Moving `start` moves `rotation_start` with it, if they were the same and the request named no
// rotation_start (P8).
OnCallShift with_rotation_start(const OnCallShift& stored, OnCallShift edited, bool rotation_start_given);

// Changing the list of a rotation or its rhythm: whose turn it is at `now` (in a pause: whose turn is next)
// keeps it, if that group or one of its people is still in the list. A newcomer in their place takes their
// turn; else the turn goes to who would have been next. Answers `edited` with its turn offset. A rotation
// that has not begun, and one whose index was moved, begins as start and index say.
OnCallShift with_turn_kept(const OnCallShift& stored, OnCallShift edited, const Schedule& schedule,
                           Instant now);

struct DeleteShift {};
struct EndShift {
  OnCallShift ended;  // as it has to be stored
};
struct LeaveShift {};  // it is over already

// Deleting a shift. One that its schedule owns (a web schedule's, or a calendar's override) and that has
// begun is ended at `now`, not deleted: its past stays.
using Removal = std::variant<DeleteShift, EndShift, LeaveShift>;
Removal remove(const OnCallShift& shift, const Schedule& schedule, Instant now);

// "Change it from now on", as the web UI does: the old rule ends at `now`, the new one begins there and goes
// on with the group whose turn it is. Both are web shifts (source 0); `edited` needs an id of its own.
struct Continuation {
  OnCallShift old_rule;
  OnCallShift new_rule;
};
Continuation continue_from(const OnCallShift& old_rule, const OnCallShift& edited, const Schedule& schedule,
                           Instant now);

}  // namespace tocsin::schedule
