#include "support/engine_world.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "base/overloaded.h"
#include "domain/access/token.h"
#include "domain/notification/direct_paging.h"
#include "domain/notification/sending.h"
#include "engine/direct_paging.h"
#include "engine/effects.h"
#include "engine/groups.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/alert_groups.h"
#include "store/escalation_chains.h"
#include "store/integrations.h"
#include "store/notification_rules.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/transaction.h"
#include "store/webhooks.h"

namespace tocsin::test {
namespace {

constexpr std::string_view kTemplates =
    R"({"grouping_key":"{{ payload.k }}","resolve_signal":"{{ payload.s == 'ok' }}",)"
    R"("acknowledge_signal":"{{ payload.s == 'ack' }}"})";

template <class Apply>
void write(store::Connection& db, Apply apply) {
  store::Transaction transaction(db);
  apply();
  transaction.commit();
}

std::string_view action_of(const GroupCommand& command) {
  return std::visit(
      Overloaded{[](const command::Acknowledge&) { return "acknowledge"; },
                 [](const command::Unacknowledge&) { return "unacknowledge"; },
                 [](const command::Resolve&) { return "resolve"; },
                 [](const command::Unresolve&) { return "unresolve"; },
                 [](const command::Silence&) { return "silence"; },
                 [](const command::Unsilence&) { return "unsilence"; },
                 [](const command::Restart&) { return ""; }, [](const command::Wipe&) { return ""; }},
      command);
}

}  // namespace

EngineWorld::EngineWorld(store::Database& database, Instant start, int nodes, std::uint64_t seed)
    : database_(database), start_(start), clock_(start - std::chrono::seconds{60}), rng_(seed) {
  serve_options_.public_url = "https://oncall.example.org";
  serve_options_.api_limit.reset();
  serve_options_.secret_key = store::SecretKey::from_hex(std::string(64, 'a')).value();
  db_ = database.connect(store::Connection::Mode::Write);
  for (int i = 0; i < nodes; ++i) nodes_.push_back(make_node());
  add_people();
  add_integration();
  run_engines();
  set_now(start_);
}

EngineWorld::~EngineWorld() = default;

EngineWorld::Node EngineWorld::make_node() {
  Node node;
  node.engine = std::make_unique<engine::Engine>(database_, clock_, ids_, log_, options);
  node.site = std::make_unique<app::Site>(serve_options_, database_, *node.engine, clock_, ids_, log_,
                                          metrics_, nullptr);
  return node;
}

void EngineWorld::add_people() {
  const PagingWorld model;  // the same people
  std::map<std::string, WorldUser> people = model.users;
  people["ops"] = {.name = "ops"};
  write(*db_, [&] {
    for (const auto& [name, person] : people) {
      clock_.advance(std::chrono::microseconds{1});
      User user;
      user.id = users_[name] = UserId(ids_.public_id("U"));
      user.username = user.name = name;
      user.email = name + "@example.org";
      user.role = name == "ops" ? Role::Admin : person.may_be_notified ? Role::Editor : Role::Viewer;
      user.created_at = clock_.now();
      store::insert_user(*db_, user);
      for (const Importance importance : {Importance::Default, Importance::Important}) {
        const auto& rules = importance == Importance::Default ? person.default_rules : person.important_rules;
        for (std::size_t i = 0; i < rules.size(); ++i) {
          store::insert_notification_rule(*db_, {.rule = {NotificationRuleId(ids_.public_id("N")), rules[i]},
                                                 .user = user.id,
                                                 .importance = importance,
                                                 .position = static_cast<std::int64_t>(i),
                                                 .created_at = clock_.now()});
        }
      }
    }
    token_ = access::make_token(ids_);
    store::insert_token(*db_, {.id = ids_.public_id("TOKEN"),
                               .digest = *access::digest_token(token_),
                               .user = users_.at("ops"),
                               .name = "test",
                               .permissions = {},
                               .created_at = clock_.now()});
  });
}

void EngineWorld::add_integration() {
  chain_ = EscalationChainId(ids_.public_id("F"));
  change([&](engine::Batch& batch) {
    store::insert_chain(batch.db, {.id = chain_, .name = "chain", .team = {}, .created_at = batch.now()});
    batch.configuration_changed();
    return true;
  });
  const Answer made = send("POST", "/api/v1/integrations/",
                           R"({"type":"webhook","name":"webhook","templates":)" + std::string(kTemplates) +
                               R"(,"default_route":{"escalation_chain_id":")" + chain_.str() + "\"}}");
  EXPECT_EQ(made.status, 201) << made.body;
  integration_ = IntegrationId(made["id"]);
  route_ = RouteId(made["default_route.id"]);
  link_ = made["link"].substr(made["link"].find("/integrations/"));
}

// --- configuration

