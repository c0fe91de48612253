// A step of an escalation chain between its API form and domain/model/escalation.h
// (docs/spec/api-alerting.md, sections 6.1 to 6.3).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "domain/model/escalation.h"
#include "edge/api/field.h"
#include "language/json/value.h"
#include "store/connection.h"

namespace tocsin::api {

// "wait", ...; empty for the unspecified step.
std::string_view step_type(const Step& step);
// Every type that the API knows, in the order of the reference.
std::span<const std::string_view> step_types();

// Adds the step's own fields and, where the type has the flag, `important`.
void write_step(const Step& step, json::Object& out);

// The step after a body: `before` is nullopt on create. What does not belong to the resulting type is
// dropped; faults go to `fields`. Errors: those that hide field errors.
Result<Step> read_step(std::optional<Step> before, Fields& fields, store::Connection& db);

}  // namespace tocsin::api
