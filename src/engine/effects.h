// Carries out what a rule decided, in the order given and depth first, in the batch's transaction.
#pragma once

#include "domain/model/alert_group.h"
#include "domain/model/effect.h"
#include "engine/batch.h"

namespace tocsin::engine {

// `known`: the group that the effects come from, as it is stored now; nullptr: it is read where needed.
void carry_out(Batch& batch, const Effects& effects, const AlertGroup* known = nullptr);
// Those of a group that this batch has just opened: nothing of its walk is stored yet.
void carry_out_opened(Batch& batch, const Effects& effects, const AlertGroup& opened);

}  // namespace tocsin::engine