Step EngineWorld::real(const Step& step) const {
  Step out = step;
  const auto rename = [&](std::vector<UserId>& users) {
    for (UserId& user : users) user = users_.at(user.str());
  };
  if (auto* persons = std::get_if<step::NotifyPersons>(&out)) rename(persons->users);
  if (auto* next = std::get_if<step::NotifyPersonNextEachTime>(&out)) rename(next->users);
  if (auto* webhook = std::get_if<step::TriggerWebhook>(&out)) {
    const auto found = webhooks_.find(webhook->webhook->str());
    if (found != webhooks_.end()) webhook->webhook = found->second;
  }
  return out;
}

void EngineWorld::set_chain(const std::vector<Step>& steps) {
  change([&](engine::Batch& batch) {
    for (const EscalationPolicy& old : store::policies_of(batch.db, chain_))
      store::delete_policy(batch.db, old.id);
    std::int64_t position = 0;
    for (const Step& step : steps) {
      store::insert_policy(batch.db,
                           {.chain = chain_,
                            .policy = {EscalationPolicyId(batch.ids.public_id("E")), position++, real(step)},
                            .created_at = batch.next_instant()});
    }
    batch.configuration_changed();
    return true;
  });
}

void EngineWorld::add_webhook(const std::string& name, bool enabled) {
  const WebhookId id = webhooks_[name] = WebhookId(ids_.public_id("WH"));
  change([&](engine::Batch& batch) {
    store::insert_webhook(batch.db, {.id = id,
                                     .name = name,
                                     .enabled = enabled,
                                     .url = "https://hooks.example.org/",
                                     .created_at = batch.next_instant()});
    return true;
  });
}

// --- inputs

void EngineWorld::at(Offset when, std::function<void(EngineWorld&)> input) {
  inputs_.push({start_ + when, order_++, std::move(input)});
}

Answer EngineWorld::send(std::string_view method, std::string_view target, std::string_view body) {
  http::Request request;
  request.method = method;
  request.target = request.path = target;
  request.body = body;
  request.remote_address = "192.0.2.1";
  request.headers.add("Authorization", token_);
  request.headers.add("Content-Type", "application/json");
  std::optional<http::Response> response;
  nodes_.front().site->handle(std::move(request), [&](http::Response r) { response = std::move(r); });
  run_engines();
  if (!response) return {};
  return {response->status, std::move(response->body), std::move(response->headers)};
}

// A client that gets no 2xx posts again.
void EngineWorld::alert(const AlertInput& input) {
  const std::string state = input.resolve_signal ? "ok" : input.acknowledge_signal ? "ack" : "firing";
  const std::string body =
      json::write(json::Object{{"k", json::Value(input.key)}, {"s", json::Value(state)}});
  for (int attempt = 0; attempt < 50; ++attempt) {
    if (send("POST", link_, body).status != 200) continue;
    ++accepted;
    return;
  }
  ADD_FAILURE() << "an alert was refused again and again";
}

void EngineWorld::change(const std::function<bool(engine::Batch&)>& apply) {
  for (int attempt = 0; attempt < 50; ++attempt) {
    std::optional<engine::Outcome> outcome;
    std::ignore =
        engine().submit(engine::Change{"test", apply, [&](engine::Outcome ended) { outcome = ended; }});
    run_engines();
    if (outcome == engine::Outcome::Committed) return;
  }
  ADD_FAILURE() << "a change was refused again and again";
}

void EngineWorld::by_api(const std::string& group, const GroupCommand& command) {
  const auto* silence = std::get_if<command::Silence>(&command);
  const std::string body =
      silence ? "{\"delay\":" + std::to_string(silence->delay ? silence->delay->count() : -1) + "}" : "";
  const std::string path =
      "/api/v1/alert_groups/" + group_id(group).str() + "/" + std::string(action_of(command)) + "/";
  for (int attempt = 0; attempt < 50; ++attempt) {
    const Answer answer = send("POST", path, body);
    if (answer.status == 200 || answer.status == 400) return;
  }
  ADD_FAILURE() << path << " was refused again and again";
}

void EngineWorld::by_user(const std::string& group, const GroupCommand& command, const std::string& user) {
  const Actor actor{.user = users_.at(user), .username = user, .via = ActionSource::Web};
  change([&, id = group_id(group)](engine::Batch& batch) {
    return engine::apply_to_group(batch, id, command, actor);
  });
}

void EngineWorld::page(const std::string& group, const std::string& user, Importance importance) {
  const Actor actor{.user = users_.at("ops"), .username = "ops", .via = ActionSource::Web};
  change([&, id = group_id(group)](engine::Batch& batch) {
    return engine::page_users(batch, id, {{*batch.lookups.person(users_.at(user)), importance}}, actor)
        .has_value();
  });
}

void EngineWorld::unpage(const std::string& group, const std::string& user) {
  const Actor actor{.user = users_.at("ops"), .username = "ops", .via = ActionSource::Web};
  change([&, id = group_id(group)](engine::Batch& batch) {
    const auto stored = store::lock_group(batch.db, id);
    engine::carry_out(
        batch, notification::unpage(*stored, *batch.lookups.person(users_.at(user)), actor, batch.now()));
    return true;
  });
}

