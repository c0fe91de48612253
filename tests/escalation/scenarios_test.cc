// The worked scenarios of docs/spec/escalation.md, section 7: every record of every stream, hidden ones
// included, and every delivery, to the second.
//
// Streams: "G1" is a group's log, "ann@G1" her chain for it. In an expectation "1 email" stands for three
// entries: triggered, sent, delivered. Each group's log begins with its two opening records, checked but not
// repeated in the table.
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "support/chain_words.h"
#include "support/paging_world.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;
using Streams = std::map<std::string, std::string>;

struct Scenario {
  const char* row;
  std::vector<Step> chain;
  std::function<void(PagingWorld&)> script;
  Streams expected;
  const char* start = "2026-03-02T10:00:00";
  PagingWorld::Offset until = 48h;
};

// Words of the tables for what the log says.
std::vector<std::string> spelled_out(const std::string& word) {
  static const std::map<std::string, std::string> kTexts = {
      {"persons", "triggered step \"Notify multiple Users\""},
      {"persons!", "triggered step \"Notify multiple Users (Important)\""},
      {"rr[ann]", "triggered step \"Notify User (next each time)\" [ann]"},
      {"rr[dan]", "triggered step \"Notify User (next each time)\" [dan]"},
      {"team", "triggered step \"Notify all users in a Team\""},
      {"whole channel", "triggered step \"Notify Whole Channel\""},
      {"schedule S", "triggered step \"Notify on-call from Schedule 'S'\""},
      {"in time", "triggered step \"Continue escalation if time\""},
      {"threshold", "triggered step \"Continue escalation if >2 alerts per 10 minutes\""},
      {"repeat", "escalation started from the beginning"},
      {"resolved", "resolved "},
  };
  if (word == "email" || word == "sms" || word == "call") return {"T " + word, "send " + word, "ok " + word};
  const auto text = kTexts.find(word);
  return {text == kTexts.end() ? word : text->second};
}

std::vector<std::string> entries(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream items(text);
  for (std::string item; std::getline(items, item, ';');) {
    item.erase(0, item.find_first_not_of(' '));
    const std::size_t space = item.find(' ');
    for (const std::string& what : spelled_out(item.substr(space + 1)))
      out.push_back(item.substr(0, space + 1) + what);
  }
  return out;
}

std::string n(int number) {
  return std::to_string(number);
}

// ann's default chain begun at s, to its end (tail rule c).
std::string ann_from(int s) {
  return n(s) + " email; " + n(s + 5) + " (wait); " + n(s + 310) + " call; " + n(s + 315) + " (p-fin)";
}
// A chain of one message, to its end.
std::string once(const std::string& by, int s) {
  return n(s) + " " + by + "; " + n(s + 5) + " (p-fin)";
}
// A notify step at s that is the last one.
std::string last_persons(const std::string& who, int s) {
  return n(s) + " (T " + who + "); " + n(s) + " persons; " + n(s + 5) + " (esc-fin)";
}

void check(const Scenario& scenario) {
  SCOPED_TRACE(scenario.row);
  PagingWorld world(*parse_iso(scenario.start));
  world.set_chain(scenario.chain);
  world.schedules["S"] = {"S", [](std::chrono::seconds) { return std::vector<std::string>{}; }};
  world.teams["X"] = {"dan", "vic"};
  scenario.script(world);
  world.run_until(scenario.until);

  std::map<std::string, std::vector<std::string>> expected;
  for (const auto& [stream, text] : scenario.expected) expected[stream] = entries(text);
  for (const auto& [id, group] : world.groups) {
    auto& log = world.streams[id.str()];
    ASSERT_GE(log.size(), 2u);
    EXPECT_NE(log[0].find("alert group registered"), std::string::npos);
    EXPECT_NE(log[1].find("alert group assigned to route \"default\""), std::string::npos);
    log.erase(log.begin(), log.begin() + 2);
    expected[id.str()];  // every group has a log, be it empty
  }
  for (const auto& [stream, log] : world.streams) EXPECT_EQ(log, expected[stream]) << "stream " << stream;
  for (const auto& [stream, log] : expected)
    EXPECT_TRUE(world.streams.contains(stream)) << "nothing in " << stream;
}

