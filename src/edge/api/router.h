// /api/v1/: finds the resource, checks who asks in the documented order (docs/spec/api-common.md, section 1),
// runs the operation.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "edge/api/rate_limit.h"
#include "edge/api/resource.h"

namespace tocsin::api {

// For metrics: `route` is the declared path, never the requested one.
struct RequestReport {
  std::string_view method;
  std::string_view route;
  int status = 0;
  std::chrono::microseconds duration{0};
};

class Router {
 public:
  Router(Services services, std::vector<Resource> resources, std::optional<Rate> limit,
         std::function<void(const RequestReport&)> observe = {});

  static bool serves(std::string_view path) { return path.starts_with("/api/v1/") || path == "/api/v1"; }
  void handle(http::Request request, http::Respond respond);

  const std::vector<Resource>& resources() const { return resources_; }
  const Services& services() const { return services_; }

 private:
  struct Target {
    const Endpoint* endpoint = nullptr;
    std::vector<std::string> segments;  // of the pattern
  };
  struct Match {
    const Endpoint* endpoint = nullptr;
    std::vector<std::string> ids;
  };
  std::optional<Match> match(std::string_view path) const;
  std::variant<access::Caller, http::Response> authenticate(const http::Request& request, Instant now);
  void note_token_use(const access::Caller& caller, std::optional<Instant> last, Instant now);
  void dispatch(const Match& match, http::Request request, http::Respond respond);
  void run_open(const Operation& operation, std::shared_ptr<Call> call, http::Respond respond);
  void run(const Operation& operation, std::shared_ptr<Call> call, http::Respond respond);
  void run_write(const Write& write, std::shared_ptr<Call> call, http::Respond respond);
  // The next step of a long write.
  void run_step(const std::string& name, std::shared_ptr<LongWrite> work, http::Respond respond);

  Services services_;
  std::vector<Resource> resources_;
  std::vector<Target> targets_;
  RateLimiter limiter_;
  std::function<void(const RequestReport&)> observe_;
};

}  // namespace tocsin::api
