#include "sim/stage.h"

#include <mutex>

#include "store/people.h"
#include "store/transaction.h"
#include "support/site_client.h"

namespace tocsin::test {
namespace {

using Mode = store::Connection::Mode;

// What the connection is given back to must outlive it.
class Borrowed : public store::Connection {
 public:
  Borrowed(std::unique_ptr<store::Connection> real, std::vector<std::unique_ptr<store::Connection>>& idle)
      : real_(std::move(real)), idle_(idle) {}
  ~Borrowed() override {
    if (real_->in_transaction()) real_->rollback();
    idle_.push_back(std::move(real_));
  }

  store::Dialect dialect() const override { return real_->dialect(); }
  store::Rows query(std::string_view sql, store::Params params) override { return real_->query(sql, params); }
  std::int64_t execute(std::string_view sql, store::Params params) override {
    return real_->execute(sql, params);
  }
  std::vector<store::Rows> query_each(std::string_view sql,
                                      std::span<const std::vector<store::Param>> params) override {
    return real_->query_each(sql, params);
  }
  void execute_later(std::string_view sql, store::Params params) override {
    real_->execute_later(sql, params);
  }
  std::vector<store::Rows> query_all(std::span<const store::Question> questions) override {
    return real_->query_all(questions);
  }
  void write_later(std::string_view sql, std::size_t keys, store::Params params) override {
    real_->write_later(sql, keys, params);
  }
  void flush() override { real_->flush(); }
  void run_script(std::string_view sql) override { real_->run_script(sql); }
  void begin(Mode mode) override { real_->begin(mode); }
  void commit() override { real_->commit(); }
  void rollback() noexcept override { real_->rollback(); }
  bool in_transaction() const override { return real_->in_transaction(); }
  void begin_savepoint() override { real_->begin_savepoint(); }
  void release_savepoint() override { real_->release_savepoint(); }
  void undo_savepoint() noexcept override { real_->undo_savepoint(); }

 private:
  std::unique_ptr<store::Connection> real_;
  std::vector<std::unique_ptr<store::Connection>>& idle_;
};

std::string made(const Answer& answer) {
  EXPECT_EQ(answer.status, 201) << answer.body;
  return answer["id"];
}

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

}  // namespace

class Stage::Pool : public store::Database {
 public:
  explicit Pool(store::Database& real) : real_(real) {}
  std::unique_ptr<store::Connection> connect(Mode mode) override {
    auto& idle = mode == Mode::Write ? writers_ : readers_;
    if (idle.empty()) return std::make_unique<Borrowed>(real_.connect(mode), idle);
    auto connection = std::move(idle.back());
    idle.pop_back();
    return std::make_unique<Borrowed>(std::move(connection), idle);
  }
  store::Dialect dialect() const override { return real_.dialect(); }
  std::string name() const override { return real_.name(); }

