#include "edge/api/router.h"

#include <algorithm>

#include "base/overloaded.h"
#include "domain/access/token.h"
#include "edge/api/body.h"
#include "store/people.h"

namespace tocsin::api {
namespace {

// The last use of a token is kept to this precision, so that reads do not become writes.
constexpr std::chrono::minutes kTokenUseStep{1};

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash before a segment
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash == path.size() && path.empty()) break;  // one slash at the end is optional
    segments.emplace_back(path.substr(0, slash));
    path.remove_prefix(slash);
  }
  return segments;
}

std::string allowed_methods(const Endpoint& endpoint) {
  std::string methods;
  for (const Operation& operation : endpoint.operations) {
    methods += operation.method + ", ";
    if (operation.method == "GET") methods += "HEAD, ";
  }
  return methods + "OPTIONS";
}

const Operation* find_operation(const Endpoint& endpoint, std::string_view method) {
  if (method == "HEAD") method = "GET";
  for (const Operation& operation : endpoint.operations) {
    if (operation.method == method) return &operation;
  }
  return nullptr;
}

void add_common_headers(http::Response& response, const std::string& allow) {
  response.headers.add("Allow", allow);
  response.headers.add("Vary", "Accept, Origin");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("X-Frame-Options", "DENY");
  response.headers.add("Referrer-Policy", "same-origin");
  response.headers.add("Cross-Origin-Opener-Policy", "same-origin");
}

http::Response throttled(std::int64_t wait_s) {
  http::Response response =
      detail_response(429, "Request was throttled. Expected available in " + std::to_string(wait_s) +
                               (wait_s == 1 ? " second." : " seconds."));
  response.headers.add("Retry-After", std::to_string(wait_s));
  response.headers.add("RateLimit-Reset", std::to_string(wait_s));
  return response;
}

}  // namespace

std::optional<std::string> Call::query(std::string_view name) const {
  for (auto& [key, value] : http::parse_query(request.query)) {
    if (key == name && !value.empty()) return value;
  }
  return std::nullopt;
}

std::vector<std::string> Call::query_all(std::string_view name) const {
  std::vector<std::string> values;
  for (auto& [key, value] : http::parse_query(request.query)) {
    if (key == name && !value.empty()) values.push_back(value);
  }
  return values;
}

Router::Router(Services services, std::vector<Resource> resources, std::optional<Rate> limit,
               std::function<void(const RequestReport&)> observe)
    : services_(std::move(services)),
      resources_(std::move(resources)),
      limiter_(limit),
      observe_(std::move(observe)) {
  for (const Resource& resource : resources_) {
    for (const Endpoint& endpoint : resource.endpoints) {
      targets_.push_back({&endpoint, split_path(endpoint.path)});
    }
  }
}

std::optional<Router::Match> Router::match(std::string_view path) const {
  constexpr std::string_view kBase = "/api/v1";
  const std::vector<std::string> segments = split_path(path.substr(kBase.size()));
  std::optional<Match> found;
  for (const Target& target : targets_) {
    if (target.segments.size() != segments.size()) continue;
    Match candidate{target.endpoint, {}};
    bool same = true;
    for (std::size_t i = 0; i < segments.size() && same; ++i) {
      if (target.segments[i].starts_with('{')) {
        same = !segments[i].empty() && segments[i].find('.') == std::string::npos;
        candidate.ids.push_back(segments[i]);
      } else {
        same = target.segments[i] == segments[i];
      }
    }
    // Literal words win over {id}: /users/current/.
    if (same && (!found || candidate.ids.size() < found->ids.size())) found = std::move(candidate);
  }
  return found;
}

void Router::note_token_use(const access::Caller& caller, std::optional<Instant> last, Instant now) {
  if (last && now < *last + kTokenUseStep) return;
  std::ignore = services_.engine.submit(engine::Change{"record token use",
                                                       [id = caller.token_id, now](engine::Batch& batch) {
                                                         store::record_token_use(batch.db, id, now);
                                                         return true;
                                                       },
                                                       {}});  // a full queue costs a date, not a request
}

std::variant<access::Caller, http::Response> Router::authenticate(const http::Request& request, Instant now) {
  const auto header = request.headers.find("Authorization");
  const auto digest = access::digest_token(access::token_of_header(header.value_or("")));
  if (!digest) return detail_response(403, "Invalid token.");
  const auto reads = services_.reads.lease();
  auto owner = store::find_token(*reads, *digest);
  if (!owner) return detail_response(403, "Invalid token.");
  if (!owner->active) return detail_response(403, "Only active users are allowed to perform this action.");
  note_token_use(owner->caller, owner->last_used_at, now);
  return std::move(owner->caller);
}

void Router::handle(http::Request request, http::Respond respond) {
  const auto found = match(request.path);
  const std::string route = found ? "/api/v1" + found->endpoint->path : "unknown";
  const std::string allow = found ? allowed_methods(*found->endpoint) : "";
  http::Respond finish = [this, route, allow, method = request.method,
                          started = std::chrono::steady_clock::now(),
                          respond = std::move(respond)](http::Response response) {
    if (!allow.empty()) add_common_headers(response, allow);
    if (observe_) {
      observe_({method, route, response.status,
                std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                      started)});
    }
    respond(std::move(response));
  };
  if (!found) return finish(detail_response(404, "Not found."));
  dispatch(*found, std::move(request), std::move(finish));
}

