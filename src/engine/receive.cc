#include "engine/receive.h"

#include <map>
#include <set>
#include <span>
#include <utility>

#include "domain/grouping/arrival.h"
#include "domain/grouping/payload_resolution.h"
#include "domain/integration/payload.h"
#include "engine/effects.h"
#include "engine/maintenance.h"
#include "engine/silences.h"
#include "language/json/read.h"
#include "language/json/utf8.h"
#include "language/json/write.h"
#include "store/alert_groups.h"
#include "store/alert_hours.h"

namespace tocsin::engine {
namespace {

constexpr std::size_t kKeptKeyLength = 500;  // code points of the grouping key that a trace shows

// A group while the batch works on it.
struct Working {
  AlertGroupId id;
  std::optional<AlertGroup> before;  // as in the database; none when only its id was needed so far
  std::optional<AlertGroup> group;
  std::int64_t joined = 0;
  AlertId last_alert;
  bool awaits_alert = false;  // its escalation is paused until the next alert
};

store::GroupIdentity identity_of(const PreparedAlert& alert) {
  return {alert.distinction, alert.integration->integration.id, alert.route.route};
}

json::Value faults_of(const PreparedAlert& alert) {
  json::Array faults;
  for (const std::string& fault : alert.signals.faults) faults.emplace_back(json::clean_text(fault));
  return json::Value(std::move(faults));
}

// Why a group was opened: what a person asks first when two alerts should have been one.
std::string opened_because(const PreparedAlert& alert) {
  json::Object why;
  why.set("grouping_key", alert.signals.grouping_key ? json::Value(json::clean_text(json::first_code_points(
                                                           *alert.signals.grouping_key, kKeptKeyLength)))
                                                     : json::Value());
  why.set("because", alert.signals.grouping_key ? "no open group had this integration, route and grouping key"
                                                : "the alert has no grouping key, so it never groups");
  json::Array trials;
  for (const routing::Trial& trial : alert.route.trials) {
    trials.push_back(json::Object{{"route_id", json::Value(trial.route.str())},
                                  {"matched", json::Value(trial.matched)},
                                  {"value", json::Value(json::clean_text(trial.value))}});
  }
  why.set("routes", std::move(trials));
  why.set("faults", faults_of(alert));
  why.set("configuration_version", alert.configuration_version);
  return json::write(json::Value(std::move(why)));
}

enum class Joined { Opened, Open, LatestResolved };

std::string signals_text(const PreparedAlert& alert, Joined joined) {
  json::Object signals;
  signals.set("because", joined == Joined::Opened ? "opened the group"
                         : joined == Joined::Open
                             ? "same integration, route and grouping key as the open group"
                             : "resolve signal with nothing open: joined the newest resolved group");
  if (alert.signals.resolve) signals.set("resolve", true);
  if (alert.signals.acknowledge) signals.set("acknowledge", true);
  if (!alert.signals.faults.empty()) signals.set("faults", faults_of(alert));
  return json::write(json::Value(std::move(signals)));
}

class Receiver {
 public:
  explicit Receiver(Batch& batch) : batch_(batch), silences_(batch) {}

  Received run(const std::vector<PreparedAlert*>& alerts) {
    for (PreparedAlert* alert : alerts) refresh(*alert);
    std::span<PreparedAlert* const> left(alerts);
    look_up(left);
    for (; !left.empty(); left = left.subspan(1)) {
      const std::size_t before = batch_.other_groups_changed;
      receive(*left.front());
      if (batch_.other_groups_changed != before) look_again(left.subspan(1));
    }
    finish_all();
    for (const auto& [hour, count] : alerts_of_hour_) store::add_to_hour(batch_.db, hour, count);
    return received_;
  }

 private:
  // The configuration changed since the alert was prepared: decide again. Of a deleted integration the old
  // one still serves: its alert was accepted.
  void refresh(PreparedAlert& alert) {
    if (alert.configuration_version == batch_.config->version) return;
    const auto found = batch_.config->by_id.find(alert.integration->integration.id.str());
    if (found == batch_.config->by_id.end()) return;
    alert = prepare_again(std::move(alert), found->second, batch_.config->version, batch_.ids);
  }

  // What followed from an alert changed groups that may be among those held here.
  void look_again(std::span<PreparedAlert* const> left) {
    finish_all();
    open_.clear();
    stored_.clear();
    closed_.clear();
    look_up(left);
  }

