#include "app/aside.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace tocsin::app {
namespace {

TEST(Aside, RunsOneAtATimeAndRefusesWhatWouldWaitTooLong) {
  std::latch begun(1), go_on(1);
  std::latch all(1 + Aside::kMostWaiting);
  std::atomic<int> at_once = 0;
  Aside aside;
  const auto work = [&] {
    EXPECT_EQ(++at_once, 1);
    --at_once;
    all.count_down();
  };
  ASSERT_TRUE(aside.run([&] {
    begun.count_down();
    go_on.wait();
    work();
  }));
  begun.wait();  // from here on it is busy, and nothing waits
  for (std::size_t i = 0; i < Aside::kMostWaiting; ++i) EXPECT_TRUE(aside.run(work));
  EXPECT_FALSE(aside.run([] { FAIL() << "was refused"; }));
  go_on.count_down();
  all.wait();
}

TEST(Aside, EndsWithWhatItIsAt) {
  std::latch begun(1);
  std::atomic<bool> finished = false;
  Aside aside;
  ASSERT_TRUE(aside.run([&] {
    begun.count_down();
    finished = true;
  }));
  begun.wait();
  aside.stop();
  EXPECT_TRUE(finished);
}

}  // namespace
}  // namespace tocsin::app
