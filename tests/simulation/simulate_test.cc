// docs/simulate.md: what an alert would do, without doing it.
#include "simulation_test.h"

namespace tocsin::test {
namespace {

using simulation::Report;

TOCSIN_ON_BOTH_DATABASES(Simulation);

TEST_P(Simulation, ReachesWhoIsOnCallAtTheSecondAtWhichTheEngineWould) {
  add_rule(ann, R"("type":"wait","duration":300)");
  add_rule(ann, R"("type":"notify_by_email")");
  const std::string shift = create(
      "on_call_shifts",
      R"({"name":"Primary","type":"rolling_users","frequency":"daily","start":"2031-04-01T09:00:00",)"
      R"("duration":86400,"time_zone":"UTC","rolling_users":[[")" +
          ann.str() + "\"],[\"" + bob.str() + R"("]],"start_rotation_from_user_index":0,"interval":1})");
  const std::string schedule = create(
      "schedules", R"({"type":"calendar","name":"Ops","time_zone":"UTC","shifts":[")" + shift + "\"]}");
  const Answer probes = integration(chain({notify_schedule(schedule), wait(600), notify(bob)}));

  // Ann has it on odd days of April from nine to nine; the first step runs a second after the alert.
  const Instant hand_over = *parse_iso("2031-04-08T09:00:00Z");
  const Report before = simulate(alert_at(probes, hand_over - 2s));
  EXPECT_EQ(reached(before), "ann 306, bob 606");
  EXPECT_TRUE(
      says(before, "pages ann: on call by shift \"Primary\" of schedule \"Ops\" until 2031-04-08T09:00:00Z"))
      << simulation::write_text(before);
  EXPECT_EQ(before.verdict(), "ann would be reached first, by Email after 5 min 6 s (2031-04-08T09:05:04Z).");
  EXPECT_TRUE(before.finished);
  EXPECT_EQ(reached(simulate(alert_at(probes, hand_over - 1s))), "bob 1");
}

TEST_P(Simulation, SaysThatNobodyIsOnCall) {
  const std::string schedule = create("schedules", R"({"type":"web","name":"Ops","time_zone":"UTC"})");
  const Report report = simulate(alert_at(integration(chain({notify_schedule(schedule)}))));
  EXPECT_FALSE(report.reaches_somebody());
  EXPECT_EQ(report.verdict(), "NOBODY would be reached.");
  EXPECT_EQ(report.because, std::vector<std::string>{
                                "escalation step \"Notify Schedule\" \"Ops\" skipped: there are no users "
                                "to notify for this schedule slot."});
}

TEST_P(Simulation, ShowsWhatEachRouteGaveWhenAllPassTheAlertOn) {
  const Answer probes = integration("");
  const std::string other = chain({notify(ann)});
  const auto add_route = [&](const std::string& rest) {
    create("routes", "{\"integration_id\":\"" + probes["id"] + "\",\"escalation_chain_id\":\"" + other +
                         "\"," + rest + "}");
  };
  add_route(R"("routing_type":"regex","routing_regex":"severity.*critical")");
  add_route(R"("routing_type":"jinja2","routing_regex":"{{ payload.title == 'fan' }}")");
  const Report report = simulate(alert_at(probes));
  EXPECT_FALSE(report.reaches_somebody());
  EXPECT_EQ(report.because, std::vector<std::string>{"alert group assigned to route \"default\" with no "
                                                     "escalation chain, skipping escalation"});
  EXPECT_TRUE(says(report, "route 1 (regex \"severity.*critical\") gave \"no match\": passes it on"))
      << simulation::write_text(report);
  EXPECT_TRUE(says(report, "route 2 (jinja2 \"{{ payload.title == 'fan' }}\") gave \"False\": passes it on"));
  EXPECT_TRUE(says(report, "the default route takes what no other took"));
  EXPECT_TRUE(says(report, "grouping key: u1"));
}

TEST_P(Simulation, HoldsASilenceUntilItsEnd) {
  const Answer probes = integration(chain({notify(ann)}));
  const std::string silence = create(
      "silences", R"({"matchers":[{"on":"title","value":"disk full"}],"comment":"rack 7","ends_at":")" +
                      to_iso(kStart + 2h) + "\"}");
  const Report after = simulate(alert_at(probes));
  EXPECT_TRUE(says(after, "silenced by admin for 2 hours")) << simulation::write_text(after);
  EXPECT_TRUE(says(after, "silence " + silence + ": rack 7"));
  EXPECT_TRUE(says(after, "until " + to_iso(kStart + 2h)));
  ASSERT_TRUE(after.reaches_somebody());
  EXPECT_GE(*after.people.front().reached_at, kStart + 2h);
  EXPECT_LT(*after.people.front().reached_at, kStart + 2h + 1min);

  simulation::Request short_look = alert_at(probes);
  short_look.horizon = 1h;
  const Report before = simulate(short_look);
  EXPECT_FALSE(before.reaches_somebody());
  EXPECT_FALSE(before.finished);
  EXPECT_EQ(before.because,
            std::vector<std::string>{"alert group #1 is silenced until " + to_iso(kStart + 2h)});
  EXPECT_EQ(reached(simulate(alert_at(probes, kStart + 3h))), "ann 1") << "the silence is over by then";
}