void check_all(const std::vector<Scenario>& scenarios) {
  for (const Scenario& scenario : scenarios) check(scenario);
}

void one_alert(PagingWorld& w) {
  w.at(0s, [](PagingWorld& x) { x.alert(); });
}
// One alert, then the inputs.
using Input = std::pair<PagingWorld::Offset, std::function<void(PagingWorld&)>>;
std::function<void(PagingWorld&)> then(std::vector<Input> inputs) {
  return [inputs](PagingWorld& w) {
    one_alert(w);
    for (const auto& [when, input] : inputs) w.at(when, input);
  };
}
std::function<void(PagingWorld&)> alerts_of(std::vector<std::pair<PagingWorld::Offset, std::string>> alerts) {
  return [alerts](PagingWorld& w) {
    for (const auto& [when, key] : alerts) w.at(when, [key = key](PagingWorld& x) { x.alert({.key = key}); });
  };
}
template <class Command>
std::function<void(PagingWorld&)> api(Command command, std::string group = "G1") {
  return [command, group](PagingWorld& w) { w.by_api(group, command); };
}
template <class Command>
std::function<void(PagingWorld&)> user(Command command, std::string who = "ops", std::string group = "G1") {
  return [command, group, who](PagingWorld& w) { w.by_user(group, command, who); };
}

using command::Acknowledge;
using command::Silence;
using command::Unacknowledge;
using command::Unresolve;
using command::Unsilence;
using command::Wipe;

TEST(Scenarios, PersonsAndWaits) {
  check_all({
      {"1 one user",
       {persons({"ann"})},
       one_alert,
       {{"G1", last_persons("ann", 1)}, {"ann@G1", ann_from(1)}}},
      {"2 acknowledged while waiting",
       {persons({"ann"})},
       then({{100s, api(Acknowledge{})}}),
       {{"G1", last_persons("ann", 1) + "; 100 acknowledged by API"}, {"ann@G1", "1 email; 6 (wait)"}}},
      {"3 acknowledged before the first tick",
       {persons({"ann"})},
       then({{500ms, api(Acknowledge{})}}),
       {{"G1", "0.5 acknowledged by API"}}},
      {"4 wait first",
       {wait(60), persons({"dan"})},
       one_alert,
       {{"G1", "1 (T Wait); " + last_persons("dan", 61)}, {"dan@G1", once("email", 61)}}},
      {"5 unset wait",
       {step::Wait{}, persons({"dan"})},
       one_alert,
       {{"G1", "1 (F8); " + last_persons("dan", 301)}, {"dan@G1", once("email", 301)}}},
      {"6 two users with a wait between",
       {persons({"ann"}), wait(300), persons({"bob"})},
       one_alert,
       {{"G1", "1 (T ann); 1 persons; 6 (T Wait); " + last_persons("bob", 306)},
        {"ann@G1", ann_from(1)},
        {"bob@G1", once("sms", 306)}}},
      {"7 the same user again replaces his chain",
       {persons({"ann"}), wait(60), persons({"ann"})},
       one_alert,
       {{"G1", "1 (T ann); 1 persons; 6 (T Wait); " + last_persons("ann", 66)},
        {"ann@G1", "1 email; 6 (wait); 66 email; 71 (wait); 376 call; 381 (p-fin)"}}},
      {"8 important rules",
       {important({"ann"})},
       one_alert,
       {{"G1", "1 (T ann); 1 persons!; 6 (esc-fin)"}, {"ann@G1", "1 call; 6 (p-fin)"}}},
      {"9 no important rules: one e-mail",
       {important({"bob"})},
       one_alert,
       {{"G1", "1 (T bob); 1 persons!; 6 (esc-fin)"}, {"bob@G1", "1 email"}}},
      {"10 no rules at all: one e-mail",
       {persons({"cy"})},
       one_alert,
       {{"G1", last_persons("cy", 1)}, {"cy@G1", "1 email"}}},
      {"11 a viewer is not notified",
       {persons({"vic"}), persons({"dan"})},
       one_alert,
       {{"G1", "1 (T vic); 1 persons; " + last_persons("dan", 6)},
        {"vic@G1", "1 failed(25)"},
        {"dan@G1", once("email", 6)}}},
      {"12 empty queue",
       {persons({}), persons({"dan"})},
       one_alert,
       {{"G1", "1 F2; " + last_persons("dan", 6)}, {"dan@G1", once("email", 6)}}},
  });
}

