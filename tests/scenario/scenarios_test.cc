// The worked scenarios of docs/spec/escalation.md, section 7, on the whole server: each script runs in
// PagingWorld, whose histories tests/escalation checks against the page record by record, and in EngineWorld,
// on real rows; the two histories must be the same.
#include <gtest/gtest.h>

#include "support/chain_words.h"
#include "support/database.h"
#include "support/engine_world.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;
using command::Acknowledge;
using command::Silence;
using command::Unacknowledge;
using command::Unresolve;
using command::Unsilence;
using command::Wipe;
using Offset = PagingWorld::Offset;

void make_webhooks(PagingWorld& w) {
  w.webhooks["WH1"] = {.name = "WH1", .enabled = false};
}
void make_webhooks(EngineWorld& w) {
  w.add_webhook("WH1", false);
}

class Scenarios : public OnBothDatabases {
 protected:
  // `script` takes either world.
  template <class Script>
  void same(const char* row, std::vector<Step> chain, Script script,
            const char* start = "2026-03-02T10:00:00", Offset until = 30h) {
    SCOPED_TRACE(row);
    PagingWorld model(*parse_iso(start));
    model.set_chain(chain);
    script(model);
    model.run_until(until);

    const TestDatabase fresh(dialect());
    EngineWorld world(const_cast<TestDatabase&>(fresh).database(), *parse_iso(start));
    make_webhooks(world);
    world.set_chain(chain);
    script(world);
    world.run_until(until);

    for (const auto& [stream, log] : model.streams) EXPECT_EQ(world.streams[stream], log) << stream;
    for (const auto& [stream, log] : world.streams)
      EXPECT_TRUE(model.streams.contains(stream)) << stream << " began with " << log.front();
    EXPECT_GE(model.streams.size(), 1u);
  }
};
TOCSIN_ON_BOTH_DATABASES(Scenarios);

constexpr auto one_alert = [](auto& w) { w.at(0s, [](auto& x) { x.alert(); }); };
auto alerts_of(std::vector<std::pair<Offset, std::string>> alerts) {
  return [alerts](auto& w) {
    for (const auto& [when, key] : alerts) w.at(when, [key = key](auto& x) { x.alert({.key = key}); });
  };
}
template <class W>
void api(W& w, Offset when, const GroupCommand& command, std::string group = "G1") {
  w.at(when, [=](auto& x) { x.by_api(group, command); });
}
template <class W>
void user(W& w, Offset when, const GroupCommand& command, std::string who = "ops", std::string group = "G1") {
  w.at(when, [=](auto& x) { x.by_user(group, command, who); });
}

TEST_P(Scenarios, PersonsAndWaits) {
  same("1", {persons({"ann"})}, one_alert);
  same("2", {persons({"ann"})}, [](auto& w) { one_alert(w), api(w, 100s, Acknowledge{}); });
  same("3", {persons({"ann"})}, [](auto& w) { one_alert(w), api(w, 500ms, Acknowledge{}); });
  same("4", {wait(60), persons({"dan"})}, one_alert);
  same("5", {step::Wait{}, persons({"dan"})}, one_alert);
  same("6", {persons({"ann"}), wait(300), persons({"bob"})}, one_alert);
  same("7", {persons({"ann"}), wait(60), persons({"ann"})}, one_alert);
  same("8", {important({"ann"})}, one_alert);
  same("9", {important({"bob"})}, one_alert);
  same("10", {persons({"cy"})}, one_alert);
  same("11", {persons({"vic"}), persons({"dan"})}, one_alert);
  same("12", {persons({}), persons({"dan"})}, one_alert);
}

TEST_P(Scenarios, RoundRobin) {
  same("13", {round_robin({"ann", "dan"})}, alerts_of({{0s, "a"}, {100s, "b"}, {200s, "c"}}));
  same("14", {wait(60), round_robin({"ann", "dan"})}, alerts_of({{0s, "a"}, {10s, "b"}, {100s, "c"}}));
  same("15", {round_robin({"ann", "dan"}), repeat()}, one_alert);
}

TEST_P(Scenarios, TimeWindows) {
  const std::vector<Step> day = {window(9, 17), persons({"dan"})}, night = {window(22, 6), persons({"dan"})};
  same("20", day, one_alert);
  same("21", day, one_alert, "2026-03-02T18:00:00");
  same("22", day, one_alert, "2026-03-02T16:59:59");
  for (const char* start :
       {"2026-03-02T23:00:00", "2026-03-02T05:00:00", "2026-03-02T06:00:00", "2026-03-02T12:00:00"})
    same("23", night, one_alert, start);
  same("24", {window(9, 9), persons({"dan"})}, one_alert);
}