  void look_up(std::span<PreparedAlert* const> alerts) {
    std::set<store::GroupIdentity> wanted;
    for (const PreparedAlert* alert : alerts) {
      if (alert->signals.grouping_key) wanted.insert(identity_of(*alert));
    }
    // Sorted, so that two nodes lock rows in the same order.
    const std::vector<store::GroupIdentity> identities(wanted.begin(), wanted.end());
    auto found = store::find_open_groups(batch_.db, identities);
    for (std::size_t i = 0; i < identities.size(); ++i) {
      if (found[i])
        open_.emplace(identities[i], Working{.id = found[i]->id(),
                                             .before = {},
                                             .group = {},
                                             .last_alert = {},
                                             .awaits_alert = found[i]->awaits_alert()}),
            stored_.emplace(found[i]->id(), *found[i]);
    }
  }

  void receive(const PreparedAlert& alert) {
    const store::GroupIdentity identity = identity_of(alert);
    const auto open = open_.find(identity);
    if (open != open_.end()) {
      ++received_.joined;
      append(open->second, alert, Joined::Open);
      return arrive(identity, open->second, alert);
    }
    if (alert.signals.resolve && alert.signals.grouping_key) {
      if (Working* resolved = latest_resolved(identity)) {
        ++received_.joined;
        return append(*resolved, alert, Joined::LatestResolved);
      }
    }
    open_group(identity, alert);
  }

  // Those closed in this very batch are the newest.
  Working* latest_resolved(const store::GroupIdentity& identity) {
    for (auto it = closed_.rbegin(); it != closed_.rend(); ++it) {
      if (it->group && it->group->distinction == identity.distinction && it->group->route == identity.route &&
          it->group->integration == identity.integration) {
        return &*it;
      }
    }
    auto found = store::find_latest_resolved(batch_.db, identity);
    if (!found) return nullptr;
    const AlertGroupId id = found->id;
    closed_.push_back({.id = id, .before = found, .group = std::move(found), .last_alert = {}});
    return &closed_.back();
  }

  void open_group(const store::GroupIdentity& identity, const PreparedAlert& alert) {
    const templating::Behaviour& behaviour = alert.integration->behaviour;
    AlertGroup group;
    group.id = AlertGroupId(batch_.ordered_ids.next("I", batch_.now()));
    group.number = store::take_group_numbers(batch_.db, 1);
    group.integration = identity.integration;
    group.route = identity.route;
    group.distinction = identity.distinction;
    group.started_at = batch_.next_instant();
    group.title = templating::render_title(behaviour, alert.payload, alert.signals.labels, alert.received_at);
    const AlertId first(batch_.ordered_ids.next("A", batch_.now()));
    auto [route_name, chain_name] = names_of(alert);
    grouping::Arrival arrival = arrival_of(alert, first);
    if (integration::uses_element_resolution(*alert.integration->type, alert.payload)) {
      arrival.resolve_signal = resolved_by_elements({&alert.payload}, alert, arrival);
    }
    std::optional<AlertGroup> root;
    if (arrival.maintenance == MaintenanceMode::Maintenance)
      root = maintenance_group(batch_, identity.integration);
    arrival.maintenance_group = root ? &*root : nullptr;
    grouping::Transition opened = grouping::open_group(
        {.group = group, .route_name = std::move(route_name), .chain_name = std::move(chain_name)}, arrival,
        group.started_at);
    silences_.apply(opened, alert.signals.labels);
    const bool inserted = store::insert_group(batch_.db, {.group = opened.group,
                                                          .labels = alert.signals.labels,
                                                          .opened_because = opened_because(alert),
                                                          .source_link = templating::render_source_link(
                                                              behaviour, alert.payload, alert.received_at),
                                                          .received_at = alert.received_at});
    // Another node was faster: the batch is run again and finds its group.
    if (!inserted) throw store::StorageError("another node opened the same alert group");
    ++received_.opened;
    Working working{.id = group.id, .before = opened.group, .group = opened.group, .last_alert = first};
    store_alert(working, alert, Joined::Opened);
    carry_out_opened(batch_, opened.effects, opened.group);
    keep(identity, std::move(working));
  }

  void keep(const store::GroupIdentity& identity, Working working) {
    if (working.group->open_for_grouping) {
      open_.insert_or_assign(identity, std::move(working));
    } else {
      closed_.push_back(std::move(working));
    }
  }

  // The route as logs show it, and its chain.
  std::pair<std::string, std::optional<std::string>> names_of(const PreparedAlert& alert) const {
    for (const Route& route : alert.integration->routes) {
      if (route.id != alert.route.route) continue;
      std::optional<std::string> chain;
      if (route.chain) {
        const auto found = batch_.config->chain_names.find(route.chain->str());
        if (found != batch_.config->chain_names.end()) chain = found->second;
      }
      return {routing::display_name(route), std::move(chain)};
    }
    return {};
  }

