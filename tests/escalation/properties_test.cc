// Random chains, people and answers: what must hold whatever is configured. A failure prints the seed.
#include <gtest/gtest.h>

#include <random>

#include "support/chain_words.h"
#include "support/paging_world.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;

constexpr int kSeeds = 400;
const std::vector<std::string> kPeople = {"ann", "bob", "cy", "dan", "vic"};

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int upto(int n) { return static_cast<int>(engine_() % static_cast<unsigned>(n + 1)); }
  std::vector<std::string> some_people() {
    std::vector<std::string> out;
    for (const std::string& name : kPeople) {
      if (upto(2) == 0) out.push_back(name);
    }
    return out;
  }

 private:
  std::mt19937 engine_;
};

Step random_step(Dice& dice) {
  switch (dice.upto(13)) {
    case 0:
      return wait(60 * (1 + dice.upto(10)));
    case 1:
      return step::Wait{};
    case 2:
      return persons(dice.some_people());
    case 3:
      return important(dice.some_people());
    case 4:
      return round_robin(dice.some_people());
    case 5:
      return schedule(dice.upto(1) ? "S" : "gone");
    case 6:
      return team(dice.upto(1) ? "X" : "gone");
    case 7:
      return whole_channel();
    case 8:
      return window(dice.upto(23), dice.upto(23));
    case 9:
      return threshold(dice.upto(3), 1 + dice.upto(20));
    case 10:
      return repeat();
    case 11:
      return webhook(dice.upto(1) ? "WH1" : "gone");
    case 12:
      return step::NotifyUserGroup{UserGroupId("UG"), dice.upto(1) == 1};
    default:
      return step::Unspecified{};
  }
}

GroupCommand random_command(Dice& dice) {
  switch (dice.upto(6)) {
    case 0:
      return command::Acknowledge{};
    case 1:
      return command::Unacknowledge{};
    case 2:
      return command::Unresolve{};
    case 3:
      return command::Silence{std::chrono::seconds{60 * dice.upto(60)}};
    case 4:
      return command::Unsilence{};
    case 5:
      return command::Restart{};
    default:
      return command::Resolve{};
  }
}

// A world with a random chain, alerts and answers in its first two hours; nothing afterwards.
void furnish(PagingWorld& world, Dice& dice) {
  std::vector<Step> chain;
  for (int i = dice.upto(7); i >= 0; --i) chain.push_back(random_step(dice));
  if (dice.upto(3) == 0) chain.push_back(resolve());
  world.set_chain(std::move(chain));
  world.schedules["S"] = {"S", [](std::chrono::seconds) { return std::vector<std::string>{"ann", "dan"}; }};
  world.teams["X"] = kPeople;
  world.user_groups["UG"] = {"bob", "dan"};
  world.webhooks["WH1"] = {.name = "hook"};
  if (dice.upto(1)) world.slack_channel = kPeople;
  if (dice.upto(1)) world.reminders = {.remind_every = 1h};
  if (dice.upto(1) && world.reminders.remind_every) world.reminders.unacknowledge_after = 5min;
  for (int i = dice.upto(4); i >= 0; --i) {
    world.at(std::chrono::seconds{dice.upto(3600)},
             [key = "k" + std::to_string(dice.upto(1))](PagingWorld& w) { w.alert({.key = key}); });
  }
  for (int i = dice.upto(5); i > 0; --i) {
    world.at(std::chrono::milliseconds{dice.upto(7'200'000)},
             [command = random_command(dice),
              who = kPeople[static_cast<std::size_t>(dice.upto(4))]](PagingWorld& w) {
               for (const auto& [id, group] : std::map(w.groups)) w.by_user(id.str(), command, who);
             });
  }
}

TEST(Properties, WalksEnd) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    PagingWorld world;
    Dice dice(seed);
    furnish(world, dice);
    // Longest walk: 6 passes of 8 steps that wait a day each at a window; reminders end after 14 days.
    world.run_until(24h * 70);
    EXPECT_EQ(world.live_timers(), 0u) << "seed " << seed;
  }
}

TEST(Properties, NobodyIsPagedInAnAnsweredGroup) {
  for (unsigned seed = 0; seed < kSeeds / 4; ++seed) {
    PagingWorld world;
    Dice dice(seed);
    furnish(world, dice);
    std::size_t seen = 0;
    for (auto at = 0ms; at < 3h; at += 500ms) {
      const auto before = world.groups;
      world.run_until(at);
      for (; seen < world.sent.size(); ++seen) {
        const auto& page = world.sent[seen];
        const auto was = before.find(page.group);
        if (was == before.end() || world.groups[page.group] != was->second)
          continue;  // answered in this very half second
        EXPECT_EQ(state_of(was->second), GroupState::New) << "seed " << seed << " at " << at.count() << " ms";
      }
    }
  }
}

TEST(Properties, ViewersAreNeverPaged) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    PagingWorld world;
    Dice dice(seed);
    furnish(world, dice);
    world.run_until(24h * 70);
    for (const auto& page : world.sent) EXPECT_NE(page.user, UserId("vic")) << "seed " << seed;
  }
}

TEST(Properties, TheSameInputsGiveTheSameOutputs) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    std::map<std::string, std::vector<std::string>> first;
    for (int run = 0; run < 2; ++run) {
      PagingWorld world;
      Dice dice(seed);
      furnish(world, dice);
      world.run_until(24h);
      if (run == 0) first = world.streams;
      EXPECT_EQ(world.streams, first) << "seed " << seed;
    }
  }
}

TEST(Properties, AStopInTheMiddleLosesNoStep) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    PagingWorld steady, stalled;
    for (PagingWorld* world : {&steady, &stalled}) {
      world->set_chain({persons({"ann"}), wait(60), persons({"dan"}), wait(300), important({"ann"})});
      world->at(0s, [](PagingWorld& w) { w.alert(); });
    }
    Dice dice(seed);
    const auto from = std::chrono::seconds{1 + dice.upto(400)};
    stalled.down = {{from, from + std::chrono::seconds{1 + dice.upto(3600)}}};
    steady.run_until(24h);
    stalled.run_until(24h);
    EXPECT_EQ(stalled.streams["G1"].size(), steady.streams["G1"].size()) << "seed " << seed;
    EXPECT_EQ(stalled.live_timers(), 0u);
  }
}

}  // namespace
}  // namespace tocsin::test
