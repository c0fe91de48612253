// Simulation of everything that pages: see chaos_world.h for the world and checker.h for what must hold in
// it.
//
// Which: seeds.h. One alone prints its history.
#include <gtest/gtest.h>

#include "sim/chaos_world.h"
#include "sim/seeds.h"

namespace tocsin::test {
namespace {

class Chaos : public ::testing::Test {
 protected:
  static Stage& stage() {
    static Stage one;
    return one;
  }
};

TEST_F(Chaos, LosesNothingRepeatsNothingAndPagesNobodyAfterTheAnswer) {
  const std::vector<std::uint64_t> all = seeds();
  const bool alone = all.size() == 1;
  std::int64_t steps = 0, pages = 0, crashes = 0, failures = 0, answers_lost = 0;
  for (const std::uint64_t seed : all) {
    const ChaosResult result = ChaosWorld(stage(), seed).run();
    if (alone) std::printf("%s", result.history.c_str());
    ASSERT_FALSE(result.complaint) << "TOCSIN_SIM_SEED=" << seed << ": " << *result.complaint;
    steps += result.steps, pages += result.pages, crashes += result.crashes;
    failures += result.failures, answers_lost += result.answers_lost;
    if (seed % 50 == 0) {
      ASSERT_EQ(ChaosWorld(stage(), seed).run().history, result.history)
          << "same seed, same history: " << seed;
    }
  }
  std::printf(
      "[ figures  ] %llu worlds, %lld steps, %lld pages, %lld crashes, %lld failures, %lld lost answers\n",
      static_cast<unsigned long long>(all.size()), static_cast<long long>(steps),
      static_cast<long long>(pages), static_cast<long long>(crashes), static_cast<long long>(failures),
      static_cast<long long>(answers_lost));
  if (!alone) {
    EXPECT_GT(steps * pages * crashes * failures * answers_lost, 0)
        << "a simulation without faults proves nothing";
  }
}

// A checker that cannot complain proves nothing. Each sabotage is done in worlds where nothing else goes
// wrong.
TEST_F(Chaos, NoticesWhatIsSpoiledOnPurpose) {
  const struct {
    Sabotage sabotage;
    const char* complaint;
  } cases[] = {
      {Sabotage::LoseAlert, "is lost"},
      {Sabotage::RepeatAlert, "is stored twice"},
      {Sabotage::LoseTimer, "no timer will run it"},
      {Sabotage::RepeatStep, "the walk went from step"},
      {Sabotage::SkipStep, "the walk went from step"},
      {Sabotage::RepeatRule, "a rule paged twice"},
      {Sabotage::LosePage, "records of them"},
      {Sabotage::PageAfterAnswer, "a page after the answer"},
      {Sabotage::UnexplainedPage, "no row explains"},
      {Sabotage::SwapRecords, "wrong order"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.complaint);
    std::string heard;
    for (std::uint64_t seed = 1; seed <= 40 && heard.find(c.complaint) == std::string::npos; ++seed)
      heard += ChaosWorld(stage(), seed, c.sabotage).run().complaint.value_or("") + "\n";
    EXPECT_NE(heard.find(c.complaint), std::string::npos) << heard;
  }
}

}  // namespace
}  // namespace tocsin::test
