// Everything that answers requests, without sockets or threads: the whole server as a function from request
// to response. Tests call it in process, under a simulated clock.
#pragma once

#include <memory>
#include <string>

#include "app/metrics.h"
#include "app/options.h"
#include "edge/http/message.h"
#include "edge/http/outbound.h"
#include "engine/engine.h"
#include "simulation/api.h"
#include "store/read_pool.h"

namespace tocsin::app {

class Site {
 public:
  using RunAside = std::function<bool(std::function<void()>)>;

  // All references must outlive the site. `options.public_url` must be set. Without `options.secret_key` no
  // secret can be stored, without `outbound` no calendar fetched. `run_aside` takes what would hold up a
  // network thread, and refuses what is too much; by default it runs at once.
  Site(const ServeOptions& options, store::Database& database, engine::Engine& engine, const Clock& clock,
       IdSource& ids, Log& log, Metrics& metrics, http::Outbound* outbound = nullptr,
       RunAside run_aside = run_at_once);
  ~Site();

  void handle(http::Request request, http::Respond respond);
  // Reads which alert groups were written since the last time; once a second, or lists have to. The first
  // time it reads all of them.
  void follow_groups();

 private:
  static bool run_at_once(const std::function<void()>& work) { return work(), true; }
  http::Response health();

  engine::Engine& engine_;
  Metrics& metrics_;
  store::ReadPool reads_;
  store::GroupIndex group_index_;
  std::unique_ptr<api::Router> router_;
  std::unique_ptr<inbound::Inbound> inbound_;
};

// The resources of /api/v1/, in the order of the reference.
std::vector<api::Resource> all_resources(delivery::Means means = {});

}  // namespace tocsin::app