void Router::dispatch(const Match& found, http::Request request, http::Respond respond) {
  if (request.method == "OPTIONS") return respond(empty_ok());
  const Instant now = services_.clock.now();
  if (const Operation* open = find_operation(*found.endpoint, request.method);
      open != nullptr && open->open) {
    auto body = read_body(request);
    return run_open(
        *open,
        std::make_shared<Call>(Call{services_, std::move(request), {}, found.ids, std::move(body), now}),
        std::move(respond));
  }
  auto authenticated = authenticate(request, now);
  if (auto* refusal = std::get_if<http::Response>(&authenticated)) return respond(std::move(*refusal));
  auto& caller = std::get<access::Caller>(authenticated);

  const Operation* operation = find_operation(*found.endpoint, request.method);
  // A token that this endpoint does not take is an invalid token, whatever the method.
  const Operation& any = operation != nullptr ? *operation : found.endpoint->operations.front();
  if (caller.is_service_account() && !any.service_accounts)
    return respond(detail_response(403, "Invalid token."));
  if (operation != nullptr && operation->permission && !caller.may(*operation->permission)) {
    return respond(detail_response(403, "You do not have permission to perform this action."));
  }
  if (const auto wait = limiter_.admit(caller.user ? caller.user->str() : caller.token_id, now, any.bucket)) {
    return respond(throttled(*wait));
  }
  if (operation == nullptr) {
    return respond(detail_response(405, "Method \"" + request.method + "\" not allowed."));
  }
  auto body = read_body(request);
  run(*operation,
      std::make_shared<Call>(
          Call{services_, std::move(request), std::move(caller), found.ids, std::move(body), now}),
      std::move(respond));
}

void Router::run_open(const Operation& operation, std::shared_ptr<Call> call, http::Respond respond) {
  if (operation.counts_for) {
    const auto reads = services_.reads.lease();
    const auto user = operation.counts_for(*call, *reads);
    if (const auto wait = user ? limiter_.admit(user->str(), call->now) : std::nullopt) {
      http::Response refused = throttled(*wait);
      if (!operation.media_type.empty()) refused.headers.set("Content-Type", operation.media_type);
      return respond(std::move(refused));
    }
  }
  run(operation, std::move(call), std::move(respond));
}

void Router::run(const Operation& operation, std::shared_ptr<Call> call, http::Respond respond) {
  std::visit(Overloaded{[&](const Read& read) {
                          const auto reads = services_.reads.lease();
                          auto result = read(*call, *reads);
                          respond(result ? std::move(result).value() : error_response(result.error()));
                        },
                        [&](const Write& write) {
                          if (!operation.prepare) return run_write(write, call, respond);
                          operation.prepare(
                              call, [this, &write, call, respond] { run_write(write, call, respond); });
                        },
                        [&](const BeginLongWrite& begin) {
                          run_step(call->request.method + " " + call->request.path, begin(call), respond);
                        },
                        [&](const Later& later) {
                          later(call, [respond](Result<http::Response> result) {
                            respond(result ? std::move(result).value() : error_response(result.error()));
                          });
                        }},
             operation.run);
}

namespace {

http::Response failed(engine::Outcome outcome) {
  if (outcome == engine::Outcome::Broken) return detail_response(500, "A server error occurred.");
  return detail_response(503, "The database is not available right now. Please retry.");
}

http::Response queue_full() {
  return detail_response(503, "Too many requests are waiting. Please retry.");
}

}  // namespace

void Router::run_write(const Write& write, std::shared_ptr<Call> call, http::Respond respond) {
  auto answer = std::make_shared<http::Response>();
  engine::Change change;
  change.name = call->request.method + " " + call->request.path;
  change.apply = [&write, call, answer](engine::Batch& batch) {
    auto result = write(*call, batch);
    *answer = result ? std::move(result).value() : error_response(result.error());
    return result.has_value();
  };
  change.done = [call, answer, respond](engine::Outcome outcome) {
    const bool ran = outcome == engine::Outcome::Committed || outcome == engine::Outcome::Refused;
    respond(ran ? std::move(*answer) : failed(outcome));
  };
  if (!services_.engine.submit(std::move(change))) respond(queue_full());
}

void Router::run_step(const std::string& name, std::shared_ptr<LongWrite> work, http::Respond respond) {
  auto error = std::make_shared<std::optional<Error>>();
  engine::Change change;
  change.name = name;
  change.apply = [work, error](engine::Batch& batch) {
    auto result = work->step(batch);
    error->reset();
    if (!result) *error = std::move(result).error();
    return result.has_value();
  };
  change.done = [this, name, work, error, respond](engine::Outcome outcome) {
    if (outcome == engine::Outcome::Refused) return respond(error_response(**error));
    if (outcome != engine::Outcome::Committed) return respond(failed(outcome));
    if (auto answer = work->committed()) return respond(*std::move(answer));
    run_step(name, work, respond);
  };
  if (!services_.engine.submit(std::move(change))) respond(queue_full());
}

}  // namespace tocsin::api
