#include "edge/http/mailbox.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

// Two network threads' boxes, and how often each was woken.
class Boxes : public testing::Test {
 protected:
  int woken_first = 0, woken_second = 0;
  std::shared_ptr<Mailbox> first = std::make_shared<Mailbox>([this] { ++woken_first; });
  std::shared_ptr<Mailbox> second = std::make_shared<Mailbox>([this] { ++woken_second; });

  static std::size_t answers_in(Mailbox& box) {
    std::vector<Answer> answers;
    box.take(answers);
    return answers.size();
  }
};

TEST_F(Boxes, TheFirstAnswerIntoAnEmptyBoxWakes) {
  first->put({.connection = 1});
  EXPECT_EQ(woken_first, 1);
  first->put({.connection = 2});
  EXPECT_EQ(woken_first, 1) << "it is awake already";
  EXPECT_EQ(answers_in(*first), 2U);
  first->put({.connection = 3});
  EXPECT_EQ(woken_first, 2);
}

TEST_F(Boxes, ABurstWakesEachOnceAndAtItsEnd) {
  {
    const AnswerBurst burst;
    for (std::uint64_t i = 0; i < 3; ++i) {
      first->put({.connection = i});
      second->put({.connection = i});
    }
    EXPECT_EQ(woken_first + woken_second, 0);
  }
  EXPECT_EQ(woken_first, 1);
  EXPECT_EQ(woken_second, 1);
  EXPECT_EQ(answers_in(*first), 3U);
  first->put({.connection = 9});
  EXPECT_EQ(woken_first, 2) << "the burst is over";
}

TEST_F(Boxes, ABoxThatWasClosedIsNotWoken) {
  {
    const AnswerBurst burst;
    first->put({.connection = 1});
    first->close();
  }
  EXPECT_EQ(woken_first, 0);
}

}  // namespace
}  // namespace tocsin::http
