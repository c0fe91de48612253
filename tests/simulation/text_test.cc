// The pure parts: how times read, and which passes of a chain are left out.
#include <gtest/gtest.h>

#include "simulation/reasons.h"
#include "simulation/repeats.h"

namespace tocsin::simulation {
namespace {

using namespace std::chrono_literals;

TEST(SimulationText, SaysDurationsExactly) {
  const struct {
    std::chrono::seconds duration;
    const char* text;
  } cases[] = {{0s, "0 s"},    {5s, "5 s"},      {150s, "2 min 30 s"},
               {3600s, "1 h"}, {90000s, "25 h"}, {3661s, "1 h 1 min 1 s"}};
  for (const auto& c : cases) EXPECT_EQ(duration_text(c.duration), c.text);
}

TEST(SimulationText, SaysHowLongAfterTheStart) {
  EXPECT_EQ(offset_text(0s), "+0:00:00");
  EXPECT_EQ(offset_text(306s + 999ms), "+0:05:06");
  EXPECT_EQ(offset_text(26h + 1s), "+26:00:01");
}

// "s1 s2 r s1 s2 r s1 s2 end": steps a minute apart, r starts over.
std::vector<Event> story(const std::string& words) {
  std::vector<Event> events;
  Instant at{};
  std::istringstream in(words);
  for (std::string word; in >> word;) {
    Event event{.at = at, .text = word, .place = word == "open" ? "" : "step"};
    event.starts_over = word == "r";
    events.push_back(std::move(event));
    at += 1min;
  }
  return events;
}

std::string shown(const std::string& words) {
  const auto events = story(words);
  const auto flags = repeated(events);
  std::string out;
  for (std::size_t i = 0; i < events.size(); ++i)
    out += (i == 0 ? "" : " ") + (flags[i] ? "." : events[i].text);
  return out;
}

TEST(SimulationRepeats, LeaveOutPassesThatSayTheSame) {
  const struct {
    const char* words;
    const char* shown;
  } cases[] = {
      {"", ""},
      {"open a b", "open a b"},
      {"open a b r a b r a b end", "open a b r . . r . . end"},
      {"open a b r a c r a c end", "open a b r a c r . . end"},
      {"open a b r a", "open a b r a"},
      {"open a b r a b c r a b c", "open a b r a b c r . . ."},
  };
  for (const auto& c : cases) EXPECT_EQ(shown(c.words), c.shown) << c.words;
}

TEST(SimulationRepeats, ADifferentPaceIsNoRepetition) {
  auto events = story("open a b r a b r a b");
  for (std::size_t i = 5; i < events.size(); ++i) events[i].at += 30s;
  const auto flags = repeated(events);
  EXPECT_FALSE(flags[4] || flags[5]) << "b came later than in the first pass";
  EXPECT_FALSE(flags[7]);
}

}  // namespace
}  // namespace tocsin::simulation
