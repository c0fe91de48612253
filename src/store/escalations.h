// What a group walks and whom it pages, in the database: escalations, personal chains, bundles of text
// messages. Each is its JSON; the group's row lock is theirs, too.
#pragma once

#include <optional>
#include <vector>

#include "domain/model/escalation.h"
#include "domain/model/notification.h"
#include "store/connection.h"

namespace tocsin::store {

// nullopt: never started.
std::optional<Escalation> find_escalation(Connection& db, const AlertGroupId& group);
// In the order asked, one round trip.
std::vector<std::optional<Escalation>> find_escalations(Connection& db,
                                                        const std::vector<AlertGroupId>& groups);
// `before`: what is stored, nullopt for a first one. Keeps alert_groups.awaits_alert with it.
void save_escalation(Connection& db, const std::optional<Escalation>& before, const Escalation& after);

std::optional<PersonalChain> find_personal_chain(Connection& db, const AlertGroupId& group,
                                                 const UserId& user);
// In the order asked, one round trip.
std::vector<std::vector<PersonalChain>> personal_chains_of_each(Connection& db,
                                                                const std::vector<AlertGroupId>& groups);
void save_personal_chain(Connection& db, const PersonalChain& chain);
std::vector<PersonalChain> personal_chains_of(Connection& db, const AlertGroupId& group);

// The bundle of (user, importance), held until the commit; made empty when there is none.
SmsBundle lock_sms_bundle(Connection& db, const UserId& user, Importance importance);
void save_sms_bundle(Connection& db, const SmsBundle& bundle);

}  // namespace tocsin::store
