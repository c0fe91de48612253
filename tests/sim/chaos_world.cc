#include "sim/chaos_world.h"

#include <algorithm>

#include "base/check.h"
#include "domain/grouping/attach.h"
#include "domain/grouping/silencing.h"
#include "domain/notification/direct_paging.h"
#include "engine/direct_paging.h"
#include "engine/effects.h"
#include "engine/groups.h"
#include "engine/maintenance.h"
#include "engine/silences.h"
#include "language/json/write.h"
#include "store/alert_groups.h"
#include "store/escalation_chains.h"
#include "store/integrations.h"
#include "store/silences.h"
#include "store/timers.h"
#include "store/transaction.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;

constexpr Transport::Time kTroubleEnds = 25min, kEnd = 40min;
constexpr Transport::Time kCalmAfter = 30s;
constexpr std::chrono::milliseconds kLookAgain{200};
constexpr int kMostRounds = 50;  // of one node at one instant; a fault that lasts must not spin

}  // namespace

// What one process is made of, top to bottom.
struct ChaosWorld::Parts {
  engine::Engine engine;
  delivery::EmailProvider email;
  delivery::NtfyProvider ntfy;
  delivery::SlackProvider slack;
  Transport::Phone phone;
  delivery::PageCourier pages;
  delivery::WebhookCourier webhooks;
  delivery::SlackCourier posts;
  delivery::Dispatcher dispatcher;

  Parts(ChaosWorld& world, std::size_t node, const Clock& clock, Transport::Door& door)
      : engine(world.stage_.node(node), clock, world.ids_, world.log_),
        email(door, {.url = "smtp://mail", .user = {}, .password = {}, .from = "oncall@example.org"}),
        ntfy(door, {"http://ntfy", ""}),
        slack(door, slack_settings()),
        phone(door),
        pages(engine, {&email, &ntfy, &slack, &phone}, "https://oncall.example.org"),
        webhooks(engine, door, {.base_url = "https://oncall.example.org"}),
        posts(engine, door, slack_settings()),
        dispatcher(engine, world.reads_, clock, world.rng_, world.log_, {&pages, &webhooks, &posts},
                   {.node = "node" + std::to_string(node) + "." + std::to_string(world.names_++),
                    .wake = [&world, node] { world.nodes_[node].woken = true; }}) {}

  static delivery::SlackSettings slack_settings() {
    return {"xoxb", "http://slack/api/", "https://oncall.example.org"};
  }
};

ChaosWorld::ChaosWorld(Stage& stage, std::uint64_t seed, Sabotage sabotage)
    : stage_(stage),
      dice_(seed),
      sabotage_(sabotage),
      sabotages_(sabotage != Sabotage::None),
      rng_(seed),
      reads_(stage.calm()),
      transport_(seed ^ 0x7A45),
      checker_(stage.db()) {
  stage_.reset();
  begin_chain();
  for (std::size_t i = 0; i < Stage::kNodes; ++i) {
    Node node;
    node.clock = std::make_unique<NodeClock>(*this, std::chrono::microseconds{337 * static_cast<int>(i)});
    node.door = std::make_unique<Transport::Door>(transport_, i);
    nodes_.push_back(std::move(node));
    restart(i);
  }
  transport_.on_received = [this](const Received& r) { checker_.received(r, wall()); };
  plan_events();
  if (sabotage_ == Sabotage::None) {
    plan_trouble();
  } else {
    transport_.faulty = false;
  }
}

ChaosWorld::~ChaosWorld() = default;

// --- what the world is like

namespace {

Step make_step(Dice& dice, const Cast& cast) {
  const auto user = [&](const char* name) { return cast.users.at(name); };
  static const std::vector<const char*> kFirst = {"ann", "cy", "dan"}, kSecond = {"bob", "eve", "vic"};
  const int hour = dice.below(24);
  switch (dice.below(15)) {
    case 0:
    case 1:
      return step::Wait{std::chrono::seconds{60 * (1 + dice.below(5))}};
    case 2:
      return step::NotifyPersons{{user(dice.pick(kFirst))}, true};
    case 3:
      return step::NotifyPersonNextEachTime{{user("ann"), user("dan"), user("bob")}, dice.one_in(2), {}};
    case 4:
      return step::NotifyIfNumAlertsInWindow{1 + dice.below(2), 10};
    case 5:
      return step::RepeatEscalation{};
    case 6:
      return step::NotifyOnCallFromSchedule{dice.one_in(4) ? cast.empty_schedule : cast.schedule,
                                            dice.one_in(2)};
    case 7:
      return step::NotifyTeamMembers{cast.team, dice.one_in(2)};
    case 8:  // mostly inside; else until a moment within the next hour, or for a day
      return step::NotifyIfTimeFromTo{std::chrono::minutes{360 + dice.below(40)},
                                      std::chrono::hours{(hour + 7) % 24}};
    case 9:
    case 10:
      return step::TriggerWebhook{cast.step_hook};
    case 11:
      return dice.one_in(3) ? Step(step::Resolve{}) : Step(step::NotifyPersons{{user("cy")}});
    case 12:
      return dice.one_in(2) ? Step(step::NotifyWholeChannel{}) : Step(step::NotifyPersons{});
    default:
      return step::NotifyPersons{{user(dice.pick(kFirst)), user(dice.pick(kSecond))}};
  }
}

void store_chain(store::Connection& db, IdSource& ids, Dice& dice, const Cast& cast, Instant now) {
  for (const EscalationPolicy& old : store::policies_of(db, cast.chain)) store::delete_policy(db, old.id);
  const int count = 1 + dice.below(6);
  for (int i = 0; i < count; ++i) {
    store::insert_policy(db, {.chain = cast.chain,
                              .policy = {EscalationPolicyId(ids.public_id("E")), i, make_step(dice, cast)},
                              .created_at = now + std::chrono::microseconds{i}});
  }
}

}  // namespace

