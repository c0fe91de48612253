// The worked examples of docs/spec/schedules.md, section 16.6, by their numbers, and what else feeds say;
// expected values are the column "Ours".
#include "domain/schedule/feed.h"

#include <gtest/gtest.h>

#include "schedule/told.h"

namespace tocsin::schedule {
namespace {

std::string feed(const std::vector<std::string>& events, Range range) {
  return long_form(Sample{.type = ScheduleType::Ical, .primary = calendar(events)}.resolved(range));
}

TEST(Feeds, AreReadAsTheExamplesSay) {
  const Range january = window("01-01", "02-01");
  const std::string nine_to_five = "DTSTART:20250106T090000Z\nDTEND:20250106T170000Z\n";
  const std::string berlin =
      "DTSTART;TZID=Europe/Berlin:20250106T090000\nDTEND;TZID=Europe/Berlin:20250106T170000\n";
  const struct {
    const char* number;
    std::vector<std::string> events;
    Range window;
    const char* expected;
  } examples[] = {
      {"I01",
       {"SUMMARY:a\nDTSTART;VALUE=DATE:20250106\nDTEND;VALUE=DATE:20250108\n"},
       january,
       "A 01-06/01-08"},
      {"I01b",
       {"UID:1\nSUMMARY:a\nDTSTART;VALUE=DATE:20250106\nDTEND;VALUE=DATE:20250107\n",
        "UID:2\nSUMMARY:[L1] b\n" + nine_to_five},
       january,
       "A 01-06/01-06T09; B 01-06T09/01-06T17; A 01-06T17/01-07"},
      {"I02",
       {"SUMMARY:a\nDTSTART:20250106T090000\nDTEND:20250106T170000\n"},
       january,
       "A 01-06T09/01-06T17"},
      {"I03",
       {"UID:a\nSUMMARY:a\nRRULE:FREQ=DAILY;COUNT=4\n" + nine_to_five,
        "UID:a\nSUMMARY:b\nSEQUENCE:1\nRECURRENCE-ID:20250107T090000Z\nDTSTART:20250107T120000Z\nDTEND:"
        "20250107T200000Z\n"},
       january,
       "A 01-06T09/01-06T17; B 01-07T12/01-07T20; A 01-08T09/01-08T17; A 01-09T09/01-09T17"},
      {"I04",
       {"SUMMARY:a\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20250107T090000\n" + berlin},
       january,
       "A 01-06T08/01-06T16; A 01-08T08/01-08T16; A 01-09T08/01-09T16"},
      {"I05",
       {"SUMMARY:a\nRRULE:FREQ=DAILY;UNTIL=20250108\n" + berlin},
       january,
       "A 01-06T08/01-06T16; A 01-07T08/01-07T16"},
      {"I06",
       {"SUMMARY:a\nRRULE:FREQ=DAILY;UNTIL=20250108T090000\nDTSTART;TZID=America/New_York:20250106T090000\n"
        "DTEND;TZID=America/New_York:20250106T170000\n"},
       january,
       "A 01-06T14/01-06T22; A 01-07T14/01-07T22"},
      {"I07",
       {"UID:a\nSUMMARY:a\nRRULE:FREQ=DAILY;COUNT=3\n" + nine_to_five,
        "UID:a\nSUMMARY:a\nSTATUS:CANCELLED\nRECURRENCE-ID:20250107T090000Z\nDTSTART:20250107T090000Z\n"
        "DTEND:20250107T170000Z\n"},
       january,
       "A 01-06T09/01-06T17; A 01-08T09/01-08T17"},
      {"I08",
       {"UID:1\nSUMMARY:[L1] A@EXAMPLE.COM\n" + nine_to_five, "UID:2\nSUMMARY:B\n" + nine_to_five,
        "UID:3\nSUMMARY:[L2] b\n" + nine_to_five},
       january,
       "B 01-06T09/01-06T17"},
      {"I09", {"SUMMARY:a\nDTSTART:20250106T090000Z\nDURATION:PT8H\n"}, january, "A 01-06T09/01-06T17"},
      {"I09b",
       {"UID:1\nSUMMARY:a\nDTSTART:20250106T090000Z\n", "UID:2\nSUMMARY:b\nDTSTART;VALUE=DATE:20250107\n"},
       january,
       "B 01-07/01-08"},
      {"I11",
       {"UID:1\nSUMMARY:[L10] a\n" + nine_to_five,
        "UID:2\nSUMMARY:[L9]b\nDTSTART:20250106T100000Z\nDTEND:20250106T180000Z\n",
        "UID:3\nSUMMARY:c [L99]\nDTSTART:20250106T110000Z\nDTEND:20250106T190000Z\n"},
       january,
       "A 01-06T09/01-06T17; B 01-06T17/01-06T18"},
      {"I12",
       {"UID:a\nSUMMARY:a\nSEQUENCE:0\nRRULE:FREQ=HOURLY;COUNT=3\nDTSTART:20250106T090000Z\nDURATION:"
        "PT30M\n"},
       january,
       "A 01-06T09/01-06T09:30; A 01-06T10/01-06T10:30; A 01-06T11/01-06T11:30"},
      {"I13",
       {"SUMMARY:a\nRRULE:FREQ=WEEKLY;COUNT=2\nDTSTART;VALUE=DATE:20250324\nDTEND;VALUE=DATE:20250331\n"},
       window("03-01", "05-01"),
       "A 03-24/03-31; A 03-31/04-07"},
      {"I14",
       {"SUMMARY:a\nRRULE:FREQ=WEEKLY;COUNT=2\nDTSTART;TZID=Europe/Berlin:20250324T090000\n"
        "DTEND;TZID=Europe/Berlin:20250331T090000\n"},
       window("03-01", "05-01"),
       "A 03-24T08/03-31T07; A 03-31T07/04-07T07"},
      {"I15",
       {"SUMMARY:a\nRDATE:20250109T090000Z,20250111T090000Z\nDTSTART:20250106T090000Z\nDURATION:PT1H\n"},
       january,
       "A 01-06T09/01-06T10; A 01-09T09/01-09T10; A 01-11T09/01-11T10"},
      {"I17",
       {"SUMMARY:a\nDTSTART;TZID=W. Europe Standard Time:20250106T090000\n"
        "DTEND;TZID=W. Europe Standard Time:20250106T170000\n"},
       january,
       "A 01-06T08/01-06T16"},
  };
  for (const auto& e : examples) EXPECT_EQ(feed(e.events, e.window), e.expected) << e.number;
}

TEST(Feeds, I10_GapsAreFoundBesideAllDayEvents) {
  const Sample sample{
      .type = ScheduleType::Ical,
      .primary = calendar({"UID:1\nSUMMARY:a\nDTSTART;VALUE=DATE:20250106\n",
                           "UID:2\nSUMMARY:b\nDTSTART:20250108T090000Z\nDTEND:20250108T170000Z\n"})};
  std::vector<std::string> found;
  for (const Range& gap : gaps(sample.resolved(window("01-06", "01-09")), EmptyShifts::CountAsCover)) {
    found.push_back(shown(gap.from, gap.to));
  }
  EXPECT_EQ(joined(found), "01-07/01-08T09; 01-08T17/01-09");
}

TEST(Feeds, I11_AMarkElsewhereThanInFrontIsPartOfTheName) {
  const Sample sample{
      .type = ScheduleType::Ical,
      .primary = calendar({"SUMMARY:c [L99]\nDTSTART:20250106T110000Z\nDTEND:20250106T190000Z\n"})};
  const FinalSchedule got = sample.resolved(window("01-06", "01-07"));
  ASSERT_EQ(got.empty_shifts().size(), 1U);
  EXPECT_EQ(got.empty_shifts()[0].missing_users, std::vector<std::string>{"c [L99]"});
  EXPECT_EQ(got.empty_shifts()[0].level, 0);
}

TEST(Feeds, I16_AnAllDayOverrideCoversTheWholeDay) {
  const Sample sample{
      .type = ScheduleType::Ical,
      .primary = calendar({"UID:1\nSUMMARY:[L5] a\nDTSTART:20250106T000000Z\nDTEND:20250107T000000Z\n"}),
      .overrides = calendar({"UID:1\nSUMMARY:b\nDTSTART;VALUE=DATE:20250106\n"})};
  const FinalSchedule got = sample.resolved(window("01-06", "01-07"));
  EXPECT_EQ(long_form(got), "B* 01-06/01-07");
  EXPECT_TRUE(got.events()[0].all_day);
}

TEST(Feeds, I18_ShiftIdsTellRevisionsApart) {
  const Sample sample{
      .type = ScheduleType::Ical,
      .primary = calendar(
          {"UID:eventuid@google.com\nSUMMARY:a\nSEQUENCE:1\nRRULE:FREQ=WEEKLY\nDTSTART;VALUE=DATE:20250106\n",
           "UID:eventuid@google.com\nSUMMARY:b\nSEQUENCE:2\nDTSTART;VALUE=DATE:20250106\n"
           "RECURRENCE-ID;TZID=Europe/Warsaw:19700101T010000\n"})};
  const FinalSchedule got = sample.resolved(window("01-06", "01-07"));
  ASSERT_EQ(got.events().size(), 2U);
  EXPECT_EQ(got.events()[0].shift, "eventuid@google.com_1");
  EXPECT_EQ(got.events()[1].shift, "eventuid@google.com_2_1970-01-01T01:00:00+01:00");
}

TEST(Feeds, I03_TheMovedInstanceHasItsOwnShiftId) {
  const Sample sample{
      .type = ScheduleType::Ical,
      .primary =
          calendar({"UID:a\nSUMMARY:b\nSEQUENCE:1\nRECURRENCE-ID:20250107T090000Z\nDTSTART:20250107T120000Z\n"
                    "DTEND:20250107T200000Z\n"})};
  EXPECT_EQ(sample.resolved(window("01-01", "02-01")).events()[0].shift, "a_1_2025-01-07T09:00:00+00:00");
}

TEST(Feeds, EachTextMayNameAPerson) {
  const auto who = [](const std::string& lines) {
    const Sample sample{.type = ScheduleType::Ical,
                        .primary = calendar({lines + "DTSTART:20250106T090000Z\nDURATION:PT1H\n"})};
    const FinalSchedule got = sample.resolved(window("01-06", "01-07"));
    const Event& event = got.events().empty() ? got.empty_shifts().at(0) : got.events()[0];
    return names(event) + "|" + joined(event.missing_users, ",");
  };
  EXPECT_EQ(who("SUMMARY: [L3]  a \nDESCRIPTION:b\n"), "A+B|");
  EXPECT_EQ(who("SUMMARY:a\nATTENDEE:b@example.com\n"), "A+B|");
  EXPECT_EQ(who("SUMMARY:a\nATTENDEE:b\nATTENDEE:c\n"), "A|");
  EXPECT_EQ(who("SUMMARY:a\\, b\n"), "|a, b");
  EXPECT_EQ(who("SUMMARY:@a @b\n"), "|@a @b");
  EXPECT_EQ(who("SUMMARY:viewer\n"), "|viewer");
  EXPECT_EQ(who("SUMMARY:[L] a\n"), "|[L] a");
  EXPECT_EQ(who("SUMMARY:[L99999999999999999999] a\n"), "A|");
  EXPECT_EQ(who("SUMMARY:[L1]\n"), "|");
}

TEST(Feeds, AnnounceAChangeOnlyWithARevision) {
  const auto read = [](const std::string& lines) { return ical::read_calendar(calendar({lines})).value(); };
  const std::string event = "UID:1\nSUMMARY:a\nDTSTART:20250101T090000Z\nDURATION:PT9H\n";
  EXPECT_FALSE(is_announced_change(read(event), read(event + "DESCRIPTION:changed\n")));
  EXPECT_TRUE(is_announced_change(read(event), read(event + "SEQUENCE:1\n")));
  EXPECT_TRUE(is_announced_change(read(event), ical::Calendar{}));
}

}  // namespace
}  // namespace tocsin::schedule