// --- time

std::optional<Instant> EngineWorld::run_engines() {
  std::optional<Instant> next;
  do {
    next.reset();
    before_each_run();
    for (Node& node : nodes_) {
      const std::optional<Instant> due = node.engine->run();
      if (due && (!next || *due < *next)) next = due;
    }
  } while (after_each_run());
  return next;
}

void EngineWorld::run_until(Offset end) {
  const Instant last = start_ + end;
  std::optional<Instant> next = run_engines();
  collect();
  while (true) {
    Instant at = last;
    if (next) at = std::min(at, *next);
    if (!inputs_.empty()) at = std::min(at, inputs_.top().at);
    for (const auto& [from, to] : down) {
      if (at >= start_ + from && at < start_ + to) at = start_ + to;
    }
    if (at > clock_.now()) set_now(std::min(at, last));
    while (!inputs_.empty() && inputs_.top().at <= clock_.now()) {
      const auto run = inputs_.top().run;
      inputs_.pop();
      run(*this);
    }
    next = run_engines();
    collect();
    if (clock_.now() >= last) return;
  }
}

void EngineWorld::crash(std::size_t node) {
  nodes_[node] = {};
  nodes_[node] = make_node();
}

void EngineWorld::kill(std::size_t node) {
  nodes_[node] = {};
  std::erase_if(nodes_, [](const Node& n) { return n.engine == nullptr; });
}

// --- what happened

void EngineWorld::note(const std::string& stream, Instant at, const std::string& what) {
  char offset[32];
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(at - start_).count();
  std::snprintf(offset, sizeof offset, "%.10g", static_cast<double>(millis) / 1e3);
  streams[stream].push_back(std::string(offset) + " " + what);
}

std::string EngineWorld::name_of(const AlertGroupId& id) {
  const store::Rows rows = db_->query("SELECT number FROM alert_groups WHERE id = $1", {id});
  return rows.empty() ? id.str() : "G" + std::to_string(rows[0].integer(0));
}

std::string EngineWorld::name_of(const UserId& user) const {
  for (const auto& [name, id] : users_) {
    if (id == user) return name;
  }
  return user.str();
}

AlertGroupId EngineWorld::group_id(const std::string& name) const {
  const store::Rows rows =
      db_->query("SELECT id FROM alert_groups WHERE number = $1", {std::stoll(name.substr(1))});
  return rows.empty() ? AlertGroupId(name) : rows[0].id<AlertGroupId>(0);
}

void EngineWorld::collect() {
  for (const store::Row row : db_->query("SELECT group_id, created_at, realm, detail FROM log_records WHERE "
                                         "created_at > $1 ORDER BY created_at",
                                         {collected_})) {
    collected_ = row.instant(1);
    const json::Value detail = json::read(row.text(3)).value();
    if (row.text(2) == "alert_group") {
      const GroupRecord record = group_record_from_json(detail).value();
      note(name_of(record.group), clock_.now(), describe(record));
    } else {
      const PersonalRecord record = personal_record_from_json(detail).value();
      note(name_of(record.user) + "@" + name_of(record.group), clock_.now(), describe(record));
    }
  }
  for (const store::Row row :
       db_->query("SELECT id, kind, payload FROM outbox WHERE finished_at IS NULL ORDER BY created_at")) {
    deliver(outgoing_from_json(row.text(1), json::read(row.text(2)).value()).value());
    db_->execute("UPDATE outbox SET finished_at = $2 WHERE id = $1", {row.text(0), clock_.now()});
  }
}

// As the dispatcher does: the state is asked again right before it leaves.
void EngineWorld::deliver(const Outgoing& outgoing) {
  if (const auto* notify = std::get_if<effect::Notify>(&outgoing)) {
    notification::SendFacts facts;
    facts.group = store::find_group(*db_, notify->group);
    facts.user = Person{notify->user, name_of(notify->user), notify->user != users_.at("vic")};
    const std::string stream = name_of(notify->user) + "@" + name_of(notify->group);
    if (const auto refused = notification::check_before_sending(*notify, facts, clock_.now()))
      return note(stream, clock_.now(), describe(*refused));
    note(stream, clock_.now(), "send " + short_name(notify->by));
    note(stream, clock_.now(), "ok " + short_name(notify->by));
  }
  if (const auto* bundle = std::get_if<effect::NotifyBundle>(&outgoing)) {
    std::string about;
    for (const BundledSms& sms : bundle->entries) about += (about.empty() ? "" : ",") + name_of(sms.group);
    note(name_of(bundle->user), clock_.now(), "send bundle " + about);
    for (const BundledSms& sms : bundle->entries)
      note(name_of(bundle->user) + "@" + name_of(sms.group), clock_.now(), "ok sms");
  }
}

}  // namespace tocsin::test
