#include "domain/integration/type.h"

#include <algorithm>
#include <array>

#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kLegacyPrefix = "legacy_";

Error wrong_type(std::string_view expected, std::string_view separator, const Type& type) {
  std::string text = "This url is for integration with ";
  text.append(expected).append(separator).append("Key is for ").append(type.title);
  return invalid(std::move(text));
}

}  // namespace

std::string_view Type::public_slug() const {
  return slug.starts_with(kLegacyPrefix) ? slug.substr(kLegacyPrefix.size()) : slug;
}

const Appearance& Type::appearance(Channel channel) const {
  switch (channel) {
    case Channel::Slack:
      return templates.slack;
    case Channel::Sms:
      return templates.sms;
    case Channel::PhoneCall:
      return templates.phone_call;
    case Channel::Telegram:
      return templates.telegram;
    case Channel::Web:
    case Channel::Email:
    case Channel::MobileApp:
    case Channel::Webhook:
    case Channel::Mattermost:
    case Channel::MsTeams:
      break;
  }
  return templates.web;
}

std::span<const Type> all_types() {
  static const std::array types{kGrafanaAlerting,
                                kWebhook,
                                kAlertmanager,
                                kFormattedWebhook,
                                kKapacitor,
                                kElastalert,
                                kInboundEmail,
                                kMaintenance,
                                kManual,
                                kZabbix,
                                kDirectPaging,
                                kGrafana,
                                kLegacyAlertmanager,
                                kLegacyGrafanaAlerting,
                                kAmazonSns,
                                kStackdriver,
                                kCurler,
                                kDatadog,
                                kDemo,
                                kFabric,
                                kNewRelic,
                                kPagerDuty,
                                kPingdom,
                                kPrtg,
                                kSentry,
                                kUptimeRobot,
                                kJira,
                                kZendesk,
                                kAppDynamics,
                                kServiceNow};
  return types;
}

const Type* find_type(std::string_view slug) {
  const auto types = all_types();
  const auto found = std::ranges::find(types, slug, &Type::slug);
  return found == types.end() ? nullptr : &*found;
}

Result<const Type*> get_creatable_type(std::string_view slug, TypeSet set) {
  const Type* type = find_type(slug);
  if (type == nullptr || (set == TypeSet::Strict && !type->in_strict_set))
    return invalid("Invalid integration type");
  if (type->creatable) return type;
  if (slug.starts_with(kLegacyPrefix)) return invalid("This integration type is deprecated");
  if (slug == kDirectPaging.slug) return invalid("Direct paging integrations can't be created");
  return invalid("Invalid integration type");
}

AlertView view_of_url(std::string_view url_slug) {
  // A legacy type's link has its prefix cut off. Spelt with the prefix, the link is served as any other.
  if (url_slug.starts_with(kLegacyPrefix)) return AlertView::Universal;
  const Type* type = find_type(url_slug);
  return type == nullptr ? AlertView::Universal : type->view;
}

Result<void> check_url(std::string_view url_slug, const Type& type) {
  const AlertView view = view_of_url(url_slug);
  switch (view) {
    case AlertView::AmazonSns:
      return {};
    case AlertView::Alertmanager:
    case AlertView::GrafanaAlerting:
      // OnCall quirk: both places name the integration's own type, also in the last case.
      if (type.view == view) return {};
      return wrong_type(type.title, ". ", type);
    case AlertView::LegacyGrafana:
      if (type.view == view) return {};
      return wrong_type("Grafana", ". ", type);
    case AlertView::Universal:
      break;
  }
  if (type.slug == url_slug) return {};
  return wrong_type(type.title, ".", type);
}

bool has_heartbeat_url(std::string_view url_slug) {
  const Type* type = find_type(url_slug);
  return type != nullptr && type->has_heartbeat();
}

}  // namespace tocsin::integration
