// The fields of on-call shifts: reading bodies and the rules between fields
// (docs/spec/api-people.md, sections 8.1 to 8.3).
#pragma once

#include "domain/model/schedule.h"
#include "edge/api/call.h"
#include "edge/api/field.h"

namespace tocsin::api {

std::span<const Field> shift_fields();

// Changes `shift` as the body asks. Create: it holds the defaults. An error changes nothing that is kept.
Result<void> read_shift(const json::Value& body, Method method, const Call& call, store::Connection& db,
                        OnCallShift& shift);

// Ids of live users among `ids`, in their order, each once; the others are left out.
std::vector<UserId> known_users(store::Connection& db, const json::Array& ids);

// What `edited` keeps of the turns of `stored`, from `now` on (domain/schedule/edits.h); `schedule` is one
// that the shift belongs to.
int turn_offset_after(const OnCallShift& stored, const OnCallShift& edited, const Schedule& schedule,
                      Instant now);

}  // namespace tocsin::api
