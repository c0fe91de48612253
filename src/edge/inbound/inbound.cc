#include "edge/inbound/inbound.h"

#include <algorithm>
#include <memory>

#include "domain/integration/payload.h"
#include "domain/integration/type.h"
#include "edge/inbound/payload_body.h"
#include "language/json/write.h"
#include "store/integrations.h"

namespace tocsin::inbound {
namespace {

constexpr std::string_view kPrefix = "/integrations/v1/";
constexpr std::string_view kEmailWebhook = "inbound_email_webhook";
constexpr std::string_view kBacksync = "backsync";
constexpr std::string_view kUnknownToken = "Integration key was not found. Permission denied.";
constexpr std::string_view kAllow = "GET, HEAD, OPTIONS, POST";

http::Response plain(int status, std::string text) {
  return http::text_response(status, std::move(text), "text/html; charset=utf-8");
}

http::Response detail(int status, const std::string& text) {
  return http::json_response(status, json::write(json::Value(json::Object{{"detail", json::Value(text)}})));
}

http::Response accepted() {
  return http::json_response(200, "\"Ok.\"");
}

// OnCall's plugin made tokens for this, for an integration type that only its hosted service has; nothing of
// ours makes any, so none is right (docs/spec/ingestion.md, section 3.9).
http::Response backsync(const http::Request& request) {
  return detail(
      403, request.headers.find("Authorization").value_or("").empty() ? "Invalid token." : "Invalid token");
}

http::Response not_allowed(const std::string& method) {
  http::Response response = detail(405, "Method \"" + method + "\" not allowed.");
  response.headers.add("Allow", std::string(kAllow));
  return response;
}

http::Response limited(const Refusal& refusal) {
  http::Response response = plain(
      429,
      refusal.which == LimitHit::Integration
          ? "This integration sent more alerts than its limit allows. Other integrations are not affected."
          : "The integrations together sent more alerts than the limit allows.");
  response.headers.add("Retry-After", std::to_string(refusal.retry_after_s));
  return response;
}

http::Response busy() {
  http::Response response = detail(503, "Too many alerts are waiting. Please retry.");
  response.headers.add("Retry-After", "1");
  return response;
}

// What a person sees who opens the link in a browser.
http::Response link_page(const std::string& path) {
  std::string shown;
  for (const char c : path) {
    if (std::string_view("<>&\"'").find(c) == std::string_view::npos) shown += c;
  }
  return plain(200,
               "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Integration link</title>"
               "<p>This is an integration link. Monitoring systems send alerts to it with POST:</p><pre>" +
                   shown + "</pre><p>How to: docs/integrations in Tocsin's documentation.</p></html>");
}

std::vector<std::string_view> split(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

// What is kept of a payload: the bytes received wherever possible. Takes `received` when nothing changed.
std::string stored_text(const integration::Incoming& incoming, std::string& received) {
  if (!incoming.changed) return std::move(received);
  const std::size_t brace = received.rfind('}');
  if (incoming.appended.empty() || brace == std::string::npos) return json::write(incoming.payload);
  std::string text = std::move(received);
  text.replace(brace, text.size() - brace, incoming.appended + "}");
  return text;
}

// Null: no such token, or one that nobody may post to.
std::shared_ptr<const engine::ConfiguredIntegration> find_integration(
    const engine::Configuration& configuration, const std::string& token) {
  const auto found = configuration.by_token.find(token);
  if (found == configuration.by_token.end() || found->second->integration.type == "maintenance")
    return nullptr;
  return found->second;
}

void answer(const http::Respond& respond, engine::Outcome outcome, http::Response good) {
  switch (outcome) {
    case engine::Outcome::Committed:
      return respond(std::move(good));
    case engine::Outcome::Unavailable:
      return respond(detail(503, "The alert could not be stored. Please retry."));
    case engine::Outcome::Refused:
    case engine::Outcome::Broken:
      return respond(detail(500, "A server error occurred."));
  }
}

}  // namespace

struct Inbound::Link {
  std::string_view url_slug;
  std::shared_ptr<const engine::Configuration> configuration;
  std::shared_ptr<const engine::ConfiguredIntegration> integration;
};

Inbound::Inbound(Services services, std::optional<IngestLimit> per_integration,
                 std::optional<IngestLimit> total, std::function<void(const InboundReport&)> observe,
                 EmailSettings email)
    : services_(services),
      limiter_(per_integration, total),
      certificates_(services.outbound),
      sns_(services.outbound, certificates_),
      email_(std::move(email), services.clock, services.log, services.outbound, certificates_),
      observe_(std::move(observe)) {}

void Inbound::handle(http::Request request, http::Respond respond) {
  dispatch(std::move(request), std::move(respond), Token::MayBeNew);
}

// Another node may have made the integration a moment ago. One look of the engine serves all who wait by
// then.
void Inbound::look_for_integration(http::Request request, http::Respond respond) {
  auto again = [this, request = std::move(request), respond]() mutable {
    dispatch(std::move(request), std::move(respond), Token::Looked);
  };
  {
    const std::lock_guard lock(mutex_);
    unknown_.emplace_back(std::move(again));
    if (unknown_.size() > 1) return;
  }
  const auto answer_all = [this](engine::Outcome) {
    std::vector<std::function<void()>> waiting;
    {
      const std::lock_guard lock(mutex_);
      waiting.swap(unknown_);
    }
    for (auto& one : waiting) {
      try {
        one();
      } catch (const std::exception& error) {  // its Respond goes with it: the client gets a 500
        services_.log.error("HTTP handler failed", {{"error", error.what()}});
      }
    }
  };
  // Every batch brings the configuration up to date; there is nothing else to do in it.
  if (!services_.engine.submit(
          engine::Change{"look for an integration", [](engine::Batch&) { return true; }, answer_all}))
    answer_all(engine::Outcome::Unavailable);
}

void Inbound::dispatch(http::Request request, http::Respond respond_to_client, Token token) {
  const std::string path = request.path;
  const std::vector<std::string_view> parts = split(std::string_view(path).substr(kPrefix.size()));
  const bool is_heartbeat =
      parts.size() == 3 && parts[2] == "heartbeat" && integration::has_heartbeat_url(parts[0]);
  const bool known = is_heartbeat || (parts.size() == 2 && !parts[0].empty() && !parts[1].empty());
  const integration::Type* url_type = known ? integration::find_type(parts[0]) : nullptr;
  const bool is_email = email_.is_on() && parts.size() == 1 && parts[0] == kEmailWebhook;
  const bool is_backsync = parts.size() == 1 && parts[0] == kBacksync;
  const std::string_view view = is_heartbeat          ? "heartbeat"
                                : is_email            ? kEmailWebhook
                                : is_backsync         ? kBacksync
                                : url_type != nullptr ? url_type->slug
                                                      : "unknown";
  http::Respond respond = [this, view, method = request.method, started = std::chrono::steady_clock::now(),
                           respond_to_client](http::Response response) {
    if (observe_) {
      observe_({method, view, response.status,
                std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                      started)});
    }
    respond_to_client(std::move(response));
  };
  if (is_email) {
    return email_.receive(
        std::move(request),
        [this](std::vector<AddressedMail> mails, const http::Respond& answer_to) {
          receive_mails(std::move(mails), answer_to);
        },
        std::move(respond));
  }
  if (is_backsync) return respond(backsync(request));
  if (!known) return respond(detail(404, "Not found."));