TEST(Scenarios, RoundRobin) {
  check_all({
      {"13 each group the next user",
       {round_robin({"ann", "dan"})},
       alerts_of({{0s, "a"}, {100s, "b"}, {200s, "c"}}),
       {{"G1", "1 rr[ann]; 6 (esc-fin)"},
        {"G2", "101 rr[dan]; 106 (esc-fin)"},
        {"G3", "201 rr[ann]; 206 (esc-fin)"},
        {"ann@G1", ann_from(1)},
        {"dan@G2", once("email", 101)},
        {"ann@G3", ann_from(201)}}},
      {"14 the pointer is read when the snapshot is built",
       {wait(60), round_robin({"ann", "dan"})},
       alerts_of({{0s, "a"}, {10s, "b"}, {100s, "c"}}),
       {{"G1", "1 (T Wait); 61 rr[ann]; 66 (esc-fin)"},
        {"G2", "11 (T Wait); 71 rr[ann]; 76 (esc-fin)"},
        {"G3", "101 (T Wait); 161 rr[dan]; 166 (esc-fin)"},
        {"ann@G1", ann_from(61)},
        {"ann@G2", ann_from(71)},
        {"dan@G3", once("email", 161)}}},
      {"15 in one group, with repeat",
       {round_robin({"ann", "dan"}), repeat()},
       one_alert,
       {{"G1",
         "1 rr[ann]; 6 repeat; 11 rr[dan]; 16 repeat; 21 rr[ann]; 26 repeat; 31 rr[dan]; 36 repeat; 41 "
         "rr[ann]; "
         "46 repeat; 51 rr[dan]; 61 (esc-fin)"},
        {"ann@G1", "1 email; 6 (wait); 21 email; 26 (wait); 41 email; 46 (wait); 351 call; 356 (p-fin)"},
        {"dan@G1", once("email", 11) + "; " + once("email", 31) + "; " + once("email", 51)}}},
  });
}

TEST(Scenarios, SchedulesAndTeams) {
  check_all({
      {"16 nobody on call",
       {schedule("S"), persons({"dan"})},
       one_alert,
       {{"G1", "1 F6; " + last_persons("dan", 6)}, {"dan@G1", once("email", 6)}}},
      {"17 schedule deleted",
       {schedule("S"), persons({"dan"})},
       then({{500ms, [](PagingWorld& w) { w.schedules.erase("S"); }}}),
       {{"G1", "1 F4; " + last_persons("dan", 6)}, {"dan@G1", once("email", 6)}}},
      {"18 on call at the moment of the step",
       {wait(60), schedule("S")},
       [](PagingWorld& w) {
         w.schedules["S"].on_call = [](std::chrono::seconds at) {
           return std::vector<std::string>{at < 30s ? "ann" : "dan"};
         };
         one_alert(w);
       },
       {{"G1", "1 (T Wait); 61 (T dan); 61 schedule S; 66 (esc-fin)"}, {"dan@G1", once("email", 61)}}},
      {"19 team",
       {team("X")},
       one_alert,
       {{"G1", "1 team; 1 (T dan); 1 (T vic); 6 (esc-fin)"},
        {"dan@G1", once("email", 1)},
        {"vic@G1", "1 failed(25)"}}},
  });
}

