// The rows that move by themselves: a group's escalation, a person's chain, a bundle of text messages. Each
// function loads the row, asks its rule, writes the row back and carries out what follows.
//
// Callers hold the group's row (store::lock_group), so that no other node moves the same group meanwhile.
#pragma once

#include "domain/model/alert_group.h"
#include "domain/model/effect.h"
#include "domain/model/escalation.h"
#include "engine/batch.h"

namespace tocsin::engine {

// `opened`: the group was made in this batch, so nothing is stored of it yet; nullptr: an older one.
void start_escalation(Batch& batch, const effect::StartEscalation& start, const AlertGroup* opened);
void stop_escalation(Batch& batch, const AlertGroupId& group);
// `before`: the walk as stored.
void tick_escalation(Batch& batch, const AlertGroup& group, const std::optional<Escalation>& before,
                     std::uint64_t generation);

void start_chain(Batch& batch, const effect::StartPersonalChain& start, const AlertGroup& group);
void stop_chain(Batch& batch, const effect::StopPersonalChain& stop);
void tick_chain(Batch& batch, const AlertGroup& group, const UserId& user, std::uint64_t generation);

void flush_bundle(Batch& batch, const UserId& user, Importance importance, std::uint64_t generation);

}  // namespace tocsin::engine
