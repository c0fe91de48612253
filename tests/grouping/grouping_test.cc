// Which group an alert joins, the signals it carries, and payloads that tell their own state.
#include <gtest/gtest.h>

#include "domain/grouping/arrival.h"
#include "domain/grouping/find_group.h"
#include "domain/grouping/payload_resolution.h"
#include "language/json/read.h"

namespace tocsin::grouping {
namespace {

using namespace std::chrono_literals;

const Instant t0 = *parse_iso("2026-03-02T10:00:00");

template <class T>
std::vector<T> all(const Effects& effects) {
  std::vector<T> out;
  for (const Effect& e : effects) {
    if (const T* found = std::get_if<T>(&e)) out.push_back(*found);
  }
  return out;
}

std::vector<GroupRecordType> records(const Effects& effects) {
  std::vector<GroupRecordType> out;
  for (const auto& added : all<effect::AddRecord>(effects)) out.push_back(added.record.type);
  return out;
}

TEST(Distinction, IsTheMd5OfTheKeyAsItStands) {
  EXPECT_EQ(make_distinction("a", AlertKind::Real, "u"), "0cc175b9c0f1b6a831c399e269772661");
  EXPECT_EQ(make_distinction("a\n", AlertKind::Real, "u"), "60b725f10c9c85c70d97880dfe8191b3");
  EXPECT_EQ(make_distinction("", AlertKind::Real, "a"), "0cc175b9c0f1b6a831c399e269772661");
  EXPECT_EQ(make_distinction(std::nullopt, AlertKind::Real, "a"), "0cc175b9c0f1b6a831c399e269772661");
  EXPECT_EQ(make_distinction("a", AlertKind::Demo, "b"), "187ef4436122d1cc2f40dc2b92f0eba0");
  EXPECT_EQ(make_distinction("é", AlertKind::Real, "u"), "66ddcd97cfdeabb2f6fb8a999b4bc76f");
}

// docs/spec/alert-groups.md, section 1.2
TEST(FindGroup, FollowsTheLookupTable) {
  const Candidate open{AlertGroupId("open"), 5, true, false};
  const Candidate resolved{AlertGroupId("resolved"), 3, false, true};
  const Candidate newer{AlertGroupId("newer"), 4, false, true};
  const Candidate unresolved{AlertGroupId("unresolved"), 6, false,
                             false};  // also: restarted, silenced from resolved
  const struct {
    const char* name;
    std::vector<Candidate> candidates;
    bool resolve_signal;
    const char* joins;  // "": opens a group
  } cases[] = {
      {"nothing there", {}, false, ""},
      {"nothing there, resolve signal", {}, true, ""},
      {"an open one", {open}, false, "open"},
      {"an open one, resolve signal", {open}, true, "open"},
      {"the open one before any resolved one", {resolved, newer, open}, true, "open"},
      {"only resolved ones", {resolved, newer}, false, ""},
      {"only resolved ones, resolve signal: the latest", {newer, resolved}, true, "newer"},
      {"un-resolved stays closed", {unresolved}, false, ""},
      {"un-resolved is not resolved either", {unresolved}, true, ""},
      {"un-resolved does not hide a resolved one", {unresolved, resolved}, true, "resolved"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Placement got = find_group(c.candidates, c.resolve_signal);
    const auto* join = std::get_if<JoinOpen>(&got);
    const auto* late = std::get_if<JoinResolved>(&got);
    EXPECT_EQ(join ? join->group.str() : late ? late->group.str() : "", c.joins);
    EXPECT_EQ(late != nullptr,
              c.resolve_signal && std::string(c.joins) != "" && std::string(c.joins) != "open");
  }
}

NewGroup fresh() {
  return {
      .group = {.id = AlertGroupId("G"), .number = 1}, .route_name = "default", .chain_name = "Night crew"};
}

TEST(OpenGroup, IsRegisteredRoutedPublishedAndEscalatesAfterASecond) {
  const Transition got = open_group(fresh(), {.alert = AlertId("A")}, t0);
  EXPECT_EQ(got.group.started_at, t0);
  EXPECT_TRUE(got.group.open_for_grouping);
  EXPECT_EQ(records(got.effects), (std::vector{GroupRecordType::Registered, GroupRecordType::RouteAssigned}));
  EXPECT_EQ(all<effect::AddRecord>(got.effects)[1].record.subject, "default");
  EXPECT_EQ(all<effect::AddRecord>(got.effects)[1].record.chain, "Night crew");
  EXPECT_EQ(all<effect::FireWebhooks>(got.effects)[0].trigger, WebhookTrigger::AlertGroupCreated);
  EXPECT_EQ(all<effect::PublishAlert>(got.effects)[0].alert, AlertId("A"));
  EXPECT_EQ(all<effect::StartEscalation>(got.effects)[0].at, t0 + 1s);
}

TEST(OpenGroup, InDebugIsPublishedInMaintenanceIsAttachedInstead) {
  EXPECT_EQ(
      all<effect::PublishAlert>(open_group(fresh(), {.maintenance = MaintenanceMode::Debug}, t0).effects)
          .size(),
      1u);
  const AlertGroup root{.id = AlertGroupId("M"), .title = "Maintenance of x", .maintenance = true};
  const Transition got =
      open_group(fresh(), {.maintenance = MaintenanceMode::Maintenance, .maintenance_group = &root}, t0);
  EXPECT_TRUE(all<effect::PublishAlert>(got.effects).empty());
  EXPECT_EQ(got.group.root, root.id);
  EXPECT_EQ(records(got.effects), (std::vector{GroupRecordType::Registered, GroupRecordType::RouteAssigned,
                                               GroupRecordType::Attached, GroupRecordType::Attached}));
  EXPECT_EQ(all<effect::StopEscalation>(got.effects).size(), 1u);
}

// docs/spec/alert-groups.md, section 4.1. Whether the integration allows it is decided before: then there is
// no signal.
TEST(Signals, FollowTheTable) {
  using R = GroupRecordType;
  const AlertGroup opened{.id = AlertGroupId("G"), .started_at = t0};
  AlertGroup acknowledged = opened, silenced = opened, resolved = opened;
  acknowledged.acknowledged = true;
  silenced.silenced = true;
  resolved.resolved = true;
  resolved.open_for_grouping = false;
  const struct {
    const char* name;
    std::optional<AlertGroup> group;  // nullopt: opens one
    bool acknowledge, resolve;
    GroupState state;
    std::vector<R> records;
  } cases[] = {
      {"resolve, open group", opened, false, true, GroupState::Resolved, {R::Resolved}},
      {"resolve, acknowledged group", acknowledged, false, true, GroupState::Resolved, {R::Resolved}},
      {"resolve, silenced group", silenced, false, true, GroupState::Resolved, {R::Unsilenced, R::Resolved}},
      {"resolve, only a resolved group", resolved, false, true, GroupState::Resolved, {}},
      {"resolve, no group",
       std::nullopt,
       false,
       true,
       GroupState::Resolved,
       {R::Registered, R::RouteAssigned, R::Resolved}},
      {"no signal, no group", std::nullopt, false, false, GroupState::New, {R::Registered, R::RouteAssigned}},
      {"no signal, acknowledged group", acknowledged, false, false, GroupState::Acknowledged, {}},
      {"no signal, silenced group", silenced, false, false, GroupState::Silenced, {}},
      {"acknowledge, open group", opened, true, false, GroupState::Acknowledged, {R::Acknowledged}},
      {"acknowledge, acknowledged group", acknowledged, true, false, GroupState::Acknowledged, {}},
      {"acknowledge, silenced group",
       silenced,
       true,
       false,
       GroupState::Acknowledged,
       {R::Unsilenced, R::Acknowledged}},
      {"acknowledge, no group",
       std::nullopt,
       true,
       false,
       GroupState::Acknowledged,
       {R::Registered, R::RouteAssigned, R::Acknowledged}},
      {"both, open group", opened, true, true, GroupState::Resolved, {R::Acknowledged, R::Resolved}},
      {"both, only a resolved group", resolved, true, true, GroupState::Resolved, {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Arrival arrival{.acknowledge_signal = c.acknowledge, .resolve_signal = c.resolve};
    const Transition got = c.group ? join(*c.group, arrival, t0) : open_group(fresh(), arrival, t0);
    EXPECT_EQ(state_of(got.group), c.state);
    EXPECT_EQ(records(got.effects), c.records);
    for (const auto& added : all<effect::AddRecord>(got.effects)) EXPECT_FALSE(added.record.author);
    if (c.resolve && !c.records.empty()) {
      EXPECT_EQ(got.group.resolved_by, AnsweredBy::Source);
      EXPECT_FALSE(got.group.open_for_grouping);
    }
    // An answer comes after the start, so the first tick finds a stale generation.
    if (c.state != GroupState::New && !c.group) {
      EXPECT_TRUE(std::holds_alternative<effect::StopEscalation>(got.effects[5]));
    }
  }
}

TEST(Join, AnAlertWakesAPausedEscalationAfterASecond) {
  const AlertGroup group{.id = AlertGroupId("G")};
  EXPECT_TRUE(all<effect::StartEscalation>(join(group, {}, t0).effects).empty());
  const auto starts =
      all<effect::StartEscalation>(join(group, {.escalation_awaits_alert = true}, t0).effects);
  ASSERT_EQ(starts.size(), 1u);
  EXPECT_EQ(starts[0].at, t0 + 1s);
  AlertGroup resolved = group;
  resolved.resolved = true;
  EXPECT_TRUE(
      all<effect::StartEscalation>(join(resolved, {.escalation_awaits_alert = true}, t0).effects).empty());
}

TEST(Join, TooManyAlertsSwitchAutoresolveOff) {
  EXPECT_EQ(join({}, {.autoresolve_off = true}, t0).group.resolved_by, AnsweredBy::AutoResolveOff);
}

// Each letter is a label set; upper case fires, lower case is resolved.
PayloadVerdict verdict(const std::string& story) {
  std::vector<json::Value> payloads;
  for (const char c : story) {
    const bool firing = c >= 'A' && c <= 'Z';
    payloads.push_back(json::Object{{"status", firing ? "firing" : "resolved"},
                                    {"labels", json::Object{{"name", std::string(1, char(c | 32))}}}});
  }
  std::vector<const json::Value*> pointers;
  for (const json::Value& payload : payloads) pointers.push_back(&payload);
  return resolved_by_payloads(pointers);
}

TEST(PayloadResolution, NeedsEveryFiringLabelSetToBeResolved) {
  const struct {
    const char* story;
    PayloadVerdict verdict;
  } cases[] = {
      {"", PayloadVerdict::KeepOpen},      {"A", PayloadVerdict::KeepOpen},
      {"a", PayloadVerdict::Resolve},      {"Aa", PayloadVerdict::Resolve},
      {"aA", PayloadVerdict::KeepOpen},    {"ABa", PayloadVerdict::KeepOpen},
      {"ABab", PayloadVerdict::Resolve},   {"ABba", PayloadVerdict::Resolve},
      {"AaBAb", PayloadVerdict::KeepOpen}, {"AaBAba", PayloadVerdict::Resolve},
      {"ABabA", PayloadVerdict::KeepOpen}, {"AAa", PayloadVerdict::Resolve},
      {"Ab", PayloadVerdict::KeepOpen},
  };
  for (const auto& c : cases) EXPECT_EQ(verdict(c.story), c.verdict) << c.story;
  EXPECT_EQ(verdict(std::string(499, 'A') + "a"), PayloadVerdict::Resolve);
  EXPECT_EQ(verdict(std::string(500, 'A') + "a"), PayloadVerdict::TooManyAlerts);
}

TEST(PayloadResolution, ComparesLabelsWhateverTheirOrder) {
  const json::Value firing = *json::read(R"({"status":"firing","labels":{"a":"1","b":"2"}})");
  const json::Value over = *json::read(R"({"status":"resolved","labels":{"b":"2","a":"1"}})");
  const json::Value strange = *json::read(R"({"status":7})");
  EXPECT_EQ(resolved_by_payloads({&firing, &over}), PayloadVerdict::Resolve);
  EXPECT_EQ(resolved_by_payloads({&firing, &strange, &over}), PayloadVerdict::Resolve);
  EXPECT_EQ(resolved_by_payloads({&firing, &over, &strange}), PayloadVerdict::KeepOpen);
}

}  // namespace
}  // namespace tocsin::grouping