Scenario window_row(const char* row, Step window, const char* start, std::optional<int> until,
                    const char* stopped = "") {
  const std::string first =
      until ? std::string("1 escalation stopped until ") + stopped + " (UTC)" : "1 in time";
  const int at = until.value_or(6);
  return {row,
          {std::move(window), persons({"dan"})},
          one_alert,
          {{"G1", first + "; " + last_persons("dan", at)}, {"dan@G1", once("email", at)}},
          start};
}

TEST(Scenarios, TimeWindows) {
  check_all({
      window_row("20 inside", window(9, 17), "2026-03-02T10:00:00", std::nullopt),
      window_row("21 after the end", window(9, 17), "2026-03-02T18:00:00", 54000, "March 03 2026 09:00:00"),
      window_row("22 the end is outside", window(9, 17), "2026-03-02T16:59:59", 57601,
                 "March 03 2026 09:00:00"),
      window_row("23a overnight, evening", window(22, 6), "2026-03-02T23:00:00", std::nullopt),
      window_row("23b overnight, morning", window(22, 6), "2026-03-02T05:00:00", std::nullopt),
      window_row("23c overnight, just over", window(22, 6), "2026-03-02T06:00:00", 57600,
                 "March 02 2026 22:00:00"),
      window_row("23d overnight, noon", window(22, 6), "2026-03-02T12:00:00", 36000,
                 "March 02 2026 22:00:00"),
      window_row("24 an empty window", window(9, 9), "2026-03-02T10:00:00", 82800, "March 03 2026 09:00:00"),
  });
}

TEST(Scenarios, Thresholds) {
  check_all({
      {"25 passes with the third alert",
       {threshold(2, 10), persons({"dan"})},
       alerts_of({{0s, "k"}, {30s, "k"}, {60s, "k"}}),
       {{"G1", "1 threshold; " + last_persons("dan", 66)}, {"dan@G1", once("email", 66)}}},
      {"26 the window has moved on",
       {threshold(2, 10), persons({"dan"})},
       alerts_of({{0s, "k"}, {30s, "k"}, {700s, "k"}}),
       {{"G1", "1 threshold"}}},
      {"25a a storm does not keep the threshold from being evaluated",
       {threshold(2, 10), persons({"dan"})},
       [](PagingWorld& w) {
         one_alert(w);
         for (auto at = 2000ms; at < 120s; at += 400ms) w.at(at, [](PagingWorld& x) { x.alert(); });
       },
       {{"G1", "1 threshold; " + last_persons("dan", 8)}, {"dan@G1", once("email", 8)}}},
      {"27 an acknowledgement does not lose the place",
       {threshold(2, 10), persons({"dan"})},
       [](PagingWorld& w) {
         alerts_of({{0s, "k"}, {30s, "k"}, {60s, "k"}})(w);
         w.at(40s, api(Acknowledge{}));
         w.at(100s, api(Unacknowledge{}));
       },
       {{"G1", "1 threshold; 40 acknowledged by API; 100 unacknowledged by API; " + last_persons("dan", 115)},
        {"dan@G1", once("email", 115)}}},
  });
}

TEST(Scenarios, RepeatAndResolve) {
  std::string group, dan;
  for (int pass = 0; pass < 6; ++pass) {
    const int s = 1 + 70 * pass;
    group += n(s) + " (T dan); " + n(s) + " persons; " + n(s + 5) + " (T Wait); ";
    if (pass < 5) group += n(s + 65) + " repeat; ";
    dan += (pass > 0 ? "; " : "") + once("email", s);
  }
  check_all({
      {"28 six passes",
       {persons({"dan"}), wait(60), repeat()},
       one_alert,
       {{"G1", group + "421 (esc-fin)"}, {"dan@G1", dan}}},
      {"29 resolve step",
       {persons({"dan"}), wait(60), resolve()},
       [](PagingWorld& w) {
         one_alert(w);
         w.at(100s, [](PagingWorld& x) {
           EXPECT_EQ(x.groups[AlertGroupId("G1")].resolved_by, AnsweredBy::LastStep);
           EXPECT_TRUE(x.escalations[AlertGroupId("G1")].finished);
         });
       },
       {{"G1", "1 (T dan); 1 persons; 6 (T Wait); 66 (T Resolve); 66 resolved"},
        {"dan@G1", once("email", 1)}}},
  });
}

