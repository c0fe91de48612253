// One outbox row on its way out: what a kind of row (pages.h, webhooks.h, slack/posts.h) makes of it for the
// dispatcher.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "edge/delivery/outcome.h"
#include "engine/batch.h"
#include "store/outbox.h"

namespace tocsin::delivery {

// When to stop trying. Rate limits count for the time alone.
struct Patience {
  int attempts = 10;
  std::chrono::seconds time = std::chrono::hours{24};
  std::chrono::seconds first_pause{1};  // doubles with each attempt
  std::chrono::seconds longest_pause{600};
  bool jitter = true;
};

// `final`: there will be no further attempt.
enum class Attempt { WillBeRepeated, Last };
// Writes what came of it, in the engine's transaction; may run twice (engine/command.h).
using Record = std::function<void(engine::Batch&, const Outcome&, Attempt)>;

// Starts it; Done comes later, or at once.
struct Send {
  std::string provider;  // for metrics and the delivery log
  std::function<void(Done)> start;
  Record record;
  Patience patience = {};
};
// The last look said no: nothing leaves. `record` stores why.
struct Drop {
  std::string reason;
  std::function<void(engine::Batch&)> record = [](engine::Batch&) {};
};
// Not yet: something that it needs is still under way.
struct Wait {
  std::chrono::seconds pause;
  std::string reason;
};
using Job = std::variant<Send, Drop, Wait>;

// "webhook:WH1" and "webhook:personal:U1": pages by personal webhook travel like webhooks.
inline bool is_webhook_lane(std::string_view queue) {
  return queue.starts_with("webhook:");
}

class Courier {
 public:
  virtual ~Courier() = default;
  virtual bool carries(const store::OutboxRow& row) const = 0;
  // Right before sending, on the dispatcher's thread: asks the state as it is now. `db` is a read connection.
  virtual Job prepare(store::Connection& db, const store::OutboxRow& row, Instant now) = 0;
};

}  // namespace tocsin::delivery
