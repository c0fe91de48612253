// What the engine is asked to do. Commands come from HTTP threads, due timers and deliveries; the engine runs
// them in one order, many in one transaction, and reports each after the commit.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "engine/batch.h"
#include "engine/prepared_alert.h"

namespace tocsin::engine {

// How a command ended. Anything but Committed left no trace.
enum class Outcome {
  Committed,
  Refused,      // the command itself said no (a client's error); undone alone
  Unavailable,  // the database could not do it; the client may try again
  Broken,       // a broken invariant or an unexpected error; logged, set aside
};

using Done = std::function<void(Outcome)>;

// Alerts of one request: all of them or none.
struct ReceiveAlerts {
  std::vector<PreparedAlert> alerts;
  Done done;
};

// Whether somebody waits for the answer. What works in the background gives way to those, a portion at a
// time, and stays in its own order.
enum class Urgency { AtOnce, Background };

// Any other change: an API write, a due timer, a delivery's outcome. Answers false to be undone.
// May run twice (a batch that failed is run again one by one), so it must not change what it captured
// except to overwrite its result.
struct Change {
  std::string name;  // for logs: "create integration"
  std::function<bool(Batch&)> apply;
  Done done;
  Urgency urgency = Urgency::AtOnce;
};

using Command = std::variant<ReceiveAlerts, Change>;

}  // namespace tocsin::engine
