// /integrations/v1/: the links that monitoring systems post to. A 2xx to an alert means: committed and on
// disk.
//
// Source: docs/spec/ingestion.md, sections 2 and 3 (order of checks: token, limit, method, body, type,
// queue).
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/world.h"
#include "edge/http/message.h"
#include "edge/inbound/email.h"
#include "edge/inbound/ingest_limit.h"
#include "edge/inbound/sns.h"
#include "engine/engine.h"

namespace tocsin::inbound {

struct Services {
  engine::Engine& engine;
  const Clock& clock;
  IdSource& ids;
  Log& log;
  http::Outbound* outbound = nullptr;  // fetches what Amazon SNS messages point to
};

// For metrics: `view` is "webhook", "alertmanager", "heartbeat", ... never a token.
struct InboundReport {
  std::string_view method;
  std::string_view view;
  int status = 0;
  std::chrono::microseconds duration{0};
};

class Inbound {
 public:
  Inbound(Services services, std::optional<IngestLimit> per_integration, std::optional<IngestLimit> total,
          std::function<void(const InboundReport&)> observe = {}, EmailSettings email = {});

  static bool serves(std::string_view path) { return path.starts_with("/integrations/v1/"); }
  void handle(http::Request request, http::Respond respond);

 private:
  struct Link;
  enum class Token { MayBeNew, Looked };
  void dispatch(http::Request request, http::Respond respond, Token token);
  void look_for_integration(http::Request request, http::Respond respond);
  void receive(const Link& link, http::Request request, http::Respond respond);
  void receive_sns(const Link& link, const http::Request& request, http::Respond respond);
  void receive_mails(std::vector<AddressedMail> mails, const http::Respond& respond);
  void heartbeat(const Link& link, const http::Request& request, http::Respond respond);

  Services services_;
  IngestLimiter limiter_;
  SnsCertificates certificates_;
  SnsReceiver sns_;
  EmailReceiver email_;
  std::function<void(const InboundReport&)> observe_;
  std::mutex mutex_;                            // guards unknown_
  std::vector<std::function<void()>> unknown_;  // requests whose token nobody knew, while the engine looks
};

}  // namespace tocsin::inbound