TEST_P(Simulation, StandsInTheMaintenanceThatRunsAndNotInOneThatIsOver) {
  const Answer probes = integration(chain({notify(ann)}));
  for (const char* mode : {"maintenance", "debug"}) {
    const Answer started = site.post("/api/v1/integrations/" + probes["id"] + "/maintenance_start/",
                                     "{\"mode\":\"" + std::string(mode) + "\",\"duration\":86400}");
    ASSERT_EQ(started.status, 200) << started.body;
    const Report during = simulate(alert_at(probes, site.now() + 1h));
    EXPECT_FALSE(during.reaches_somebody()) << simulation::write_text(during);
    EXPECT_EQ(during.because,
              std::vector<std::string>{"the integration is in maintenance (mode " + std::string(mode) +
                                       ") until " + to_iso_seconds(site.now() + 24h)});
    if (mode == std::string("debug")) break;
    ASSERT_EQ(site.post("/api/v1/integrations/" + probes["id"] + "/maintenance_stop/").status, 200);
  }
  EXPECT_EQ(reached(simulate(alert_at(probes, site.now() + 25h))), "ann 1") << "over by then";
  EXPECT_EQ(reached(simulate(alert_at(probes, site.now() - 1h))), "ann 1") << "not begun by then";
}

TEST_P(Simulation, APersonWithoutAContactPointIsNotReached) {
  add_rule(ann, R"("type":"notify_by_mobile_app")");
  add_rule(ann, R"("type":"notify_by_phone_call")");
  const Report report = simulate(alert_at(integration(chain({notify(ann)}))));
  EXPECT_FALSE(report.reaches_somebody());
  ASSERT_EQ(report.people.size(), 1u);
  EXPECT_EQ(report.people[0].failures,
            (std::vector<std::string>{
                "failed to notify ann by Mobile push, there is no active device",
                "failed to notify ann by Phone call, the messaging backend failed. Messaging backend not "
                "available (no provider of this server carries it)"}));
  EXPECT_EQ(report.because, report.people[0].failures);
  EXPECT_TRUE(says(report, "NOT reached: ann - failed to notify ann by Mobile push"));
}

TEST_P(Simulation, AViewerIsNeverPaged) {
  const UserId vic = site.add_user("vic", Role::Viewer);
  const Report report = simulate(alert_at(integration(chain({notify(vic)}))));
  EXPECT_EQ(report.because, std::vector<std::string>{"failed to notify vic, not allowed"});
}

TEST_P(Simulation, ARepeatedChainIsBoundedByTheHorizonAndByItsOwnLimit) {
  const Answer probes = integration(chain({notify(ann), wait(3600), R"("type":"repeat_escalation")"}));
  simulation::Request request = alert_at(probes);
  request.horizon = 150min;
  const Report cut = simulate(request);
  EXPECT_FALSE(cut.finished);
  EXPECT_LE(cut.end, request.start + request.horizon);
  const auto pages = [](const Report& report) {
    return std::ranges::count(report.events, simulation::EventKind::Notified, &simulation::Event::kind);
  };
  EXPECT_EQ(pages(cut), 3);
  request.horizon = simulation::kLongestHorizon;
  const Report whole = simulate(request);
  EXPECT_TRUE(whole.finished);
  EXPECT_EQ(pages(whole), 6) << "the engine sends a chain back five times";
  EXPECT_TRUE(says(whole, "... and all of that again"));
}

TEST_P(Simulation, SomebodyWhoAnswersEndsIt) {
  const Answer probes = integration(chain({notify(ann), wait(600), notify(bob)}));
  simulation::Request request = alert_at(probes);
  request.inputs.push_back({5min, simulation::Acknowledge{ann}});
  const Report answered = simulate(request);
  EXPECT_EQ(reached(answered), "ann 1");
  EXPECT_TRUE(says(answered, "+0:05:00")) << simulation::write_text(answered);
  EXPECT_TRUE(says(answered, "acknowledged by ann"));

  request.inputs.back() = {5min, simulation::Post{kResolved}};
  const Report resolved = simulate(request);
  EXPECT_EQ(reached(resolved), "ann 1");
  EXPECT_TRUE(says(resolved, "it is a resolve signal")) << simulation::write_text(resolved);
}

TEST_P(Simulation, AResolveSignalAlonePagesNobody) {
  simulation::Request request = alert_at(integration(chain({notify(ann)})));
  request.inputs = {{{}, simulation::Post{kResolved}}};
  EXPECT_EQ(simulate(request).because, std::vector<std::string>{"the source resolves alert group #1"});
}

