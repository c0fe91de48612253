// Silences by matcher inside the batch's transaction: those that hold for groups that open, those that are
// new, and those that are taken back.
#pragma once

#include <optional>
#include <vector>

#include "domain/grouping/silencing.h"
#include "engine/batch.h"

namespace tocsin::engine {

// The silences that hold at the batch's time; read once, when the first group of the batch opens.
class SilencesOfBatch {
 public:
  explicit SilencesOfBatch(Batch& batch) : batch_(batch) {}

  // Silences a group that has just opened, and keeps which silence did it.
  void apply(grouping::Transition& opened, const Labels& labels);

 private:
  Batch& batch_;
  std::optional<std::vector<grouping::SilenceRule>> rules_;
};

// Silences the groups that fire now and fit; answers how many. One that starts later waits for groups that
// open then.
std::int64_t begin_silence(Batch& batch, const grouping::SilenceRule& rule);
// Ends it now; what it silenced and nobody answered since fires again. Answers how many.
std::int64_t take_back_silence(Batch& batch, const Silence& silence, const Actor& actor);

}  // namespace tocsin::engine
