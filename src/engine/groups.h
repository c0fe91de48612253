// What people and the API do to an alert group, in the batch's transaction.
#pragma once

#include <vector>

#include "domain/grouping/transition.h"
#include "domain/model/group_command.h"
#include "engine/batch.h"

namespace tocsin::engine {

// Applies a command to a group and carries out what follows from it; false when there is no such group.
// Refusals (domain/grouping/refusals.h) are checked before, by the surface that asks.
bool apply_to_group(Batch& batch, const AlertGroupId& id, const GroupCommand& command, const Actor& actor);

// Deletes the group with all that belongs to it; false when there is no such group.
bool remove_group(Batch& batch, const AlertGroupId& id, const Actor& actor);

// Those attached to it.
std::vector<AlertGroupId> dependents_of(Batch& batch, const AlertGroupId& root);
// Its root is being deleted: it stands for itself again.
void free_dependent(Batch& batch, const AlertGroupId& id, const Actor& actor);

// Writes what a rule made of a group that the caller holds, and carries out what follows.
void store_transition(Batch& batch, const AlertGroup& before, const grouping::Transition& next);

// The organisation's choice of acknowledge reminders.
grouping::ReminderSettings reminder_settings(Batch& batch);

}  // namespace tocsin::engine