TEST_P(Simulation, AThresholdWaitsForAlertsThatMustBeGiven) {
  const Answer probes = integration(
      chain({R"("type":"notify_if_num_alerts_in_window","num_alerts_in_window":1,"num_minutes_in_window":10)",
             notify(ann)}));
  simulation::Request request = alert_at(probes);
  const Report one = simulate(request);
  EXPECT_FALSE(one.reaches_somebody());
  EXPECT_TRUE(says(one, "waits for more alerts")) << simulation::write_text(one);
  request.inputs.push_back({60s, simulation::Post{kAlert}});
  const Report two = simulate(request);
  EXPECT_EQ(reached(two), "ann 66") << simulation::write_text(two);
  EXPECT_TRUE(says(two, "alert joins alert group #1"));
}

TEST_P(Simulation, AGroupThatIsOpenAlreadyIsNamed) {
  const Answer probes = integration(chain({notify(ann)}));
  EXPECT_TRUE(simulate(alert_at(probes)).notes.size() == 1) << "the time differs from now";
  site.alert(probes["link"], kAlert);
  const Report report = simulate(alert_at(probes));
  EXPECT_EQ(reached(report), "ann 1");
  EXPECT_TRUE(says(report, "note: alert group #1 with the same grouping key is open"))
      << simulation::write_text(report);
}

TEST_P(Simulation, WhatASourceWouldBeRefusedIsAnError) {
  const Answer probes = integration("", "");
  const Answer alertmanager =
      site.post("/api/v1/integrations/", R"({"type":"alertmanager","name":"Prometheus"})");
  simulation::Request request = alert_at(alertmanager);
  request.inputs = {{{}, simulation::Post{"[1,2]"}}};
  const auto refused = try_simulate(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "payload");
  EXPECT_EQ(refused.error().message.find("A source would be answered 400: "), 0u) << refused.error().message;
  request.integration = IntegrationId("C0");
  EXPECT_EQ(try_simulate(request).error().field, "integration_id");
}

TEST_P(Simulation, TheSameQuestionHasTheSameAnswer) {
  add_rule(ann, R"("type":"notify_by_email")");
  const Answer probes = integration(chain({notify(ann), wait(60), R"("type":"repeat_escalation")"}));
  const auto ask = [&] { return json::write(simulation::write_json(simulate(alert_at(probes)))); };
  EXPECT_EQ(ask(), ask());
}

// Every cell of every table.
std::vector<std::string> everything_in(store::Connection& db) {
  const auto schema = store::open_database("sqlite::memory:");
  store::migrate(*schema, Simulation::kStart);
  const auto catalog = schema->connect(store::Connection::Mode::Read);
  std::vector<std::string> lines;
  for (const std::string& table : store::tables_of(*catalog)) {
    std::string columns;
    std::size_t count = 0;
    for (const store::Row row : catalog->query("SELECT name FROM pragma_table_info($1)", {table})) {
      columns += (count == 0 ? "" : ", ") + row.string(0);
      ++count;
    }
    const store::Rows rows = db.query("SELECT " + columns + " FROM " + table);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::string line = table;
      for (std::size_t column = 0; column < count; ++column)
        line += "|" + (std::holds_alternative<std::int64_t>(rows.cell(i, column))
                           ? std::to_string(rows[i].integer(column))
                           : rows[i].string(column));
      lines.push_back(std::move(line));
    }
  }
  std::ranges::sort(lines);
  return lines;
}

TEST_P(Simulation, TheDatabaseIsUntouched) {
  const Answer probes = integration(chain({notify(ann), wait(60), notify(bob)}));
  site.alert(probes["link"], kAlert);
  const auto before = everything_in(site.db());
  EXPECT_GT(before.size(), 20u);
  EXPECT_EQ(reached(simulate(alert_at(probes))), "ann 1, bob 66");
  EXPECT_EQ(everything_in(site.db()), before);
}

// The same alert in the real server, second by second: the alert group's records are the same.
TEST_P(Simulation, TellsWhatTheServerThenDoes) {
  add_rule(ann, R"("type":"notify_by_email")");
  const Answer probes = integration(
      chain({notify(ann), wait(120), notify(bob), R"("type":"repeat_escalation")", R"("type":"resolve")"}));
  const Report told = simulate(alert_at(probes, site.now()));
  site.alert(probes["link"], kAlert);
  for (const Instant end = site.now() + 20min; site.now() < end;) {
    const auto next = site.engine().run();
    site.advance(std::max<std::chrono::microseconds>(*next - site.now(), 1us));
  }
  const std::string id =
      site.get("/api/v1/alert_groups/").json().find("results")->as_array()[0].find("id")->as_string();
  const json::Value real = site.get("/api/v1/alert_groups/" + id + "/timeline/").json();
  const auto records = [](const json::Value& timeline) {
    std::vector<std::string> lines;
    for (const json::Value& record : timeline.find("records")->as_array()) {
      if (record.find("realm")->as_string() != "alert_group") continue;
      lines.push_back(record.find("created_at")->as_string().substr(0, 19) + " " +
                      record.find("text")->as_string() + json::write(*record.find("author")));
    }
    return lines;
  };
  ASSERT_EQ(told.groups.size(), 1u);
  EXPECT_GT(records(real).size(), 20u);
  EXPECT_EQ(records(told.groups[0].timeline), records(real));
}

}  // namespace
}  // namespace tocsin::test