TEST_P(Scenarios, Thresholds) {
  const std::vector<Step> chain = {threshold(2, 10), persons({"dan"})};
  same("25", chain, alerts_of({{0s, "k"}, {30s, "k"}, {60s, "k"}}));
  same("25a", chain, [](auto& w) {
    one_alert(w);
    for (auto at = 2000ms; at < 20s; at += 400ms) w.at(at, [](auto& x) { x.alert(); });
  });
  same("26", chain, alerts_of({{0s, "k"}, {30s, "k"}, {700s, "k"}}));
  same("27", chain, [](auto& w) {
    alerts_of({{0s, "k"}, {30s, "k"}, {60s, "k"}})(w);
    api(w, 40s, Acknowledge{}), api(w, 100s, Unacknowledge{});
  });
}

TEST_P(Scenarios, RepeatResolveAndWebhooks) {
  same("28", {persons({"dan"}), wait(60), repeat()}, one_alert);
  same("29", {persons({"dan"}), wait(60), resolve()}, one_alert);
  same("30", {webhook("WH1"), webhook("WH2"), persons({"dan"})}, [](auto& w) {
    if constexpr (std::is_same_v<std::decay_t<decltype(w)>, PagingWorld>) make_webhooks(w);
    one_alert(w);
  });
}

TEST_P(Scenarios, SilenceAndUndoing) {
  const std::vector<Step> twice = {persons({"dan"}), wait(300), persons({"dan"})};
  same("32", twice, [](auto& w) { one_alert(w), user(w, 30s, Silence{600s}); });
  same("33", twice, [](auto& w) { one_alert(w), user(w, 30s, Silence{}), user(w, 1000s, Unsilence{}); });
  same("34", twice, [](auto& w) { one_alert(w), user(w, 30s, Silence{600s}), api(w, 100s, Acknowledge{}); });
  same("35", {persons({"dan"})}, [](auto& w) {
    one_alert(w), api(w, 100s, Acknowledge{}), api(w, 200s, Unacknowledge{});
    w.at(150s, [](auto& x) { x.set_chain({persons({"bob"})}); });
  });
  same("36", {persons({"dan"})}, [](auto& w) {
    one_alert(w), api(w, 100s, Acknowledge{}), api(w, 200s, Unacknowledge{}), api(w, 205s, Acknowledge{});
  });
  same("37", {persons({"dan"})}, [](auto& w) {
    one_alert(w), api(w, 100s, command::Resolve{}), api(w, 200s, Unresolve{});
    w.at(220s, [](auto& x) { x.alert(); });
  });
}

TEST_P(Scenarios, DirectPaging) {
  const std::vector<Step> chain = {wait(300), persons({"dan"})};
  constexpr auto begin = [](auto& w) {
    one_alert(w), api(w, 50s, Acknowledge{});
    w.at(100s, [](auto& x) { x.page("G1", "ann", Importance::Default); });
  };
  same("41", chain, begin);
  same("42", chain,
       [&](auto& w) { begin(w), api(w, 105s, Unacknowledge{}), user(w, 110s, Acknowledge{}, "ann"); });
  same("43", chain, [&](auto& w) {
    begin(w);
    w.at(150s, [](auto& x) { x.unpage("G1", "ann"); });
  });
  same("44", chain, [](auto& w) {
    one_alert(w), user(w, 50s, Silence{});
    w.at(100s, [](auto& x) { x.page("G1", "bob", Importance::Important); });
  });
}

TEST_P(Scenarios, SmsBundles) {
  const auto four = alerts_of({{0s, "a"}, {10s, "b"}, {20s, "c"}, {30s, "d"}});
  same("45", {persons({"bob"})}, four);
  same("46", {persons({"bob"})},
       [&](auto& w) { four(w), api(w, 90s, Acknowledge{}, "G2"), api(w, 95s, Acknowledge{}, "G3"); });
  same("47", {persons({"bob"})}, [&](auto& w) {
    four(w);
    for (const char* group : {"G2", "G3", "G4"}) api(w, 90s, command::Resolve{}, group);
    w.at(130s, [](auto& x) { x.alert({.key = "e"}); });
  });
}

TEST_P(Scenarios, TheRest) {
  same("57", {persons({"dan"})},
       [](auto& w) { w.at(0s, [](auto& x) { x.alert({.resolve_signal = true}); }); });
  same("60", {persons({"ann"})}, [](auto& w) { one_alert(w), user(w, 50s, Wipe{}); });
}

}  // namespace
}  // namespace tocsin::test