TEST(Scenarios, Webhooks) {
  check_all({
      {"30 disabled and deleted",
       {webhook("WH1"), webhook("WH2"), persons({"dan"})},
       [](PagingWorld& w) {
         w.webhooks["WH1"] = {.name = "hook", .enabled = false};
         one_alert(w);
       },
       {{"G1", "1 F19; 6 F14; " + last_persons("dan", 11)}, {"dan@G1", once("email", 11)}}},
      {"31 always timing out",
       {webhook("WH1"), persons({"dan"})},
       [](PagingWorld& w) {
         w.webhooks["WH1"] = {.name = "hook",
                              .result = {escalation::WebhookResult::Kind::TimedOut, "timed out"},
                              .latency = 4s};
         one_alert(w);
       },
       {{"G1", "5 F17; " + last_persons("dan", 6) + "; 19 F17; 33 F17; 47 F17"},
        {"webhook", "1 request hook; 15 request hook; 29 request hook; 43 request hook"},
        {"dan@G1", once("email", 6)}}},
  });
}

TEST(Scenarios, SilenceAndUndoing) {
  const std::vector<Step> twice = {persons({"dan"}), wait(300), persons({"dan"})};
  const std::string begin = "1 (T dan); 1 persons; 6 (T Wait); ";
  check_all({
      {"32 a silence ends and the chain starts over",
       twice,
       then({{30s, user(Silence{600s})}}),
       {{"G1", begin +
                   "30 silenced by ops for 10 minutes; 630 alert group unsilenced; 640 (T dan); 640 persons; "
                   "645 (T Wait); " +
                   last_persons("dan", 945)},
        {"dan@G1", once("email", 1) + "; " + once("email", 640) + "; " + once("email", 945)}}},
      {"33 silenced forever, then unsilenced",
       twice,
       then({{30s, user(Silence{})},
             {300s, [](PagingWorld& w) { EXPECT_FALSE(w.escalations[AlertGroupId("G1")].finished); }},
             {310s, [](PagingWorld& w) { EXPECT_TRUE(w.escalations[AlertGroupId("G1")].finished); }},
             {1000s, user(Unsilence{})}}),
       {{"G1", begin +
                   "30 silenced by ops forever; 1000 unsilenced by ops; 1010 (T dan); 1010 persons; 1015 (T "
                   "Wait); " +
                   last_persons("dan", 1315)},
        {"dan@G1", once("email", 1) + "; " + once("email", 1010) + "; " + once("email", 1315)}}},
      {"34 acknowledged while silenced",
       twice,
       then({{30s, user(Silence{600s})}, {100s, api(Acknowledge{})}}),
       {{"G1", begin + "30 silenced by ops for 10 minutes; 100 unsilenced by API; 100 acknowledged by API"},
        {"dan@G1", once("email", 1)}}},
      {"35 undoing takes the chain as it is now",
       {persons({"dan"})},
       then({{100s, api(Acknowledge{})},
             {150s, [](PagingWorld& w) { w.set_chain({persons({"bob"})}); }},
             {200s, api(Unacknowledge{})}}),
       {{"G1", last_persons("dan", 1) + "; 100 acknowledged by API; 200 unacknowledged by API; " +
                   last_persons("bob", 210)},
        {"dan@G1", once("email", 1)},
        {"bob@G1", once("sms", 210)}}},
      {"36 acknowledged again within the restart delay",
       {persons({"dan"})},
       then({{100s, api(Acknowledge{})}, {200s, api(Unacknowledge{})}, {205s, api(Acknowledge{})}}),
       {{"G1", last_persons("dan", 1) +
                   "; 100 acknowledged by API; 200 unacknowledged by API; 205 acknowledged by API"},
        {"dan@G1", once("email", 1)}}},
      {"37 unresolving does not reopen for grouping",
       {persons({"dan"})},
       then({{100s, api(command::Resolve{})},
             {200s, api(Unresolve{})},
             {220s, [](PagingWorld& w) { w.alert(); }}}),
       {{"G1", last_persons("dan", 1) + "; 100 resolved by API; 200 unresolved by API; " +
                   last_persons("dan", 210)},
        {"G2", last_persons("dan", 221)},
        {"dan@G1", once("email", 1) + "; " + once("email", 210)},
        {"dan@G2", once("email", 221)}}},
  });
}

