#include "language/ical/calendar.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "language/ical/write.h"

namespace tocsin::ical {
namespace {

using namespace std::chrono_literals;

Instant utc(const std::string& text) {
  return parse_iso(text).value();
}

std::string file(const std::string& events) {
  return "BEGIN:VCALENDAR\nVERSION:2.0\n" + events + "END:VCALENDAR\n";
}
std::string event(const std::string& lines) {
  return "BEGIN:VEVENT\n" + lines + "END:VEVENT\n";
}

// "a 06T09/06T17 b ..." for January 2025; the letter is the summary.
std::string expanded(const Calendar& calendar, const char* from = "2025-01-01T00:00:00Z",
                     const char* to = "2025-02-01T00:00:00Z") {
  std::string all;
  for (const Instance& i : expand(calendar, utc(from), utc(to)).instances) {
    const auto shown = [](Instant at) {
      std::string text = to_iso(at).substr(8, 8);
      return text.ends_with(":00") ? text.substr(0, 5) : text;
    };
    all += (all.empty() ? "" : " ") + i.series->summary + shown(i.start) + "/" + shown(i.end);
  }
  return all;
}
std::string expanded(const std::string& events) {
  return expanded(read_calendar(file(events)).value());
}

TEST(Calendar, ReadsTimesOfEveryKind) {
  const struct {
    const char* name;
    const char* lines;
    const char* expected;
  } cases[] = {
      {"utc", "DTSTART:20250106T090000Z\nDTEND:20250106T170000Z\n", "06T09/06T17"},
      {"zoned", "DTSTART;TZID=Europe/Berlin:20250106T090000\nDTEND;TZID=Europe/Berlin:20250106T170000\n",
       "06T08/06T16"},
      {"two zones", "DTSTART;TZID=Europe/Berlin:20250106T090000\nDTEND;TZID=Europe/London:20250106T170000\n",
       "06T08/06T17"},
      {"floating is utc", "DTSTART:20250106T090000\nDTEND:20250106T170000\n", "06T09/06T17"},
      {"a date without VALUE", "DTSTART:20250106\nDTEND:20250108\n", "06T00/08T00"},
      {"all day", "DTSTART;VALUE=DATE:20250106\nDTEND;VALUE=DATE:20250108\n", "06T00/08T00"},
      {"all day without end", "DTSTART;VALUE=DATE:20250107\n", "07T00/08T00"},
      {"duration", "DTSTART:20250106T090000Z\nDURATION:P1DT8H\n", "06T09/07T17"},
      {"no end", "DTSTART:20250106T090000Z\n", ""},
      {"ends before it starts", "DTSTART:20250106T090000Z\nDTEND:20250106T080000Z\n", ""},
      {"Windows name", "DTSTART;TZID=\"W. Europe Standard Time\":20250106T090000\nDURATION:PT8H\n",
       "06T08/06T16"},
      {"prefixed name", "DTSTART;TZID=/mozilla.org/20070129_1/Europe/Berlin:20250106T090000\nDURATION:PT8H\n",
       "06T08/06T16"},
      {"unknown zone is utc", "DTSTART;TZID=Mars/Base:20250106T090000\nDURATION:PT8H\n", "06T09/06T17"},
      {"lower case and folded", "dtstart;tzid=Europe/\n Berlin:202501\n 06T090000\nduration:PT8H\n",
       "06T08/06T16"},
      {"midnight as 24:00", "DTSTART:20250106T240000Z\nDURATION:PT1H\n", "07T00/07T01"},
  };
  for (const auto& c : cases) EXPECT_EQ(expanded(event(c.lines)), c.expected) << c.name;
}

TEST(Calendar, FollowsRulesAdditionsAndExceptions) {
  const std::string from_nine = "DTSTART:20250106T090000Z\nDURATION:PT1H\n";
  const struct {
    const char* name;
    std::string lines;
    const char* expected;
  } cases[] = {
      {"count", from_nine + "RRULE:FREQ=DAILY;COUNT=3\n", "06T09/06T10 07T09/07T10 08T09/08T10"},
      {"count of the rule, though the start does not match it",
       from_nine + "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2\n", "06T09/06T10 07T09/07T10 14T09/14T10"},
      {"until, inclusive", from_nine + "RRULE:FREQ=DAILY;UNTIL=20250108T090000Z\n",
       "06T09/06T10 07T09/07T10 08T09/08T10"},
      {"until before the start", from_nine + "RRULE:FREQ=DAILY;UNTIL=20250101T090000Z\n", ""},
      {"exception", from_nine + "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20250107T090000Z,20250108T090000Z\n",
       "06T09/06T10"},
      {"the start can be an exception", from_nine + "RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20250106T090000Z\n",
       "07T09/07T10"},
      {"addition", from_nine + "RDATE:20250109T090000Z,20250111T090000Z\n",
       "06T09/06T10 09T09/09T10 11T09/11T10"},
      {"addition with its own length", from_nine + "RDATE;VALUE=PERIOD:20250109T090000Z/PT2H\n",
       "06T09/06T10 09T09/09T11"},
      {"two rules are united", from_nine + "RRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=DAILY;INTERVAL=2;COUNT=2\n",
       "06T09/06T10 07T09/07T10 08T09/08T10"},
      {"cancelled", from_nine + "STATUS:CANCELLED\n", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(expanded(event(c.lines)), c.expected) << c.name;
}

TEST(Calendar, PutsReplacedInstancesInPlace) {
  const std::string daily =
      event("UID:a\nSUMMARY:a\nDTSTART:20250106T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\n");
  const auto replaced = [&](const std::string& lines) {
    return expanded(daily + event("UID:a\nSUMMARY:b\nDURATION:PT1H\n" + lines));
  };
  EXPECT_EQ(replaced("RECURRENCE-ID:20250107T090000Z\nDTSTART:20250107T120000Z\n"),
            "a06T09/06T10 b07T12/07T13 a08T09/08T10");
  EXPECT_EQ(replaced("RECURRENCE-ID;VALUE=DATE:20250107\nDTSTART:20250107T120000Z\n"),
            "a06T09/06T10 b07T12/07T13 a08T09/08T10");
  EXPECT_EQ(replaced("RECURRENCE-ID;TZID=Europe/Berlin:20250107T100000\nDTSTART:20250220T120000Z\n"),
            "a06T09/06T10 a08T09/08T10");
  EXPECT_EQ(replaced("RECURRENCE-ID:20250107T090000Z\nDTSTART:20250107T120000Z\nSTATUS:CANCELLED\n"),
            "a06T09/06T10 a08T09/08T10");
  EXPECT_EQ(replaced("RECURRENCE-ID:20240107T090000Z\nDTSTART:20250107T120000Z\n"),
            "a06T09/06T10 a07T09/07T10 b07T12/07T13 a08T09/08T10");
  EXPECT_EQ(
      expanded(daily + event("UID:a\nSUMMARY:b\nSEQUENCE:1\nDTSTART:20250107T090000Z\nDURATION:PT2H\n")),
      "a06T09/06T10 b07T09/07T11 a08T09/08T10");
  EXPECT_EQ(
      expanded(
          daily +
          event("UID:a\nSUMMARY:b\nRECURRENCE-ID:20250107T090000Z\nDTSTART:20250107T120000Z\nDURATION:PT1H\n"
                "SEQUENCE:1\n") +
          event("UID:a\nSUMMARY:c\nRECURRENCE-ID:20250107T090000Z\nDTSTART:20250107T140000Z\nDURATION:PT1H\n"
                "SEQUENCE:2\n")),
      "a06T09/06T10 c07T14/07T15 a08T09/08T10");
}

TEST(Calendar, ReadsZonesTheFileDefines) {
  const std::string zone =
      "BEGIN:VTIMEZONE\nTZID:Office\nBEGIN:STANDARD\nDTSTART:16011028T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:"
      "+0100\n"
      "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010325T020000\n"
      "TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:"
      "VTIMEZONE\n";
  // After the event that uses it, as some programs write it.
  const auto calendar = read_calendar(file(
      event("SUMMARY:a\nDTSTART;TZID=Office:20250106T090000\nDURATION:PT1H\nRRULE:FREQ=MONTHLY\n") + zone));
  ASSERT_TRUE(calendar);
  EXPECT_EQ(calendar.value().problem_count, 0U);
  EXPECT_EQ(expanded(calendar.value()), "a06T08/06T09");
  EXPECT_EQ(expanded(calendar.value(), "2025-07-01T00:00:00Z", "2025-08-01T00:00:00Z"), "a06T07/06T08");
}

TEST(Calendar, ReadsAroundWhatIsBroken) {
  const std::string good = event("SUMMARY:g\nUID:good\nDTSTART:20250106T090000Z\nDURATION:PT1H\n");
  const struct {
    const char* name;
    std::string text;
    const char* expected;
    int line;
    const char* problem;
  } cases[] = {
      {"a line that is no property",
       file(event("DTSTART:20250107T090000Z\nDURATION:PT1H\nwrongly folded\n") + good),
       "g06T09/06T10 07T09/07T10", 6, "wrongly folded"},
      {"a time that is none", file(event("DTSTART:tomorrow\n") + good), "g06T09/06T10", 4, "tomorrow"},
      {"a day that is none", file(event("DTSTART:20250230T000000Z\nDURATION:PT1H\n") + good), "g06T09/06T10",
       4, "DTSTART"},
      {"a rule that is none",
       file(event("DTSTART:20250107T090000Z\nDURATION:PT1H\nRRULE:FREQ=OFTEN\n") + good),
       "g06T09/06T10 07T09/07T10", 6, "FREQ=OFTEN"},
      {"END missing in the middle", file("BEGIN:VEVENT\nDTSTART:20250107T090000Z\nDURATION:PT1H\n" + good),
       "g06T09/06T10 07T09/07T10", 3, "END:VEVENT is missing"},
      {"the file ends inside an event",
       "BEGIN:VCALENDAR\n" + good + "BEGIN:VEVENT\nDTSTART:20250107T090000Z\nDURATION:PT1H\n", "g06T09/06T10",
       8, "the file ends inside this event"},
      {"an unknown zone",
       file(event("SUMMARY:z\nDTSTART;TZID=Mars/Base:20250107T090000\nDURATION:PT1H\n") + good),
       "g06T09/06T10 z07T09/07T10", 3, "unknown time zone 'Mars/Base'"},
      {"no length", file(event("DTSTART:20250107T090000Z\n") + good), "g06T09/06T10", 3, "no length"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto calendar = read_calendar(c.text);
    ASSERT_TRUE(calendar);
    std::string got = expanded(calendar.value());
    EXPECT_EQ(got, c.expected);
    ASSERT_FALSE(calendar.value().problems.empty());
    EXPECT_EQ(calendar.value().problems[0].line, c.line);
    EXPECT_NE(calendar.value().problems[0].text.find(c.problem), std::string::npos)
        << calendar.value().problems[0].text;
  }
}

TEST(Calendar, RefusesWhatIsNoCalendar) {
  EXPECT_FALSE(read_calendar(""));
  EXPECT_FALSE(read_calendar("<html>Not found</html>"));
  EXPECT_FALSE(read_calendar(event("DTSTART:20250107T090000Z\n")));
  EXPECT_FALSE(read_calendar("BEGIN:VCALENDAR\nCALSCALE:CHINESE\nEND:VCALENDAR\n"));
  EXPECT_FALSE(read_calendar(std::string(kMaxCalendarBytes + 1, ' ')));
  EXPECT_TRUE(
      read_calendar("\xEF\xBB\xBF"
                    "begin:vcalendar\r\ncalscale:gregorian\r\nend:vcalendar\r\n"));
}

TEST(Calendar, LeavesOutEverythingThatIsNoEvent) {
  EXPECT_EQ(expanded("BEGIN:VTODO\nDTSTART:20250107T090000Z\nDURATION:PT1H\nEND:VTODO\n" +
                     event("SUMMARY:a\nDTSTART:20250108T090000Z\nDURATION:PT1H\nBEGIN:VALARM\nTRIGGER:-PT5M\n"
                           "DURATION:PT9H\nSUMMARY:alarm\nEND:VALARM\n")),
            "a08T09/08T10");
}

TEST(Calendar, IsNotImpressedByNesting) {
  std::string deep = "BEGIN:VEVENT\nSUMMARY:a\nDTSTART:20250108T090000Z\nDURATION:PT1H\n";
  for (int i = 0; i < 500'000; ++i) deep += "BEGIN:A\n";
  for (int i = 0; i < 500'000; ++i) deep += "END:B\n";
  EXPECT_EQ(expanded(deep + "END:VEVENT\n"), "a08T09/08T10");
  EXPECT_EQ(
      expanded(
          "BEGIN:VEVENT\nSUMMARY:a\nEND:VALARM\nBEGIN:VALARM\nDTSTART:20250101T090000Z\nBEGIN:X\nEND:VALARM\n"
          "DTSTART:20250108T090000Z\nDURATION:PT1H\nEND:VEVENT\n"),
      "a08T09/08T10");
}

TEST(Calendar, IsBoundedInEvents) {
  std::string text = "BEGIN:VCALENDAR\n";
  for (int i = 0; i < 50'000; ++i) {
    text += event("UID:" + std::to_string(i) +
                  "\nDTSTART;TZID=Europe/Berlin:20200106T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY\n");
  }
  text += "END:VCALENDAR\n";
  const auto calendar = read_calendar(text);
  ASSERT_TRUE(calendar);
  EXPECT_EQ(calendar.value().series.size(), 50'000U);
  const Expansion found = expand(calendar.value(), utc("2025-01-01T00:00:00Z"), utc("2026-01-01T00:00:00Z"));
  EXPECT_TRUE(found.truncated);
  EXPECT_EQ(found.instances.size(), 20'000U);
}

TEST(Calendar, IsBoundedInTimeForRulesWithoutEnd) {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += event("UID:" + std::to_string(i) +
                  "\nDTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;INTERVAL=60;BYSECOND=30\n");
    text += event("UID:c" + std::to_string(i) +
                  "\nDTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;COUNT=2147483647\n");
  }
  const auto calendar = read_calendar(file(text));
  ASSERT_TRUE(calendar);
  EXPECT_GT(calendar.value().problem_count, 0U);
  EXPECT_TRUE(expand(calendar.value(), utc("2025-01-01T00:00:00Z"), utc("2026-01-01T00:00:00Z")).truncated);
}

TEST(Calendar, LeavesRoomForOthersBesideARuleThatIsTooMuch) {
  const auto calendar =
      read_calendar(file(event("UID:s\nDTSTART:20250101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY\n") +
                         event("UID:d\nDTSTART:20250101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\n")));
  ASSERT_TRUE(calendar);
  const Expansion found = expand(calendar.value(), utc("2025-01-01T00:00:00Z"), utc("2025-02-01T00:00:00Z"));
  EXPECT_TRUE(found.truncated);
  EXPECT_EQ(std::count_if(found.instances.begin(), found.instances.end(),
                          [](const Instance& instance) { return instance.series->uid == "d"; }),
            31);
}

TEST(Calendar, GivesOneRuleAllOfTheRoomWhileItIsEnough) {
  const auto calendar =
      read_calendar(file(event("UID:h\nDTSTART:20240101T000000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY\n") +
                         event("UID:i\nDTSTART:20240101T003000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY\n")));
  ASSERT_TRUE(calendar);
  const Expansion found = expand(calendar.value(), utc("2025-01-01T00:00:00Z"), utc("2026-01-01T00:00:00Z"));
  EXPECT_FALSE(found.truncated);
  EXPECT_GE(found.instances.size(), 2U * 365U * 24U);
}

// The seeds of fuzz/ical.cc and what it found.
TEST(Calendar, ReadsTheWholeFuzzCorpus) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TOCSIN_SOURCE_DIR "/fuzz/corpus/ical")) {
    SCOPED_TRACE(entry.path().filename());
    std::ifstream in(entry.path(), std::ios::binary);
    const auto calendar = read_calendar(std::string(std::istreambuf_iterator<char>(in), {}));
    if (calendar) {
      for (const Instance& i :
           expand(*calendar, utc("2025-01-01T00:00:00Z"), utc("2025-04-01T00:00:00Z")).instances) {
        EXPECT_LT(i.start, i.end);
      }
    }
    ++files;
  }
  EXPECT_GE(files, 9);
}

TEST(Writer, WritesWhatTheReaderReads) {
  PublishedCalendar calendar{"Core, night\nX-EVIL:1", {}};
  calendar.events.push_back({"O1-20250106090000-UA", "alice, the first", utc("2025-01-06T09:00:00Z"),
                             utc("2025-01-06T17:00:00Z"), utc("2025-01-01T00:00:00Z"), 1, false});
  calendar.events.push_back({"O2-20250107090000-UA", std::string(100, 'x'), utc("2025-01-07T09:00:00Z"),
                             utc("2025-01-07T17:00:00Z"), utc("2025-01-01T00:00:00Z"), 0, true});
  const std::string text = write_calendar(calendar);
  EXPECT_EQ(
      text,
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tocsin//On-call schedule//EN\r\nCALSCALE:GREGORIAN\r\n"
      "X-WR-CALNAME:Core, night\\nX-EVIL:1\r\nX-WR-TIMEZONE:UTC\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"
      "BEGIN:VEVENT\r\nSUMMARY:alice\\, the first\r\nDTSTART:20250106T090000Z\r\nDTEND:20250106T170000Z\r\n"
      "DTSTAMP:20250101T000000Z\r\nUID:O1-20250106090000-UA\r\nLAST-MODIFIED:20250101T000000Z\r\nPRIORITY:"
      "1\r\n"
      "END:VEVENT\r\n"
      "BEGIN:VEVENT\r\nSUMMARY:\r\n " +
          std::string(74, 'x') + "\r\n " + std::string(26, 'x') +
          "\r\nDTSTART:20250107T090000Z\r\nDTEND:20250107T090000Z\r\n"
          "DTSTAMP:20250101T000000Z\r\nUID:O2-20250107090000-UA\r\nLAST-MODIFIED:"
          "20250101T000000Z\r\nPRIORITY:0\r\n"
          "STATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  const auto read = read_calendar(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read.value().problem_count, 1U);  // the cancelled event has no length
  EXPECT_EQ(read.value().series[0].summary, "alice, the first");
  EXPECT_EQ(read.value().series[0].priority, 1);
  EXPECT_TRUE(read.value().series[1].cancelled);
}

}  // namespace
}  // namespace tocsin::ical
