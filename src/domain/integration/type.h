// The table of integration types: what each is called, which links it has, and the templates that an
// integration of the type uses wherever its owner wrote none.
//
// Pure: constant data, no allocation, no state. One .cc per type or family of types holds that type's quirks
// and texts. Look-up rule of the templates (who wins, what an empty text means): docs/spec/templates.md,
// section 2, "Template lookup". Source: docs/spec/ingestion.md, sections 1, 2, 3.2, 6 and 7; RULINGS.md,
// rulings 2 and 3.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "language/json/value.h"

namespace tocsin::integration {

// A Jinja2 source, or nullopt where the type has none.
using Template = std::optional<std::string_view>;

struct Appearance {
  Template title = std::nullopt;
  Template message = std::nullopt;
  Template image_url = std::nullopt;
};

struct Templates {
  Template grouping_key = std::nullopt;  // nullopt: every alert is a group of its own
  Template resolve_signal = std::nullopt;
  Template acknowledge_signal = std::nullopt;
  Template source_link = std::nullopt;
  Appearance web = {};
  Appearance slack = {};
  Appearance sms = {};         // title only
  Appearance phone_call = {};  // title only
  Appearance telegram = {};
};

// Channels with texts of their own. Email, MobileApp, Webhook, Mattermost and MsTeams have the web texts as
// default.
enum class Channel { Web, Slack, Sms, PhoneCall, Telegram, Email, MobileApp, Webhook, Mattermost, MsTeams };

// Which inbound view serves a link: the words behind /integrations/v1/ (docs/spec/ingestion.md, section 2).
enum class AlertView { Universal, Alertmanager, GrafanaAlerting, LegacyGrafana, AmazonSns };

// What a heartbeat alert tells about its integration.
struct HeartbeatFacts {
  std::string_view integration_name;
  std::chrono::seconds timeout;
};
enum class Heartbeat { Expired, Restored };

struct Type {
  std::string_view slug;
  std::string_view title;
  std::string_view name_stem = {};  // what default names begin with; empty: the title
  bool has_link = true;             // the public API shows a link; false: null
  bool creatable = true;            // by API and UI
  bool in_strict_set = false;       // one of the 14 types of the open OnCall engine (--strict-oncall)
  AlertView view = AlertView::Universal;
  Templates templates = {};
  std::string_view example = {};  // the JSON of a demo alert's payload; empty: no demo alerts
  // The payload of a missed or returned heartbeat; null: the type has no heartbeat.
  json::Value (*heartbeat)(Heartbeat, const HeartbeatFacts&) = nullptr;

  bool has_heartbeat() const { return heartbeat != nullptr; }
  // As the public API and links write it: without `legacy_`.
  std::string_view public_slug() const;
  const Appearance& appearance(Channel channel) const;
};

// All types, legacy and hosted ones included, in the order of docs/spec/ingestion.md, section 1.
std::span<const Type> all_types();
// Exact match, `legacy_*` included (for data taken over); null when unknown.
const Type* find_type(std::string_view slug);

// Which types a request may name: Wide is ruling 2, Strict the 14 of the open engine.
enum class TypeSet { Wide, Strict };
// The type for a create request, or the public API's `detail` (docs/spec/api-alerting.md, section 1.1).
Result<const Type*> get_creatable_type(std::string_view slug, TypeSet set = TypeSet::Wide);

// The view that serves /integrations/v1/<url_slug>/<token>/.
AlertView view_of_url(std::string_view url_slug);
// Whether an integration of `type` may be posted to under `url_slug`; the error is the plain-text answer of a
// 400 (docs/spec/ingestion.md, section 3.2).
Result<void> check_url(std::string_view url_slug, const Type& type);
// Whether /integrations/v1/<url_slug>/<token>/heartbeat/ exists. Any integration's token works on any of
// them.
bool has_heartbeat_url(std::string_view url_slug);

}  // namespace tocsin::integration