TEST(Scenarios, ChangesDuringARun) {
  check_all({
      {"38 user deleted",
       {wait(60), persons({"dan"}), persons({"bob"})},
       then({{30s, [](PagingWorld& w) { w.users["dan"].deleted = true; }}}),
       {{"G1", "1 (T Wait); 61 F2; " + last_persons("bob", 66)}, {"bob@G1", once("sms", 66)}}},
      {"39 steps replaced",
       {wait(60), persons({"dan"})},
       then({{30s, [](PagingWorld& w) { w.set_chain({persons({"bob"})}); }}}),
       {{"G1", "1 (T Wait); " + last_persons("dan", 61)}, {"dan@G1", once("email", 61)}}},
      {"40 team deleted fails its one step (ruling 11)",
       {wait(60), team("X"), persons({"dan"})},
       then({{30s, [](PagingWorld& w) { w.teams.erase("X"); }}}),
       {{"G1", "1 (T Wait); 61 F18; " + last_persons("dan", 66)}, {"dan@G1", once("email", 66)}}},
  });
}

TEST(Scenarios, DirectPaging) {
  const std::vector<Step> chain = {wait(300), persons({"dan"})};
  const Input acknowledged{50s, api(Acknowledge{})};
  const Input paged{100s, [](PagingWorld& w) { w.page("G1", "ann", Importance::Default); }};
  const std::string begin = "1 (T Wait); 50 acknowledged by API; 100 ops paged user ann";
  check_all({
      {"41 pages in an acknowledged group",
       chain,
       then({acknowledged, paged}),
       {{"G1", begin}, {"ann@G1", ann_from(100)}}},
      {"42 until the paged one acknowledges himself",
       chain,
       then({acknowledged, paged, {105s, api(Unacknowledge{})}, {110s, user(Acknowledge{}, "ann")}}),
       {{"G1", begin + "; 105 unacknowledged by API; 110 acknowledged by ann"},
        {"ann@G1", "100 email; 105 (wait)"}}},
      {"43 unpaged",
       chain,
       then({acknowledged, paged, {150s, [](PagingWorld& w) { w.unpage("G1", "ann"); }}}),
       {{"G1", begin + "; 150 ops unpaged user ann"}, {"ann@G1", "100 email; 105 (wait)"}}},
      {"44 important, in a silenced group",
       chain,
       then({{50s, user(Silence{})},
             {100s, [](PagingWorld& w) { w.page("G1", "bob", Importance::Important); }}}),
       {{"G1", "1 (T Wait); 50 silenced by ops forever; 100 ops paged user bob"}, {"bob@G1", "100 email"}}},
  });
}

