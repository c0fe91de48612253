// The whole server under a simulated clock: app::Site and the engine on a real database, deliveries taken
// from the outbox. It has the verbs of PagingWorld, the model of the rules in memory, so that one script runs
// in both and the two histories can be compared.
//
//   EngineWorld world(database());
//   world.set_chain({persons({"ann"})});
//   world.at(0s, [](EngineWorld& w) { w.alert(); });
//   world.run_until(48h);
//   EXPECT_EQ(world.streams["G1"], ...);
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "app/metrics.h"
#include "app/site.h"
#include "domain/model/outgoing.h"
#include "engine/engine.h"
#include "support/paging_world.h"
#include "support/site_client.h"

namespace tocsin::test {

class EngineWorld {
 public:
  using Offset = PagingWorld::Offset;

  // `nodes` engines on one database; requests go to the first that lives.
  explicit EngineWorld(store::Database& database, Instant start = *parse_iso("2026-03-02T10:00:00"),
                       int nodes = 1, std::uint64_t seed = 1);
  ~EngineWorld();

  std::vector<std::pair<Offset, Offset>> down;  // nothing runs from .. to
  engine::EngineOptions options = {};           // of engines made from now on
  // Around every run of the engines; `after` answers whether they must run again.
  std::function<void()> before_each_run = [] {};
  std::function<bool()> after_each_run = [] { return false; };

  void set_chain(const std::vector<Step>& steps);
  void add_webhook(const std::string& name, bool enabled);
  void at(Offset when, std::function<void(EngineWorld&)> input);

  void alert(const AlertInput& input = {});
  void by_api(const std::string& group, const GroupCommand& command);
  void by_user(const std::string& group, const GroupCommand& command, const std::string& user);
  void page(const std::string& group, const std::string& user, Importance importance);
  void unpage(const std::string& group, const std::string& user);
  // Any change through the engine, until it is committed.
  void change(const std::function<bool(engine::Batch&)>& apply);

  // Moves the clock from one piece of work to the next.
  void run_until(Offset end);

  // The engine's object goes as it is, and a new one begins.
  void crash(std::size_t node);
  // For good.
  void kill(std::size_t node);

  std::map<std::string, std::vector<std::string>> streams;
  std::size_t accepted = 0;  // alerts

  Answer send(std::string_view method, std::string_view target, std::string_view body);
  AlertGroupId group_id(const std::string& name) const;
  UserId user_id(const std::string& name) const { return users_.at(name); }
  IntegrationId integration() const { return integration_; }
  RouteId route() const { return route_; }
  const std::string& link() const { return link_; }
  store::Connection& db() { return *db_; }
  engine::Engine& engine() { return *nodes_.front().engine; }
  Instant now() const { return clock_.now(); }
  void set_now(Instant now) { clock_.advance(now - clock_.now()); }
  RecordingLog& log() { return log_; }
  // All engines, until none has work at this instant. Answers when one has next.
  std::optional<Instant> run_engines();
  void collect();  // what was recorded and what left, into the streams

 private:
  struct Node {
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<app::Site> site;
  };
  struct Input {
    Instant at;
    std::uint64_t order;
    std::function<void(EngineWorld&)> run;
    bool operator<(const Input& other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
  };

  Node make_node();
  void add_people();
  void add_integration();
  Step real(const Step& step) const;
  void note(const std::string& stream, Instant at, const std::string& what);
  void deliver(const Outgoing& outgoing);
  std::string name_of(const AlertGroupId& group);
  std::string name_of(const UserId& user) const;

  store::Database& database_;
  Instant start_;
  SimulatedClock clock_;
  SeededRng rng_;
  IdSource ids_{rng_};
  RecordingLog log_;
  app::Metrics metrics_{"test"};
  app::ServeOptions serve_options_;
  std::vector<Node> nodes_;
  std::unique_ptr<store::Connection> db_;
  std::priority_queue<Input> inputs_;
  std::uint64_t order_ = 0;
  std::string token_;
  std::map<std::string, UserId> users_;
  std::map<std::string, WebhookId> webhooks_;
  IntegrationId integration_;
  RouteId route_;
  std::string link_;
  EscalationChainId chain_;
  std::map<std::pair<Instant, std::string>, bool> seen_records_;
  Instant collected_{};
};

}  // namespace tocsin::test
