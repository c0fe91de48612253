// Two nodes on one database, with their real engines, dispatchers, couriers and providers, under clocks that
// jump, a network that loses things, a database that fails, and people who answer.
//
// A seed makes everything: the chain, the events, the faults. After each step the checker (checker.h) looks
// at the rows; the first complaint ends the world. Faults end after kTroubleEnds, so that what is owed can be
// seen to be paid at the end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edge/delivery/dispatcher.h"
#include "edge/delivery/email/email.h"
#include "edge/delivery/ntfy/ntfy.h"
#include "edge/delivery/pages.h"
#include "edge/delivery/slack/slack.h"
#include "edge/delivery/webhooks.h"
#include "sim/checker.h"
#include "sim/stage.h"
#include "sim/transport.h"
#include "support/site_client.h"

namespace tocsin::test {

// Wrong on purpose, so that the checkers can be seen to notice.
enum class Sabotage {
  None,
  LoseAlert,
  RepeatAlert,
  LoseTimer,   // a due step never runs
  RepeatStep,  // a step runs twice
  SkipStep,    // a step is passed over
  RepeatRule,  // a personal rule runs twice
  LosePage,    // a page is never sent
  PageAfterAnswer,
  UnexplainedPage,
  SwapRecords,  // two records of one instant in the wrong order
};

struct ChaosResult {
  std::optional<std::string> complaint;
  std::string history;  // of all records and everything that was received
  int steps = 0, pages = 0, crashes = 0, failures = 0, answers_lost = 0;
};

class ChaosWorld {
 public:
  using Time = Transport::Time;

  ChaosWorld(Stage& stage, std::uint64_t seed, Sabotage sabotage = Sabotage::None);
  ~ChaosWorld();
  ChaosResult run();

 private:
  // Each node's clock runs a little ahead of the other's.
  class NodeClock : public Clock {
   public:
    NodeClock(const ChaosWorld& world, std::chrono::microseconds ahead) : world_(world), ahead_(ahead) {}
    Instant now() const override { return world_.wall() + ahead_; }

   private:
    const ChaosWorld& world_;
    std::chrono::microseconds ahead_;
  };
  struct Parts;
  struct Node {
    std::unique_ptr<NodeClock> clock;
    std::unique_ptr<Transport::Door> door;
    std::unique_ptr<Parts> parts;
    Time asleep_until{0};
    bool woken = true;  // its dispatcher has something to do
  };
  struct Event {
    Time at;
    std::function<void()> act;
  };

  Instant wall() const { return stage_.start() + offset_ + now_; }
  void begin_chain();
  void plan_events();
  void plan_trouble();

  // --- what people and sources do
  void post_alert(int marker, std::string key, std::string signal, bool again);
  void change(const std::string& name, std::function<bool(engine::Batch&)> apply, int attempt = 0);
  void by_user(GroupCommand command);
  void page(bool unpage);
  void silence_by_matcher();
  void maintenance();
  void edit_chain();
  std::optional<AlertGroupId> some_group();
  Actor somebody();
  engine::Engine& engine_of_somebody();

  // --- time
  void run_nodes();
  bool run_node(std::size_t node);
  void restart(std::size_t node);
  Time next_stop();
  void sabotage();

  Stage& stage_;
  Dice dice_;
  Sabotage sabotage_;
  const bool sabotages_;
  SeededRng rng_;
  IdSource ids_{rng_};
  RecordingLog log_;
  store::ReadPool reads_;
  Transport transport_;
  Checker checker_;
  Time now_{0};
  std::chrono::microseconds offset_{0};  // of the wall clock: what all jumps made of it
  std::vector<Node> nodes_;
  std::multimap<Time, std::function<void()>> events_;
  int crashes_ = 0, marker_ = 0, names_ = 0;
  Time trouble_at_{0};  // when something was last wrong
};

}  // namespace tocsin::test