 private:
  store::Database& real_;
  std::vector<std::unique_ptr<store::Connection>> writers_, readers_;
};

Stage::Stage() : database_(std::make_unique<TestDatabase>(store::Dialect::Sqlite)) {
  prepare();
  pool_ = std::make_unique<Pool>(database_->database());
  for (int i = 0; i < kNodes; ++i) nodes_.push_back(std::make_unique<FaultyDatabase>(*pool_));
  db_ = pool_->connect(Mode::Write);
  keep_copy();
}

Stage::~Stage() = default;

store::Database& Stage::calm() {
  return *pool_;
}

void Stage::prepare() {
  SiteClient site(database_->database());
  const auto rule = [&](const std::string& user, const std::string& type, bool important, int wait = 0) {
    made(site.post("/api/v1/personal_notification_rules/",
                   R"({"user_id":")" + cast_.users.at(user).str() + R"(","type":")" + type +
                       R"(","important":)" + (important ? "true" : "false") +
                       (wait > 0 ? ",\"duration\":" + std::to_string(wait) : "") + "}"));
  };
  for (const char* name : {"ann", "bob", "cy", "dan", "eve", "vic"}) {
    const UserId id = cast_.users[name] =
        site.add_user(name, std::string_view(name) == "vic" ? Role::Viewer : Role::Editor);
    User user = *store::find_user(site.db(), id);
    user.contacts = {{"ntfy", name}, {"slack", std::string("U") + name}, {"phone", "+4930123456"}};
    store::Transaction transaction(site.db());
    store::update_user(site.db(), user);
    transaction.commit();
  }
  rule("ann", "notify_by_email", false), rule("ann", "wait", false, 60),
      rule("ann", "notify_by_phone_call", false);
  rule("ann", "notify_by_phone_call", true);
  rule("bob", "notify_by_sms", false), rule("bob", "notify_by_mobile_app", true);
  rule("dan", "notify_by_mobile_app", false), rule("dan", "notify_by_email", true);
  rule("eve", "notify_by_slack", false), rule("eve", "wait", false, 60), rule("eve", "notify_by_sms", false);

  cast_.team = site.add_team("team");
  for (const char* name : {"ann", "dan", "vic"}) {
    site.db().execute("INSERT INTO team_members (team_id, user_id) VALUES ($1, $2)",
                      {cast_.team, cast_.users.at(name)});
  }
  cast_.schedule =
      ScheduleId(made(site.post("/api/v1/schedules/", R"({"name":"turns","type":"web","time_zone":"UTC"})")));
  cast_.empty_schedule = ScheduleId(
      made(site.post("/api/v1/schedules/", R"({"name":"nobody","type":"web","time_zone":"UTC"})")));
  for (int minute = 0; minute < 60; minute += 10) {
    const std::string start =
        "2031-04-05T00:" + (minute < 10 ? "0" : std::string()) + std::to_string(minute) + ":00";
    made(site.post("/api/v1/on_call_shifts/",
                   R"({"name":"turn )" + std::to_string(minute) +
                       R"(","type":"recurrent_event","time_zone":"UTC",)" + R"("schedule":")" +
                       cast_.schedule.str() + R"(","start":")" + start +
                       R"(","duration":600,"frequency":"hourly","interval":1,"users":[")" +
                       cast_.users.at(minute % 20 == 0 ? "ann" : "bob").str() + "\"]}"));
  }
  cast_.step_hook = WebhookId(made(site.post(
      "/api/v1/webhooks/",
      R"({"name":"step","url":"http://hook.example.org/step","http_method":"POST","trigger_type":"escalation"})")));
  made(site.post(
      "/api/v1/webhooks/",
      R"({"name":"status","url":"http://hook.example.org/status","http_method":"POST","trigger_type":"status change"})"));
  cast_.chain = EscalationChainId(made(site.post("/api/v1/escalation_chains/", R"({"name":"chain"})")));
  const Answer integration = site.post(
      "/api/v1/integrations/",
      R"({"type":"webhook","name":"alerts","templates":{"grouping_key":"{{ payload.k }}","web":{"title":"{{ payload.k }}"},)"
      R"("resolve_signal":"{{ payload.s == 'ok' }}","acknowledge_signal":"{{ payload.s == 'ack' }}"},)"
      R"("default_route":{"escalation_chain_id":")" +
          cast_.chain.str() + "\"}}");
  cast_.integration = IntegrationId(made(integration));
  cast_.route = RouteId(integration["default_route.id"]);
  start_ = site.now() + std::chrono::minutes{1};
}

// Every table again from its copy; what changes the schema only is left alone.
void Stage::keep_copy() {
  reset_script_ = "BEGIN; PRAGMA defer_foreign_keys=ON;";
  std::string copies;
  for (const store::Row row :
       db_->query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND "
                  "name <> 'schema_migrations'")) {
    const std::string table = row.string(0);
    reset_script_ += "DELETE FROM " + quoted(table) + ";";
    if (db_->query("SELECT 1 FROM " + quoted(table) + " LIMIT 1").empty()) continue;
    db_->run_script("CREATE TEMP TABLE " + quoted("kept_" + table) + " AS SELECT * FROM main." +
                    quoted(table));
    copies += "INSERT INTO main." + quoted(table) + " SELECT * FROM temp." + quoted("kept_" + table) + ";";
  }
  reset_script_ += copies + "COMMIT";
}

void Stage::reset() {
  for (const auto& node : nodes_) node->fault = {};
  db_->run_script(reset_script_);
}

}  // namespace tocsin::test
