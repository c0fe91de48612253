#include "simulation/world.h"

#include <algorithm>

#include "base/overloaded.h"
#include "domain/integration/sns.h"
#include "engine/groups.h"
#include "engine/maintenance.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/configuration_copy.h"
#include "store/group_lists.h"
#include "store/integrations.h"
#include "store/outbox.h"
#include "store/timers.h"
#include "store/transaction.h"

namespace tocsin::simulation {
namespace {

constexpr int kMostRounds = 10'000;  // at one instant; deliveries of one lane take one each
constexpr std::int64_t kMostGroups = 1'000;

std::unique_ptr<store::Database> copy_of(store::ReadPool& source, Instant now) {
  auto copy = store::open_database("sqlite::memory:");
  {
    const auto reads = source.lease();
    store::Transaction one_moment(*reads, store::Connection::Mode::Read);
    store::copy_configuration(*reads, *copy, now);
  }
  const auto db = copy->connect(store::Connection::Mode::Write);
  db->execute("UPDATE heartbeats SET last_at = NULL, expired = 0");
  return copy;
}

// The sentence in an answer of the inbound links: plain text, or JSON with `detail`.
std::string sentence_of(const http::Response& response) {
  const auto body = json::read(response.body);
  const json::Value* detail = body && body->is_object() ? body->find("detail") : nullptr;
  return detail != nullptr && detail->is_string() ? detail->as_string() : response.body;
}

Result<void> judge(const std::optional<http::Response>& response) {
  if (!response) return invalid("payload", "The alert was not answered.");
  if (response->status == 200) return {};
  return invalid("payload", "A source would be answered " + std::to_string(response->status) + ": " +
                                sentence_of(*response));
}

}  // namespace

// splitmix64.
void World::FixedRng::fill(std::span<std::uint8_t> bytes) {
  for (std::uint8_t& byte : bytes) {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    byte = static_cast<std::uint8_t>(mixed ^ (mixed >> 31));
  }
}

void World::Warnings::write(LogLevel level, std::string_view sentence, Fields fields) {
  if (level != LogLevel::Warning && level != LogLevel::Error) return;
  std::string line(sentence);
  for (const LogField& field : fields) {
    const auto value = std::visit([](const auto& v) { return json::Value(v); }, field.value);
    line += " " + std::string(field.key) + "=" + json::write(value);
  }
  lines.push_back(std::move(line));
}

// Providers are answered as Slack answers; webhooks, whose answers are kept, with nothing.
void World::Sink::send(http::OutboundRequest request, http::OutboundCallback done) {
  std::string body;
  if (request.addresses == http::AddressRule::SetByOperator)
    body = "{\"ok\":true,\"ts\":\"" + std::to_string(++posts) + ".0\"}";
  done(http::OutboundResponse{.status = 200, .headers = {}, .body = std::move(body)});
}

void World::Sink::send_mail(http::Mail, http::OutboundCallback done) {
  done(http::OutboundResponse{.status = 250, .headers = {}, .body = "OK"});
}

World::World(store::ReadPool& source, Instant start, const delivery::Means& means, Limits limits)
    : clock_(start),
      database_(copy_of(source, start)),
      engine_(*database_, clock_, ids_, log_, {.watch_schedules = false}),
      reads_(*database_),
      inbound_({engine_, clock_, ids_, log_, &sink_}, std::nullopt, std::nullopt),
      couriers_(engine_, sink_, log_, means),
      dispatcher_(engine_, reads_, clock_, rng_, log_, couriers_.all(),
                  {.node = "simulation", .keep_log = std::chrono::hours{24 * 365}}),
      db_(database_->connect(store::Connection::Mode::Write)),
      deadline_(std::chrono::steady_clock::now() + limits.time),
      instants_left_(limits.instants) {
  take_up_maintenances();
  settle();
}

World::~World() = default;

// The group that stands for a running maintenance is not copied; it is opened anew, by the code that opened
// it. What begins later than the simulation has not begun. Numbers of alert groups go on from the real ones.
void World::take_up_maintenances() {
  const std::int64_t last_number = db_->query("SELECT alert_groups_ever FROM organization")[0].integer(0);
  for (const Integration& integration : store::all_integrations(*db_)) {
    const auto maintenance = integration.maintenance;
    if (!maintenance || maintenance->end_at <= now()) continue;  // the engine ends those that are over
    change("maintenance", [&](engine::Batch& batch) {
      Integration changed = integration;
      if (now() < maintenance->started_at) {
        changed.maintenance.reset();
        store::update_integration(batch.db, changed);
        batch.configuration_changed();
      } else {
        engine::begin_maintenance(batch, changed, *maintenance, Actor{});
      }
      return true;
    });
  }
  db_->execute("UPDATE organization SET alert_groups_ever = $1", {last_number});
}

Result<void> World::post(const IntegrationId& integration, const std::string& payload) {
  const auto current = configuration();
  const auto found = current->by_id.find(integration.str());
  if (found == current->by_id.end()) return invalid("integration_id", "Object does not exist");
  const engine::ConfiguredIntegration& configured = *found->second;
  const std::string slug(configured.type->public_slug());
  if (integration::view_of_url(slug) == integration::AlertView::AmazonSns)
    return post_notification(found->second, payload);
  http::Request request;
  request.method = "POST";
  request.path = request.target = "/integrations/v1/" + slug + "/" + configured.integration.token + "/";
  request.headers.add("Content-Type", "application/json");
  request.body = payload;
  std::optional<http::Response> response;
  inbound_.handle(std::move(request), [&](http::Response r) { response = std::move(r); });
  settle();
  return judge(response);
}

// Amazon signs its envelopes; a payload that somebody wrote down has no signature to check, and may be the
// envelope or the message inside.
Result<void> World::post_notification(std::shared_ptr<const engine::ConfiguredIntegration> integration,
                                      const std::string& body) {
  TRY_AS(json::Value payload, json::read(body));
  if (payload.is_object() && payload.find("Message") != nullptr) {
    TRY_AS(payload, integration::sns::notification_payload(payload));
  }
  std::string text = json::write(payload);
  engine::ReceiveAlerts command;
  command.alerts.push_back(engine::prepare(std::move(integration), configuration()->version,
                                           std::move(payload), std::move(text), now(), ids_));
  if (!engine_.submit(std::move(command))) return invalid("payload", "The alert was not taken.");
  settle();
  return {};
}

void World::acknowledge(const User& user) {
  const Actor actor{.user = user.id, .username = user.username, .via = ActionSource::Web};
  store::GroupFilter firing;
  firing.state = GroupState::New;
  for (const AlertGroupId& group : store::list_group_ids(*db_, firing, kMostGroups)) {
    change("acknowledge", [&](engine::Batch& batch) {
      return engine::apply_to_group(batch, group, command::Acknowledge{}, actor);
    });
  }
  settle();
}

void World::change(std::string name, std::function<bool(engine::Batch&)> apply) {
  std::ignore =
      engine_.submit(engine::Change{std::move(name), std::move(apply), {}});  // the queue is empty here
  std::ignore = engine_.run();
}

// Everything that there is to do at this instant, if time allows.
void World::settle() {
  for (int round = 0; round < kMostRounds; ++round) {
    std::ignore = engine_.run();
    std::ignore = dispatcher_.poll();
    if (engine_.queue_depth() == 0 && dispatcher_.in_flight() == 0) return;
    if (std::chrono::steady_clock::now() > deadline_) return;
  }
}

// Timers and deliveries alone: no other source sends anything.
std::optional<Instant> World::next_due() {
  std::optional<Instant> next = store::next_timer(*db_);
  const auto delivery = store::next_due(*db_);
  if (delivery && (!next || *delivery < *next)) next = delivery;
  return next;
}

End World::run_until(Instant last) {
  while (true) {
    const auto next = next_due();
    if (!next) return End::Finished;
    if (*next > last) return End::Horizon;
    if (instants_left_ == 0 || std::chrono::steady_clock::now() > deadline_) return End::TooMuch;
    --instants_left_;
    // What could not be done at its instant is tried a little later.
    set_now(std::max(*next, now() + std::chrono::milliseconds{1}));
  }
}

void World::set_now(Instant now) {
  clock_.set(now);
  settle();
}

}  // namespace tocsin::simulation