  grouping::Arrival arrival_of(const PreparedAlert& alert, const AlertId& id) const {
    const Integration& integration = alert.integration->integration;
    return {
        .alert = id,
        .acknowledge_signal = alert.signals.acknowledge,
        .resolve_signal = alert.signals.resolve,
        .maintenance = integration.maintenance ? std::optional(integration.maintenance->mode) : std::nullopt};
  }

  bool resolved_by_elements(const std::vector<const json::Value*>& payloads, const PreparedAlert& alert,
                            grouping::Arrival& arrival) const {
    if (!alert.integration->integration.allow_source_based_resolving) return false;
    const grouping::PayloadVerdict verdict = grouping::resolved_by_payloads(payloads);
    arrival.autoresolve_off = verdict == grouping::PayloadVerdict::TooManyAlerts;
    return verdict == grouping::PayloadVerdict::Resolve;
  }

  // Of all alerts that the group holds by now.
  bool resolved_by_stored_elements(const Working& working, const PreparedAlert& alert,
                                   grouping::Arrival& arrival) {
    batch_.db.flush();
    std::vector<json::Value> values;
    for (const std::string& text :
         store::payloads_of(batch_.db, working.id, grouping::kMostAlertsForAutoresolve + 1)) {
      if (auto value = json::read(text)) values.push_back(std::move(value).value());
    }
    std::vector<const json::Value*> payloads;
    for (const json::Value& value : values) payloads.push_back(&value);
    return resolved_by_elements(payloads, alert, arrival);
  }

  void append(Working& working, const PreparedAlert& alert, Joined joined) {
    working.last_alert = AlertId(batch_.ordered_ids.next("A", batch_.now()));
    store_alert(working, alert, joined);
  }

  void store_alert(Working& working, const PreparedAlert& alert, Joined joined) {
    ++working.joined;
    received_.groups.push_back(working.id);
    const Instant created_at = batch_.next_instant();
    ++alerts_of_hour_[store::hour_of(created_at)];
    store::insert_alert(batch_.db, {.id = working.last_alert,
                                    .group = working.id,
                                    .created_at = created_at,
                                    .payload = alert.text,
                                    .signals = signals_text(alert, joined),
                                    .is_first = joined == Joined::Opened});
  }

  // What the alert changes in a group that stood already. Most change nothing, and then nothing is read.
  void arrive(const store::GroupIdentity& identity, Working& working, const PreparedAlert& alert) {
    const bool by_elements = integration::uses_element_resolution(*alert.integration->type, alert.payload);
    if (!alert.signals.acknowledge && !alert.signals.resolve && !by_elements && !working.awaits_alert) {
      if (batch_.config->posts_to_chat)
        carry_out(batch_, {effect::PublishAlert{working.id, working.last_alert}});
      return;
    }
    grouping::Arrival arrival = arrival_of(alert, working.last_alert);
    arrival.escalation_awaits_alert = std::exchange(working.awaits_alert, false);
    if (by_elements) arrival.resolve_signal = resolved_by_stored_elements(working, alert, arrival);
    if (!working.group) working.before = working.group = stored_.at(working.id).read();
    grouping::Transition next = grouping::join(*working.group, arrival, batch_.next_instant());
    working.group = std::move(next.group);
    carry_out(batch_, next.effects, &*working.group);
    if (working.group->open_for_grouping) return;
    closed_.push_back(std::move(working));
    open_.erase(identity);
  }

  void finish_all() {
    for (auto& [identity, working] : open_) finish(working);
    for (Working& working : closed_) finish(working);
  }

  void finish(const Working& working) {
    if (working.group && *working.group != *working.before)
      store::update_group(batch_.db, *working.before, *working.group);
    if (working.joined > 0) store::add_alerts(batch_.db, working.id, working.joined, working.last_alert);
  }

  Batch& batch_;
  SilencesOfBatch silences_;
  std::map<store::GroupIdentity, Working> open_;
  std::map<AlertGroupId, store::StoredGroup> stored_;
  std::vector<Working> closed_;
  std::map<std::int64_t, std::int64_t> alerts_of_hour_;
  Received received_;
};

}  // namespace

Received receive_alerts(Batch& batch, const std::vector<PreparedAlert*>& alerts) {
  return Receiver(batch).run(alerts);
}

}  // namespace tocsin::engine
