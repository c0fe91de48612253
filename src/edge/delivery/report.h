// A row that came back, on its way into the database: what the engine writes of it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edge/delivery/job.h"

namespace tocsin::delivery {

// In a row's outcome: the number of the attempt that was surely not carried out.
inline constexpr std::string_view kRefusedAttempt = "refused_attempt";

struct Report {
  store::OutboxRow row;
  Outcome outcome;
  std::string provider;
  Record record;  // null: only the row changes
  Patience patience;
  double dice = 0;
  std::optional<std::chrono::seconds> give_back;  // Wait: as if it had not been claimed
  bool dropped = false;
};
using Reports = std::vector<std::shared_ptr<Report>>;

// Finishes the rows, or sets their next attempts. Writes nothing of a row that is no longer `node`'s: its
// lease ran out, and whoever has it now records what comes of it; or it was written already and only the
// answer of that commit was lost.
void write_reports(engine::Batch& batch, const Reports& reports, const std::string& node);

}  // namespace tocsin::delivery
