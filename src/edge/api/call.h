// One request on its way through /api/v1/: who asks, for what, with which services at hand.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/world.h"
#include "domain/access/permission.h"
#include "domain/integration/type.h"
#include "edge/api/answer.h"
#include "edge/http/message.h"
#include "edge/http/outbound.h"
#include "engine/engine.h"
#include "store/group_index.h"
#include "store/read_pool.h"
#include "store/sealing.h"

namespace tocsin::api {

// What an operator set; the same for every request.
struct Settings {
  std::string base_url = "http://127.0.0.1:8080";  // no slash at the end
  std::optional<std::string> inbound_email_domain;
  integration::TypeSet type_set = integration::TypeSet::Wide;
  std::optional<store::SecretKey> secret_key = {};  // none: secrets cannot be stored
};

struct Services {
  engine::Engine& engine;
  store::ReadPool& reads;
  store::GroupIndex& group_index;
  const Clock& clock;
  IdSource& ids;
  Log& log;
  Settings settings;
  http::Outbound* outbound = nullptr;  // none: nothing can be fetched
  // Runs what would hold up a network thread, now or soon, on whatever thread; false: too much waits already.
  std::function<bool(std::function<void()>)> run_aside;
};

struct Call {
  const Services& services;
  http::Request request;
  access::Caller caller;
  std::vector<std::string> path_ids;  // the {id} parts of the path, decoded
  Result<json::Value>
      body;  // read by the handler when its turn comes: a missing object wins over a broken body
  Instant now;
  std::map<std::string, Result<std::string>> fetched = {};  // what Prepare brought, by URL

  const std::string& id() const { return path_ids.front(); }
  // The first value of a query parameter; nullopt when absent or empty.
  std::optional<std::string> query(std::string_view name) const;
  std::vector<std::string> query_all(std::string_view name) const;
};

// Reads run on the network thread with a read connection; writes in the engine's transaction, undone when
// they answer an error. A write may run twice: it must not change what it captured.
using Read = std::function<Result<http::Response>(const Call&, store::Connection&)>;
using Write = std::function<Result<http::Response>(const Call&, engine::Batch&)>;
// What would hold up a network thread: answers later, from any thread, exactly once. It leases its own
// connections.
using Answer = std::function<void(Result<http::Response>)>;
using Later = std::function<void(std::shared_ptr<const Call>, Answer)>;
// What a write must know beforehand and has to wait for (a calendar behind a URL). Calls `ready` once, from
// any thread; the write runs after that.
using Prepare = std::function<void(std::shared_ptr<Call>, std::function<void()> ready)>;

}  // namespace tocsin::api