TEST(Scenarios, SmsBundles) {
  const auto four = alerts_of({{0s, "a"}, {10s, "b"}, {20s, "c"}, {30s, "d"}});
  const Streams logs = {{"G1", last_persons("bob", 1)},
                        {"G2", last_persons("bob", 11)},
                        {"G3", last_persons("bob", 21)},
                        {"G4", last_persons("bob", 31)}};
  const auto with = [&](Streams more) {
    for (const auto& [stream, text] : logs)
      more[stream] = text + (more[stream].empty() ? "" : "; " + more[stream]);
    return more;
  };
  check_all({
      {"45 three wait for one message",
       {persons({"bob"})},
       four,
       with({{"bob@G1", once("sms", 1)},
             {"bob@G2", "16 (p-fin); 121 T sms; 121 ok sms"},
             {"bob@G3", "26 (p-fin); 121 T sms; 121 ok sms"},
             {"bob@G4", "36 (p-fin); 121 T sms; 121 ok sms"},
             {"bob", "121 send bundle G2,G3,G4"}})},
      {"46 one survivor is an ordinary message",
       {persons({"bob"})},
       [&](PagingWorld& w) {
         four(w);
         w.at(90s, api(Acknowledge{}, "G2"));
         w.at(95s, api(Acknowledge{}, "G3"));
       },
       with({{"G2", "90 acknowledged by API"},
             {"G3", "95 acknowledged by API"},
             {"bob@G1", once("sms", 1)},
             {"bob@G2", "16 (p-fin)"},
             {"bob@G3", "26 (p-fin)"},
             {"bob@G4", "36 (p-fin); 121 sms"}})},
      {"47 an empty flush opens the window anew",
       {persons({"bob"})},
       [&](PagingWorld& w) {
         four(w);
         for (const char* group : {"G2", "G3", "G4"}) w.at(90s, api(command::Resolve{}, group));
         w.at(130s, [](PagingWorld& x) { x.alert({.key = "e"}); });
       },
       with({{"G2", "90 resolved by API"},
             {"G3", "90 resolved by API"},
             {"G4", "90 resolved by API"},
             {"G5", last_persons("bob", 131)},
             {"bob@G1", once("sms", 1)},
             {"bob@G2", "16 (p-fin)"},
             {"bob@G3", "26 (p-fin)"},
             {"bob@G4", "36 (p-fin)"},
             {"bob@G5", "136 (p-fin); 241 sms"}})},
      {"48 two messages of one chain",
       {persons({"bob"})},
       [](PagingWorld& w) {
         w.users["bob"].default_rules = {NotifyRule{NotifyBy::Sms}, WaitRule{60s}, NotifyRule{NotifyBy::Sms}};
         one_alert(w);
       },
       {{"G1", last_persons("bob", 1)}, {"bob@G1", "1 sms; 6 (wait); 76 (p-fin); 121 sms"}}},
  });
}

TEST(Scenarios, DebugAndMissingChain) {
  check_all({
      {"49 debug mode: nothing escalates, nor when it ends",
       {persons({"dan"})},
       [](PagingWorld& w) {
         w.maintenance = MaintenanceMode::Debug;
         one_alert(w);
         w.at(500s, [](PagingWorld& x) { x.maintenance.reset(); });
         w.at(600s, api(Acknowledge{}));
         w.at(700s, api(Unacknowledge{}));
       },
       {{"G1", "600 acknowledged by API; 700 unacknowledged by API; " + last_persons("dan", 710)},
        {"dan@G1", once("email", 710)}}},
      {"49a an undoing during debug mode does not escalate",
       {persons({"dan"})},
       then({{100s, api(Acknowledge{})},
             {150s, [](PagingWorld& w) { w.maintenance = MaintenanceMode::Debug; }},
             {200s, api(Unacknowledge{})}}),
       {{"G1", last_persons("dan", 1) + "; 100 acknowledged by API; 200 unacknowledged by API"},
        {"dan@G1", once("email", 1)}}},
  });
  PagingWorld world;
  world.has_chain = false;
  world.alert();
  world.run_until(48h);
  const std::vector<std::string> row50 = {
      "0 alert group registered",
      "0 alert group assigned to route \"default\" with no escalation chain, skipping escalation"};
  EXPECT_EQ(world.streams["G1"], row50);
  EXPECT_EQ(world.streams.size(), 1u);
}