  Link link{parts[0], services_.engine.configuration(), nullptr};
  link.integration = find_integration(*link.configuration, std::string(parts[1]));
  if (link.integration == nullptr && token == Token::MayBeNew)
    return look_for_integration(std::move(request), std::move(respond_to_client));
  if (link.integration == nullptr) return respond(plain(403, std::string(kUnknownToken)));

  const std::string method = request.method;
  const bool counted = method == "POST" || (is_heartbeat && method == "GET");
  if (counted) {
    if (const auto refusal = limiter_.admit(link.integration->integration.id.str(), services_.clock.now())) {
      return respond(limited(*refusal));
    }
  }
  if (is_heartbeat && (method == "GET" || method == "POST"))
    return heartbeat(link, request, std::move(respond));
  if (method == "POST" && integration::view_of_url(link.url_slug) == integration::AlertView::AmazonSns) {
    return receive_sns(link, request, std::move(respond));
  }
  if (method == "POST") return receive(link, std::move(request), std::move(respond));
  if (method == "OPTIONS") {
    http::Response response{.status = 200, .headers = {}, .body = {}};
    response.headers.add("Allow", std::string(kAllow));
    return respond(std::move(response));
  }
  if (method == "GET" || method == "HEAD") return respond(link_page(path));
  respond(not_allowed(method));
}

void Inbound::receive(const Link& link, http::Request request, http::Respond respond) {
  auto body = read_payload(request);
  if (auto* refusal = std::get_if<http::Response>(&body)) return respond(std::move(*refusal));
  auto& [value, text] = std::get<PayloadBody>(body);
  const engine::ConfiguredIntegration& configured = *link.integration;
  if (const auto fits = integration::check_url(link.url_slug, *configured.type); !fits) {
    return respond(plain(400, fits.error().message));
  }
  auto payloads =
      integration::split(integration::view_of_url(link.url_slug), *configured.type, std::move(value));
  if (!payloads) return respond(detail(400, payloads.error().message));

  const Instant now = services_.clock.now();
  engine::ReceiveAlerts command;
  for (integration::Incoming& incoming : *payloads) {
    std::string stored = stored_text(incoming, text);
    command.alerts.push_back(engine::prepare(link.integration, link.configuration->version,
                                             std::move(incoming.payload), std::move(stored), now,
                                             services_.ids));
  }
  if (command.alerts.empty()) return respond(accepted());
  command.done = [respond](engine::Outcome outcome) { answer(respond, outcome, accepted()); };
  if (!services_.engine.submit(std::move(command))) respond(busy());
}

void Inbound::receive_sns(const Link& link, const http::Request& request, http::Respond respond) {
  // The certificate may have to be fetched first: by then only what is copied here is still there.
  sns_.receive(
      request,
      [this, integration = link.integration, version = link.configuration->version,
       respond](json::Value payload) {
        std::string text = json::write(payload);
        engine::ReceiveAlerts command;
        command.alerts.push_back(engine::prepare(integration, version, std::move(payload), std::move(text),
                                                 services_.clock.now(), services_.ids));
        command.done = [respond](engine::Outcome outcome) { answer(respond, outcome, plain(200, "OK")); };
        if (!services_.engine.submit(std::move(command))) respond(busy());
      },
      respond);
}

void Inbound::receive_mails(std::vector<AddressedMail> mails, const http::Respond& respond) {
  const auto configuration = services_.engine.configuration();
  engine::ReceiveAlerts command;
  for (AddressedMail& mail : mails) {
    const auto integration = find_integration(*configuration, mail.token);
    if (integration == nullptr) {
      services_.log.info("inbound e-mail: no integration has the recipient's token");
      continue;
    }
    std::string text = json::write(mail.payload);
    command.alerts.push_back(engine::prepare(integration, configuration->version, std::move(mail.payload),
                                             std::move(text), services_.clock.now(), services_.ids));
  }
  if (command.alerts.empty()) return respond(plain(403, std::string(kUnknownToken)));
  command.done = [respond](engine::Outcome outcome) {
    answer(respond, outcome, http::json_response(200, "\"OK\""));
  };
  if (!services_.engine.submit(std::move(command))) respond(busy());
}

void Inbound::heartbeat(const Link& link, const http::Request& request, http::Respond respond) {
  engine::Change change;
  change.name = "heartbeat";
  change.apply = [id = link.integration->integration.id, now = services_.clock.now()](engine::Batch& batch) {
    store::record_heartbeat(batch.db, id, now);
    return true;
  };
  http::Response good = request.method == "GET" ? http::json_response(200, "\":)\"")
                                                : http::Response{.status = 200, .headers = {}, .body = {}};
  change.done = [respond, good = std::move(good)](engine::Outcome outcome) {
    answer(respond, outcome, good);
  };
  if (!services_.engine.submit(std::move(change))) respond(busy());
}

}  // namespace tocsin::inbound
