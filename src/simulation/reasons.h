// Why somebody is paged: by which step, and for schedules by which shift.
#pragma once

#include <optional>
#include <string>

#include "domain/model/log_record.h"
#include "domain/model/person.h"
#include "store/connection.h"

namespace tocsin::simulation {

// "step 2 of 4"; empty when the policy is gone.
std::string place_of_step(store::Connection& db, const EscalationPolicyId& policy);
// What of the step a time line does not say: how long it waits.
std::optional<std::chrono::seconds> wait_of_step(store::Connection& db, const EscalationPolicyId& policy);

// "on call by shift "Primary" of schedule "Ops" until 2026-11-24T18:00:00Z"
std::string why_paged(store::Connection& db, const EscalationPolicyId& policy, const UserId& user,
                      Instant at);

// "default rule 1 of 3"
std::string rule_text(store::Connection& db, const PersonalRecord& record);
std::optional<std::chrono::seconds> wait_of_rule(store::Connection& db, const PersonalRecord& record);

// "ann@example.org"; empty where the contact point is the person's own secret or says nothing.
std::string contact_text(const User& user, NotifyBy by);

// Exactly: "5 s", "2 min 30 s", "1 h".
std::string duration_text(std::chrono::seconds duration);

}  // namespace tocsin::simulation
