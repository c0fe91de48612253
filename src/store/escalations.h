// What a group walks and whom it pages, in the database: escalations, personal chains, bundles of text
// messages. Each is its JSON; the group's row lock is theirs, too.
#pragma once

#include <optional>
#include <vector>

#include "domain/model/alert_group.h"
#include "domain/model/escalation.h"
#include "domain/model/notification.h"
#include "store/connection.h"
#include "store/escalation_plans.h"

namespace tocsin::store {

// nullopt: never started.
std::optional<Escalation> find_escalation(Connection& db, KnownPlans& plans, const AlertGroupId& group);
std::optional<Escalation> find_escalation(Connection& db, const AlertGroupId& group);
// `before`: what is stored, nullopt for a first one. Keeps alert_groups.awaits_alert with it.
void save_escalation(Connection& db, const std::optional<Escalation>& before, const Escalation& after);

std::optional<PersonalChain> find_personal_chain(Connection& db, const AlertGroupId& group,
                                                 const UserId& user);
void save_personal_chain(Connection& db, const PersonalChain& chain);
std::vector<PersonalChain> personal_chains_of(Connection& db, const AlertGroupId& group);

struct HeldGroup {
  std::optional<AlertGroup> group;       // nullopt: deleted
  std::optional<Escalation> escalation;  // nullopt: never started
  std::vector<PersonalChain> chains;
};
// Groups with all that walks over them, held until the commit, in the order asked; one round trip. Ask in the
// order of their ids, so that two nodes do not wait for each other.
std::vector<HeldGroup> hold_groups(Connection& db, KnownPlans& plans, const std::vector<AlertGroupId>& ids);

// The bundle of (user, importance), held until the commit; made empty when there is none.
SmsBundle lock_sms_bundle(Connection& db, const UserId& user, Importance importance);
void save_sms_bundle(Connection& db, const SmsBundle& bundle);

}  // namespace tocsin::store
