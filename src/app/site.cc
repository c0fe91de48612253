#include "app/site.h"

#include "app/delivery.h"
#include "edge/api/alert_groups.h"
#include "edge/api/chat_lists.h"
#include "edge/api/coverage.h"
#include "edge/api/escalation.h"
#include "edge/api/escalation_chains.h"
#include "edge/api/escalation_policies.h"
#include "edge/api/integrations.h"
#include "edge/api/notification_rules.h"
#include "edge/api/on_call_shifts.h"
#include "edge/api/openapi.h"
#include "edge/api/people.h"
#include "edge/api/personal_webhooks.h"
#include "edge/api/phone_relay.h"
#include "edge/api/resolution_notes.h"
#include "edge/api/routes.h"
#include "edge/api/schedules.h"
#include "edge/api/shift_swaps.h"
#include "edge/api/silences.h"
#include "edge/api/template_render.h"
#include "edge/api/webhooks.h"
#include "language/json/write.h"

namespace tocsin::app {
namespace {

constexpr std::string_view kHealthPath = "/health/";
constexpr std::string_view kMetricsPath = "/metrics";

http::Response not_found() {
  return http::json_response(404, "{\"detail\":\"Not found.\"}");
}

http::Response only_get(const http::Request& request) {
  http::Response response = http::json_response(
      405, json::write(json::Value(
               json::Object{{"detail", json::Value("Method \"" + request.method + "\" not allowed.")}})));
  response.headers.add("Allow", "GET, HEAD");
  return response;
}

// What only goes to the log reaches nobody.
delivery::Means simulated_means(const ServeOptions& options) {
  delivery::Means means = delivery_means(options);
  means.log = false;
  return means;
}

std::string without_slash(std::string path) {
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

std::vector<api::Resource> all_resources(delivery::Means means) {
  std::vector<api::Resource> resources;
  resources.push_back(api::integrations_resource());
  resources.push_back(api::routes_resource());
  resources.push_back(api::escalation_chains_resource());
  resources.push_back(api::escalation_policies_resource());
  resources.push_back(api::escalation_resource());
  resources.push_back(api::alert_groups_resource());
  resources.push_back(api::alerts_resource());
  resources.push_back(api::silences_resource());
  resources.push_back(api::resolution_notes_resource());
  resources.push_back(api::webhooks_resource());
  resources.push_back(api::actions_resource());
  resources.push_back(api::template_render_resource());
  resources.push_back(api::users_resource());
  resources.push_back(api::teams_resource());
  resources.push_back(api::organizations_resource());
  resources.push_back(api::notification_rules_resource());
  resources.push_back(api::personal_webhooks_resource());
  resources.push_back(api::schedules_resource());
  resources.push_back(api::on_call_shifts_resource());
  resources.push_back(api::shift_swaps_resource());
  resources.push_back(api::coverage_resource());
  resources.push_back(simulation::simulate_resource(std::move(means)));
  resources.push_back(api::user_groups_resource());
  resources.push_back(api::slack_channels_resource());
  resources.push_back(api::info_resource());
  resources.push_back(api::make_call_resource());
  resources.push_back(api::send_sms_resource());
  return resources;
}

Site::Site(const ServeOptions& options, store::Database& database, engine::Engine& engine, const Clock& clock,
           IdSource& ids, Log& log, Metrics& metrics, http::Outbound* outbound, RunAside run_aside)
    : engine_(engine), metrics_(metrics), reads_(database) {
  api::Settings settings{
      .base_url = options.public_url,
      .inbound_email_domain =
          options.inbound_email_domain.empty() ? std::nullopt : std::optional(options.inbound_email_domain),
      .type_set = options.strict_oncall ? integration::TypeSet::Strict : integration::TypeSet::Wide,
      .secret_key = options.secret_key};
  router_ =
      std::make_unique<api::Router>(api::Services{engine, reads_, group_index_, clock, ids, log,
                                                  std::move(settings), outbound, std::move(run_aside)},
                                    all_resources(simulated_means(options)), options.api_limit,
                                    [this](const api::RequestReport& report) { metrics_.observe(report); });
  inbound_ = std::make_unique<inbound::Inbound>(
      inbound::Services{engine, clock, ids, log, outbound}, options.ingest_limit_integration,
      options.ingest_limit_total, [this](const inbound::InboundReport& report) { metrics_.observe(report); },
      email_settings(options));
}

Site::~Site() = default;

http::Response Site::health() {
  try {
    const auto reads = reads_.lease();
    reads->query("SELECT 1");
    return http::json_response(200, "{\"status\":\"ok\"}");
  } catch (const store::StorageError& error) {
    return http::json_response(503,
                               json::write(json::Value(json::Object{{"status", json::Value("unavailable")},
                                                                    {"detail", json::Value(error.what())}})));
  }
}

void Site::follow_groups() {
  group_index_.follow(*reads_.lease());
}

void Site::handle(http::Request request, http::Respond respond) {
  if (inbound::Inbound::serves(request.path)) return inbound_->handle(std::move(request), std::move(respond));
  const std::string path = without_slash(request.path);
  const bool is_health = path == without_slash(std::string(kHealthPath)), is_metrics = path == kMetricsPath,
             is_document = path == "/api/v1/openapi.json";
  if (is_health || is_metrics || is_document) {
    if (request.method != "GET" && request.method != "HEAD") return respond(only_get(request));
    if (is_health) return respond(health());
    if (is_document)
      return respond(http::json_response(200, json::write(api::openapi_document(router_->resources()))));
    metrics_.set_queue_depth(engine_.queue_depth());
    return respond(http::text_response(200, metrics_.text(), "text/plain; version=0.0.4; charset=utf-8"));
  }
  if (api::Router::serves(request.path)) return router_->handle(std::move(request), std::move(respond));
  respond(not_found());
}

}  // namespace tocsin::app