TEST(Scenarios, AcknowledgeReminders) {
  const auto remind = [](std::vector<Input> inputs) {
    return [inputs](PagingWorld& w) {
      w.reminders = {.remind_every = 1h, .unacknowledge_after = 5min};
      then(inputs)(w);
    };
  };
  const std::string begin = last_persons("dan", 1) + "; 100 acknowledged by dan; 3700 (reminder)";
  check_all({
      {"51 nobody confirms",
       {persons({"dan"})},
       remind({{100s, user(Acknowledge{}, "dan")}}),
       {{"G1", begin + "; 4000 unacknowledged automatically; " + last_persons("dan", 4010)},
        {"dan@G1", once("email", 1) + "; " + once("email", 4010)}}},
      {"52 confirmed",
       {persons({"dan"})},
       remind({{100s, user(Acknowledge{}, "dan")}, {3800s, [](PagingWorld& w) { w.confirm("G1", "dan"); }}}),
       {{"G1", begin + "; 7300 (reminder)"}, {"dan@G1", once("email", 1)}},
       "2026-03-02T10:00:00",
       7400s},
      {"52a only the acknowledger confirms",
       {persons({"dan"})},
       remind({{100s, user(Acknowledge{}, "dan")}, {3800s, [](PagingWorld& w) { w.confirm("G1", "ann"); }}}),
       {{"G1", begin + "; 4000 unacknowledged automatically; " + last_persons("dan", 4010)},
        {"dan@G1", once("email", 1) + "; " + once("email", 4010)}}},
  });
}

TEST(Scenarios, Slack) {
  check_all({
      {"53 whole channel, one user a second",
       {whole_channel()},
       [](PagingWorld& w) {
         w.slack_channel = {"dan", "ann"};
         one_alert(w);
       },
       {{"G1", "1 whole channel; 1 (T ann); 1 (T dan); 6 (esc-fin)"},
        {"ann@G1", ann_from(1)},
        {"dan@G1", once("email", 2)}}},
      {"54 whole channel without Slack",
       {whole_channel(), persons({"dan"})},
       one_alert,
       {{"G1", "1 whole channel; 1 F15; " + last_persons("dan", 6)}, {"dan@G1", once("email", 6)}}},
      {"55 the route does not post to Slack",
       {persons({"ann"})},
       [](PagingWorld& w) {
         w.slack_posting = false;
         w.users["ann"].default_rules = {NotifyRule{NotifyBy::Slack}, NotifyRule{NotifyBy::Email}};
         one_alert(w);
       },
       {{"G1", last_persons("ann", 1)}, {"ann@G1", "1 failed(15) slack; " + once("email", 6)}}},
  });
}

TEST(Scenarios, TheRest) {
  check_all({
      {"56 overdue ticks run at recovery",
       {wait(60), persons({"dan"})},
       [](PagingWorld& w) {
         w.down = {{30s, 400s}};
         one_alert(w);
       },
       {{"G1", "1 (T Wait); " + last_persons("dan", 400)}, {"dan@G1", once("email", 400)}}},
      {"57 a resolve signal without a group",
       {persons({"dan"})},
       [](PagingWorld& w) { w.at(0s, [](PagingWorld& x) { x.alert({.resolve_signal = true}); }); },
       {{"G1", "0 resolved"}}},
      {"58 the same as a v1 payload: resolved before anybody is paged",
       {persons({"dan"})},
       [](PagingWorld& w) { w.at(0s, [](PagingWorld& x) { x.alert({.v1_status = "resolved"}); }); },
       {{"G1", "0 resolved"}}},
      {"59 attached",
       {persons({"ann"})},
       [](PagingWorld& w) {
         alerts_of({{0s, "parent"}, {0s, "child"}})(w);
         w.at(3s, [](PagingWorld& x) { x.attach("G2", "G1", "ops"); });
       },
       {{"G1", "1 (T ann); 1 persons; 3 G2 has been attached to this alert by ops; 6 (esc-fin)"},
        {"G2", "1 (T ann); 1 persons; 3 attached to G1 by ops"},
        {"ann@G1", ann_from(1)},
        {"ann@G2", "1 email"}}},
      {"60 wiped",
       {persons({"ann"})},
       then({{50s, user(Wipe{})},
             {60s, [](PagingWorld& w) { EXPECT_TRUE(w.groups[AlertGroupId("G1")].resolved); }}}),
       {{"G1", last_persons("ann", 1) + "; 50 (wiped)"}, {"ann@G1", "1 email; 6 (wait)"}}},
  });
}

}  // namespace
}  // namespace tocsin::test
