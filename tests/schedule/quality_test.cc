// The quality report: docs/spec/schedules.md, section 16.7, by its numbers.
#include "domain/schedule/quality.h"

#include <gtest/gtest.h>

#include "schedule/sample.h"

namespace tocsin::schedule {
namespace {

using namespace std::chrono_literals;
using enum ShiftFrequency;

// Of `days` days from a day as in support.h.
Quality score(const Sample& sample, const char* from, int days) {
  const Range window = quality_window(std::chrono::floor<std::chrono::days>(utc(from)), days);
  return quality(sample.resolved(window), people(), days);
}
Quality score(const OnCallShift& shift, int days) {
  return score(Sample{.shifts = {shift}}, "01-06", days);
}

// "coverage balance total", then who is overloaded by how much.
std::string told(const Quality& q) {
  std::string text =
      std::to_string(q.coverage) + " " + std::to_string(q.balance) + " " + std::to_string(q.total_score);
  for (const OverloadedUser& u : q.overloaded_users) text += " " + u.username + "+" + std::to_string(u.score);
  return text;
}

TEST(Quality, IsScoredAsTheExamplesSay) {
  EXPECT_EQ(told(score(Shift::rolling(Weekly, "A B", "01-06", 7 * kDay), 28)), "100 100 100") << "Q1";
  EXPECT_EQ(told(score(Shift::rolling(Weekly, "A B", "01-06", 7 * kDay), 21)), "100 50 75 a+33") << "Q2";
  EXPECT_EQ(told(score(Shift::rolling(Weekly, "A B C", "01-06", 8h).on("MO TU WE TH FR"), 21)), "24 100 62")
      << "Q3";
  EXPECT_EQ(told(score(Shift::recurrent(Daily, "01-06", kDay), 7)), "100 100 100") << "Q4";
}

// Four weeks of the reference's feed, by its facts: hours, and whose they are; "nobody" is no user's name.
Sample the_references_feed() {
  int number = 0;
  const auto event = [&](const std::string& lines) {
    return "UID:" + std::to_string(++number) + "\n" + lines;
  };
  const auto timed = [&](const char* who, const char* from, const char* to, const char* more = "") {
    return event(std::string("SUMMARY:") + who + "\nDTSTART:202209" + from + "00Z\nDTEND:202209" + to +
                 "00Z\n" + more);
  };
  const auto days = [&](const char* who, const char* from, const char* to) {
    return event(std::string("SUMMARY:") + who + "\nDTSTART;VALUE=DATE:202209" + from +
                 "\nDTEND;VALUE=DATE:202209" + to + "\n");
  };
  return {.type = ScheduleType::Ical,
          .primary =
              calendar({days("a", "05", "06"), days("nobody", "06", "07"), timed("b", "08T1600", "08T2200"),
                        timed("a", "09T0130", "09T0200"), timed("b", "09T0400", "09T0600"),
                        timed("a", "09T0430", "09T0530"), timed("b", "09T0745", "09T0845", "DESCRIPTION:a\n"),
                        timed("nobody", "09T0815", "09T0945"), timed("nobody", "09T1730", "09T2100"),
                        days("a", "12", "16"), timed("a", "19T0300", "19T0545"),
                        timed("a", "19T0700", "19T0830"), timed("a", "19T1100", "19T1200"),
                        timed("a", "19T1500", "19T1800"), timed("a", "19T1930", "19T2100")})};
}

TEST(Quality, Q5_Q6_Q8_Q9_TheReferencesFeedHasItsScores) {
  const Sample feed = the_references_feed();
  EXPECT_EQ(told(score(feed, "2022-09-05", 7)), "21 34 28 a+49") << "Q5: 27.5 becomes 28";
  EXPECT_EQ(told(score(feed, "2022-09-09", 1)), "19 83 51 b+9") << "Q6";
  EXPECT_EQ(told(score(feed, "2022-09-12", 4)), "100 100 100") << "Q8";
  EXPECT_EQ(told(score(feed, "2022-09-19", 1)), "41 100 70") << "Q9: 70.5 becomes 70";
  EXPECT_EQ(told(score(feed, "2022-10-19", 1)), "0 0 0");
}

// Eight people, half of them by day and half by night from Monday to Friday; the weekends by whom?
Quality year_of_eight(const char* weekend) {
  std::vector<OnCallShift> shifts{
      Shift::rolling(Weekly, "A,B,C,D", "2022-03-20", 12h).on("MO TU WE TH FR").weeks_from("SU").named("O1"),
      Shift::rolling(Weekly, "E,F,G,H", "2022-03-20T12", 12h)
          .on("MO TU WE TH FR")
          .weeks_from("SU")
          .named("O2")};
  if (*weekend != '\0') {
    shifts.push_back(
        Shift::rolling(Weekly, weekend, "2022-03-20T12", kDay).on("SA SU").weeks_from("SU").named("O3"));
  }
  return score(Sample{.shifts = shifts}, "2022-03-24", 364);
}

TEST(Quality, Q7_Q10_Q11_WeekendsAreWhatMakesAYearUneven) {
  EXPECT_EQ(told(year_of_eight("A,B,C,D")), "100 75 88 a+29 b+29 c+29 d+29") << "Q7: 87.5 becomes 88";
  EXPECT_EQ(told(year_of_eight("")), "71 100 86") << "Q10: 85.5 becomes 86";
  EXPECT_EQ(told(year_of_eight("A,B,C,D,E,F,G,H")), "100 100 100") << "Q11";
}

TEST(Quality, IsExplainedByComments) {
  const auto comments = [](const Quality& q) { return q.comments; };
  EXPECT_EQ(comments(score(Shift::rolling(Weekly, "A B", "01-06", 7 * kDay), 21)),
            (std::vector<QualityComment>{
                {CommentType::Info, "Schedule has no gaps"},
                {CommentType::Warning, "Schedule has balance issues (see overloaded users)"}}));
  EXPECT_EQ(comments(score(Shift::rolling(Weekly, "A B C", "01-06", 8h).on("MO TU WE TH FR"), 21)),
            (std::vector<QualityComment>{{CommentType::Warning, "Schedule has gaps (76% not covered)"},
                                         {CommentType::Info, "Schedule is perfectly balanced"}}));
  EXPECT_EQ(comments(score(Shift::single("2020-01-01", 1h), 7)),
            (std::vector<QualityComment>{{CommentType::Warning, "Schedule is empty"}}));
}

}  // namespace
}  // namespace tocsin::schedule
