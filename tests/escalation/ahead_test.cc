// Whom the rest of a walk will page (docs/spec/outgoing-webhooks.md, section 3: users_to_be_notified).
#include "domain/escalation/ahead.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/chain_words.h"

namespace tocsin::escalation {
namespace {

using namespace test;

Escalation walking(const std::vector<Step>& steps, std::size_t next_step) {
  Escalation escalation{.group = AlertGroupId("I1"), .snapshot = EscalationSnapshot{.next_step = next_step}};
  for (const Step& step : steps) escalation.snapshot->steps.push_back({.policy = {.step = step}});
  return escalation;
}

const std::vector<Person> kAll = {
    {UserId("cid"), "cid"}, {UserId("ann"), "ann"}, {UserId("bob"), "bob", false}};

// As the engine answers: those of the list who exist, in its order; of a schedule, in any.
std::vector<Person> answer(const Need& need) {
  const auto* wanted = std::get_if<need::Users>(&need);
  if (wanted == nullptr) return kAll;
  std::vector<Person> people;
  for (const UserId& id : wanted->users) {
    const auto found = std::ranges::find(kAll, id, &Person::id);
    if (found != kAll.end()) people.push_back(*found);
  }
  return people;
}

std::string told(const Escalation& escalation) {
  std::string out;
  for (const StepAhead& ahead : steps_ahead(escalation)) {
    for (const UserId& id : will_notify(ahead, answer(ahead.need)))
      out += (out.empty() ? "" : " ") + id.str();
    out += ";";
  }
  return out;
}

TEST(Ahead, NamesPeopleOfTheStepsThatRemain) {
  const std::vector<Step> chain = {persons({"bob", "gone", "ann"}),
                                   wait(60),
                                   important({"cid"}),
                                   round_robin({"bob", "ann"}),
                                   schedule("S1"),
                                   team("T1"),
                                   repeat()};
  EXPECT_EQ(told(walking(chain, 0)), "bob ann; cid; ann; ann cid;");
  EXPECT_EQ(told(walking(chain, 1)), "cid; ann; ann cid;");
  EXPECT_EQ(told(walking(chain, 5)), "");
  EXPECT_EQ(told(walking(chain, 7)), "");
  EXPECT_EQ(told({.group = AlertGroupId("I1")}), "") << "nothing was started";
}

TEST(Ahead, KnowsWhoseTurnItIs) {
  step::NotifyPersonNextEachTime turns{.users = user_ids({"ann", "cid"}), .last_notified = UserId("ann")};
  EXPECT_EQ(told(walking({turns}, 0)), "cid;");
  turns.last_notified = UserId("cid");
  EXPECT_EQ(told(walking({turns}, 0)), "ann;");
  turns.users = user_ids({"gone"});
  EXPECT_EQ(told(walking({turns}, 0)), ";");
}

TEST(Ahead, AsksOnlyWhatItNeeds) {
  const auto ahead = steps_ahead(walking({schedule("S1"), step::NotifyOnCallFromSchedule{}}, 0));
  ASSERT_EQ(ahead.size(), 1u) << "a step whose schedule is gone pages nobody";
  EXPECT_EQ(std::get<need::OnCall>(ahead[0].need).schedule, ScheduleId("S1"));
}

}  // namespace
}  // namespace tocsin::escalation
