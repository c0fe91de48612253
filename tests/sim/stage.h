// The database on which the simulated worlds play, one after another: made once, with people, a team, a
// schedule, webhooks and one integration, and set back to that before each world.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/model/ids.h"
#include "sim/faulty_database.h"
#include "sim/reused_database.h"

namespace tocsin::test {

struct Cast {
  std::map<std::string, UserId> users;  // ann, bob, cy, dan, eve, and vic who may not be paged
  TeamId team;                          // ann, dan, vic
  ScheduleId schedule;                  // ann and bob in turns of ten minutes, from the start on
  ScheduleId empty_schedule;
  WebhookId step_hook;  // called by steps
  IntegrationId integration;
  RouteId route;
  EscalationChainId chain;
};

class Stage {
 public:
  static constexpr int kNodes = 2;

  Stage();
  ~Stage();
  // As it was in the beginning.
  void reset();

  const Cast& cast() const { return cast_; }
  Instant start() const { return start_; }
  store::Database& node(std::size_t node) { return *nodes_.at(node); }
  Fault& fault(std::size_t node) { return nodes_.at(node)->fault; }
  store::Database& calm() { return database_; }  // never fails: for readers and for looking
  store::Connection& db() { return *db_; }

 private:
  void prepare();

  ReusedDatabase database_;
  std::vector<std::unique_ptr<FaultyDatabase>> nodes_;
  std::unique_ptr<store::Connection> db_;
  Cast cast_;
  Instant start_;
};

}  // namespace tocsin::test