void ChaosWorld::begin_chain() {
  store::Connection& db = stage_.db();
  store::Transaction transaction(db);
  store_chain(db, ids_, dice_, stage_.cast(), wall());
  if (dice_.one_in(3))
    db.execute("UPDATE organization SET settings = $1",
               {R"({"acknowledge_remind_every_s":300,"unacknowledge_after_s":120})"});
  if (dice_.one_in(4))
    db.execute("UPDATE routes SET slack_channel_id = 'C1' WHERE id = $1", {stage_.cast().route});
  transaction.commit();
}

void ChaosWorld::plan_events() {
  const int count = 4 + dice_.below(14);
  for (int i = 0; i < count; ++i) {
    const Time at = i == 0 ? Time{0} : Time{std::chrono::milliseconds{dice_.below(1'200'000)}};
    const int what = i == 0 ? 0 : dice_.below(26);
    const auto plan = [&](auto act) { events_.emplace(at, act); };
    const std::chrono::seconds delay{30 + dice_.below(600)};
    if (what < 11) {
      const std::string key = "k" + std::to_string(dice_.below(4));
      const std::string signal = dice_.one_in(6) ? "ok" : dice_.one_in(9) ? "ack" : "firing";
      plan([this, key, signal] { post_alert(marker_++, key, signal, false); });
    } else if (what < 20) {
      const std::vector<GroupCommand> commands = {
          command::Acknowledge{},   command::Acknowledge{}, command::Resolve{},
          command::Unacknowledge{}, command::Unresolve{},   command::Silence{delay},
          command::Unsilence{},     command::Silence{},     command::Wipe{}};
      plan([this, c = commands[static_cast<std::size_t>(what - 11)]] { by_user(c); });
    } else if (what < 22) {
      plan([this, what] { page(what == 21); });
    } else if (what == 22) {
      plan([this] { silence_by_matcher(); });
    } else if (what == 23) {
      plan([this] { maintenance(); });
    } else if (what == 24) {
      plan([this] { edit_chain(); });
    } else {
      plan([this] { by_user(command::Restart{}); });
    }
  }
}

void ChaosWorld::plan_trouble() {
  for (int i = dice_.below(14); i > 0; --i) {
    const Time at{std::chrono::milliseconds{dice_.below(1'500'000)}};
    const auto node = static_cast<std::size_t>(dice_.below(Stage::kNodes));
    const int what = dice_.below(10), number = dice_.below(60);
    events_.emplace(at, [this, node, what, number] {
      trouble_at_ = now_;
      Fault& fault = stage_.fault(node);
      if (what < 6) {
        fault.passing = what < 2;
        fault.left = number;
      } else if (what == 6) {
        fault.answers_left = number % 8;
      } else if (what == 7) {
        nodes_[node].asleep_until = now_ + std::chrono::seconds{number * 2};
      } else if (what == 8) {  // suspended, or set by hand
        offset_ += std::chrono::seconds{number * 20};
      } else {
        offset_ -= std::chrono::seconds{number};
      }
    });
  }
  events_.emplace(kTroubleEnds, [this] {
    for (std::size_t i = 0; i < nodes_.size(); ++i) stage_.fault(i).mend(), nodes_[i].asleep_until = Time{0};
    transport_.faulty = false;
    trouble_at_ = now_;
  });
}

// --- what people and sources do

engine::Engine& ChaosWorld::engine_of_somebody() {
  std::vector<Node*> awake;
  for (Node& node : nodes_) {
    if (node.asleep_until <= now_) awake.push_back(&node);
  }
  return (awake.empty() ? nodes_.front() : *dice_.pick(awake)).parts->engine;
}

