// Carries out what a rule decided, in the order given, in the batch's transaction.
#pragma once

#include "domain/model/effect.h"
#include "engine/batch.h"

namespace tocsin::engine {

void carry_out(Batch& batch, const Effects& effects);

}  // namespace tocsin::engine
