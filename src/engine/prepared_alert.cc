#include "engine/prepared_alert.h"

#include "domain/grouping/find_group.h"

namespace tocsin::engine {
namespace {

void decide(PreparedAlert& alert, IdSource& ids) {
  const ConfiguredIntegration& configured = *alert.integration;
  alert.signals = templating::evaluate(configured.behaviour, alert.payload, alert.received_at);
  alert.route = routing::choose(configured.rules, alert.payload, alert.signals.labels, alert.received_at);
  const std::string unique = alert.signals.grouping_key ? std::string() : ids.uuid();
  alert.distinction =
      grouping::make_distinction(alert.signals.grouping_key, grouping::AlertKind::Real, unique);
}

}  // namespace

PreparedAlert prepare(std::shared_ptr<const ConfiguredIntegration> integration,
                      std::int64_t configuration_version, json::Value payload, std::string text, Instant now,
                      IdSource& ids) {
  PreparedAlert alert{.integration = std::move(integration),
                      .configuration_version = configuration_version,
                      .payload = std::move(payload),
                      .text = std::move(text),
                      .received_at = now,
                      .signals = {},
                      .route = {},
                      .distinction = {}};
  decide(alert, ids);
  return alert;
}

PreparedAlert prepare_again(PreparedAlert alert, std::shared_ptr<const ConfiguredIntegration> integration,
                            std::int64_t configuration_version, IdSource& ids) {
  alert.integration = std::move(integration);
  alert.configuration_version = configuration_version;
  decide(alert, ids);
  return alert;
}

}  // namespace tocsin::engine