// A source that gets no 2xx posts the same alert again, to whichever node.
void ChaosWorld::post_alert(int marker, std::string key, std::string signal, bool again) {
  engine::Engine& engine = engine_of_somebody();
  const auto configuration = engine.configuration();
  json::Value payload =
      json::Object{{"k", json::Value(key)}, {"s", json::Value(signal)}, {"n", json::Value(marker)}};
  std::string text = json::write(payload);
  engine::ReceiveAlerts command;
  command.alerts.push_back(engine::prepare(configuration->by_id.at(stage_.cast().integration.str()),
                                           configuration->version, std::move(payload), std::move(text),
                                           wall(), ids_));
  command.done = [this, marker, key, signal, again](engine::Outcome outcome) {
    if (outcome == engine::Outcome::Committed) return checker_.accepted(marker, again);
    events_.emplace(now_ + Time{1s}, [this, marker, key, signal] { post_alert(marker, key, signal, true); });
  };
  TOCSIN_CHECK(engine.submit(std::move(command)));
}

void ChaosWorld::change(const std::string& name, std::function<bool(engine::Batch&)> apply, int attempt) {
  TOCSIN_CHECK(engine_of_somebody().submit(
      engine::Change{name, apply, [=, this](engine::Outcome outcome) {
                       if (outcome != engine::Outcome::Unavailable || attempt > 5) return;
                       events_.emplace(now_ + Time{1s}, [=, this] { change(name, apply, attempt + 1); });
                     }}));
}

std::optional<AlertGroupId> ChaosWorld::some_group() {
  const store::Rows rows = stage_.db().query("SELECT id FROM alert_groups ORDER BY number");
  if (rows.empty()) return std::nullopt;
  return rows[static_cast<std::size_t>(dice_.below(static_cast<int>(rows.size())))].id<AlertGroupId>(0);
}

Actor ChaosWorld::somebody() {
  const char* name = dice_.one_in(2) ? "ann" : "dan";
  return {.user = stage_.cast().users.at(name), .username = name, .via = ActionSource::Web};
}

void ChaosWorld::by_user(GroupCommand command) {
  const auto id = some_group();
  if (!id) return;
  const auto root = dice_.one_in(8) ? some_group() : std::nullopt;
  change("by user", [=, actor = somebody()](engine::Batch& batch) {
    const auto group = store::lock_group(batch.db, *id);
    if (!group) return false;
    if (std::holds_alternative<command::Restart>(command) && state_of(*group) == GroupState::New)
      return false;
    if (root) {
      const auto to = store::lock_group(batch.db, *root);
      if (!to || grouping::attach_refusal(*group, !engine::dependents_of(batch, *id).empty(), *to))
        return false;
      engine::store_transition(batch, *group, grouping::attach(*group, *to, actor, batch.next_instant()));
      return true;
    }
    return engine::apply_to_group(batch, *id, command, actor);
  });
}

void ChaosWorld::page(bool unpage) {
  const auto id = some_group();
  if (!id) return;
  const Actor actor = somebody();
  const UserId user = stage_.cast().users.at(dice_.one_in(2) ? "bob" : "cy");
  const auto importance = dice_.one_in(2) ? Importance::Important : Importance::Default;
  change("page", [=](engine::Batch& batch) {
    const Person person = *batch.lookups.person(user);
    if (!unpage) return engine::page_users(batch, *id, {{person, importance}}, actor).has_value();
    const auto group = store::lock_group(batch.db, *id);
    if (group) engine::carry_out(batch, notification::unpage(*group, person, actor, batch.next_instant()));
    return group.has_value();
  });
}

void ChaosWorld::silence_by_matcher() {
  const std::string key = "k" + std::to_string(dice_.below(4));
  const std::chrono::seconds length{30 + dice_.below(400)};
  const SilenceId id("S" + std::to_string(++names_));
  change("silence", [=](engine::Batch& batch) {
    Silence silence{.id = id,
                    .matchers = {{.on = MatchOn::Title, .name = {}, .value = key}},
                    .starts_at = batch.now(),
                    .ends_at = batch.now() + length,
                    .comment = {},
                    .author = {},
                    .author_name = "ops",
                    .created_at = batch.next_instant()};
    const auto rule = grouping::make_silence_rule(silence);
    store::insert_silence(batch.db, silence);
    engine::begin_silence(batch, rule.value());
    return true;
  });
  if (!dice_.one_in(2)) return;
  events_.emplace(now_ + length / 2, [=, this] {
    change("take silence back", [=](engine::Batch& batch) {
      const auto silence = store::find_silence(batch.db, id);
      if (silence && silence->ends_at > batch.now()) engine::take_back_silence(batch, *silence, {});
      return true;
    });
  });
}

void ChaosWorld::maintenance() {
  const bool debug = dice_.one_in(2), stop = dice_.one_in(3);
  const std::chrono::seconds length{30 + dice_.below(300)};
  change("maintenance", [=, this](engine::Batch& batch) {
    auto integration = store::find_integration(batch.db, stage_.cast().integration);
    if (integration->maintenance) {
      if (stop) engine::end_maintenance(batch, *integration, {.username = "ops"});
      return stop;
    }
    engine::begin_maintenance(batch, *integration,
                              {.mode = debug ? MaintenanceMode::Debug : MaintenanceMode::Maintenance,
                               .started_at = batch.now(),
                               .end_at = batch.now() + length,
                               .by = {}},
                              {.username = "ops"});
    return true;
  });
}

void ChaosWorld::edit_chain() {
  change("edit chain", [this, seed = static_cast<std::uint64_t>(dice_.below(1 << 30))](engine::Batch& batch) {
    Dice dice(seed);
    store_chain(batch.db, batch.ids, dice, stage_.cast(), batch.next_instant());
    batch.configuration_changed();
    return true;
  });
}

// --- time

void ChaosWorld::restart(std::size_t node) {
  nodes_[node].parts.reset();
  transport_.forget(node);
  nodes_[node].woken = true;
  nodes_[node].parts = std::make_unique<Parts>(*this, node, *nodes_[node].clock, *nodes_[node].door);
}

// False: it died, and a new one stands in its place.
bool ChaosWorld::run_node(std::size_t index) {
  Parts& node = *nodes_[index].parts;
  Fault& fault = stage_.fault(index);
  const std::int64_t before = fault.failures + fault.answers_lost;
  for (int round = 0; round < kMostRounds; ++round) {
    nodes_[index].woken = false;
    std::ignore = node.engine.run();
    std::ignore = node.dispatcher.poll();
    if (fault.broken || (node.engine.queue_depth() == 0 && !nodes_[index].woken)) break;
  }
  if (fault.failures + fault.answers_lost != before) trouble_at_ = now_;
  if (!fault.broken) return true;
  fault.mend();
  ++crashes_;
  restart(index);
  return false;
}

// Whoever was woken works; of what is due by the clock, one of them happens to look first.
void ChaosWorld::run_nodes() {
  auto first = static_cast<std::size_t>(dice_.below(Stage::kNodes));
  if (nodes_[first].asleep_until > now_) first = (first + 1) % nodes_.size();
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const std::size_t index = (first + i) % nodes_.size();
    if (nodes_[index].asleep_until > now_) {
      trouble_at_ = now_;
      continue;
    }
    if (i > 0 && !nodes_[index].woken && nodes_[index].parts->engine.queue_depth() == 0) continue;
    while (!run_node(index)) {
    }
  }
}

ChaosWorld::Time ChaosWorld::next_stop() {
  Time stop = kEnd;
  if (!events_.empty()) stop = std::min(stop, events_.begin()->first);
  if (const auto answer = transport_.next()) stop = std::min(stop, *answer);
  for (const Node& node : nodes_) {
    if (node.asleep_until > now_) stop = std::min(stop, node.asleep_until);
  }
  const auto by_wall = [&](const std::optional<Instant>& at) {
    if (at) stop = std::min(stop, std::max(now_ + Time{kLookAgain}, *at - stage_.start() - offset_));
  };
  by_wall(store::next_timer(stage_.db()));
  by_wall(store::next_due(stage_.db()));
  by_wall(engine::next_maintenance_end(*nodes_.front().parts->engine.configuration()));
  return std::max(stop, now_);
}

ChaosResult ChaosWorld::run() {
  while (!checker_.complaint()) {
    for (auto due = events_.begin(); due != events_.end() && due->first <= now_; due = events_.begin()) {
      const auto act = std::move(due->second);
      events_.erase(due);
      act();
    }
    transport_.run(now_);
    run_nodes();
    if (sabotage_ != Sabotage::None) sabotage();
    const store::Transaction one_look(stage_.db(), store::Connection::Mode::Read);
    checker_.after_step(wall(), now_ > kCalmAfter + trouble_at_, sabotages_);
    if (now_ >= kEnd) break;
    now_ = next_stop();
  }
  if (!checker_.complaint()) checker_.at_the_end(wall());
  ChaosResult result{.complaint = checker_.complaint(),
                     .history = checker_.history(),
                     .steps = checker_.steps(),
                     .pages = checker_.pages(),
                     .crashes = crashes_};
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    result.failures += static_cast<int>(stage_.fault(i).failures);
    result.answers_lost += static_cast<int>(stage_.fault(i).answers_lost);
  }
  return result;
}

}  // namespace tocsin::test
