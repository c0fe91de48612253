#include "language/timezone/zone.h"

#include "language/timezone/zone_file.h"

#include <gtest/gtest.h>

namespace tocsin::timezone {
namespace {

using namespace std::chrono_literals;

Instant utc(const char* text) {
  return parse_iso(text).value();
}
Wall wall(const char* text) {
  return Wall{std::chrono::floor<std::chrono::seconds>(utc(text)).time_since_epoch()};
}

TEST(Zone, MapsEveryKindOfReadingByTheOneRule) {
  const struct {
    const char* name;
    const char* zone;
    const char* wall;
    Reading reading;
    const char* instant;
  } cases[] = {
      {"winter", "America/New_York", "2025-01-06T09:00:00", Reading::Unique, "2025-01-06T14:00:00Z"},
      {"summer", "America/New_York", "2025-07-06T09:00:00", Reading::Unique, "2025-07-06T13:00:00Z"},
      {"last second before the gap", "America/New_York", "2025-03-09T01:59:59", Reading::Unique,
       "2025-03-09T06:59:59Z"},
      {"gap begins", "America/New_York", "2025-03-09T02:00:00", Reading::Skipped, "2025-03-09T07:00:00Z"},
      {"inside the gap", "America/New_York", "2025-03-09T02:30:00", Reading::Skipped, "2025-03-09T07:00:00Z"},
      {"gap ends", "America/New_York", "2025-03-09T03:00:00", Reading::Unique, "2025-03-09T07:00:00Z"},
      {"fold begins", "America/New_York", "2025-11-02T01:00:00", Reading::Repeated, "2025-11-02T06:00:00Z"},
      {"inside the fold", "America/New_York", "2025-11-02T01:30:00", Reading::Repeated,
       "2025-11-02T06:30:00Z"},
      {"fold ends", "America/New_York", "2025-11-02T02:00:00", Reading::Unique, "2025-11-02T07:00:00Z"},
      {"half an hour of summer time", "Australia/Lord_Howe", "2025-04-06T01:45:00", Reading::Repeated,
       "2025-04-05T15:15:00Z"},
      {"a whole day left out", "Pacific/Apia", "2011-12-30T12:00:00", Reading::Skipped,
       "2011-12-30T10:00:00Z"},
      {"beyond the tables", "Europe/Berlin", "2093-07-01T12:00:00", Reading::Unique, "2093-07-01T10:00:00Z"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto zone = Zone::find(c.zone);
    ASSERT_TRUE(zone);
    EXPECT_EQ(zone->candidates(wall(c.wall)).reading, c.reading);
    EXPECT_EQ(to_iso(zone->instant(wall(c.wall))), c.instant);
  }
}

TEST(Zone, ReadsTheClockOnTheWall) {
  const Local local = Zone::find("Asia/Kathmandu")->local(utc("2025-01-06T00:00:00.750000Z"));
  EXPECT_EQ(local.wall, wall("2025-01-06T05:45:00"));
  EXPECT_EQ(local.offset, 5h + 45min);
  EXPECT_EQ(Zone::find("Europe/Riga")->local(utc("2025-07-01T00:00:00Z")).abbreviation, "EEST");
  EXPECT_EQ(Zone{}.local(utc("2025-07-01T00:00:00Z")).abbreviation, "UTC");
  EXPECT_EQ(Zone::find("America/New_York")->wall(utc("1969-12-31T23:59:59.500000Z")),
            wall("1969-12-31T18:59:59"));
}

TEST(Zone, KnowsOnlyNamesOfTheDatabase) {
  for (const char* name :
       {"Europe/Riga", "UTC", "Etc/GMT+5", "America/Argentina/Buenos_Aires", "EST5EDT", "GMT"}) {
    EXPECT_TRUE(Zone::find(name)) << name;
  }
  for (const char* name : {"", "Mars/Base", "/etc/passwd", "../etc/passwd", "Europe/../UTC", "localtime",
                           "libc:localtime", "posix/UTC", "right/UTC", "Fixed/UTC+01:00:00", "europe/riga",
                           "Europe", "Europe/", "Europe//Riga", "Europe/Riga ", "tzdata.zi"}) {
    EXPECT_FALSE(Zone::find(name)) << name;
  }
}

TEST(Zone, ATableWithTheSameChangesReadsLikeTheDatabase) {
  const Zone iana = *Zone::find("America/New_York");
  const Zone table = Zone::custom("New York by hand", -5h,
                                  {{utc("2025-03-09T07:00:00Z"), -4h, "EDT"},
                                   {utc("2025-11-02T06:00:00Z"), -5h, "EST"},
                                   {utc("2026-03-08T07:00:00Z"), -4h, "EDT"}});
  for (Wall at = wall("2025-01-01T00:00:00"); at < wall("2026-10-01T00:00:00"); at += 17min) {
    const Candidates a = iana.candidates(at);
    const Candidates b = table.candidates(at);
    ASSERT_EQ(a.reading, b.reading) << at.time_since_epoch().count();
    ASSERT_EQ(iana.instant(at), table.instant(at));
    if (a.reading != Reading::Unique) {
      ASSERT_EQ(a.before, b.before);
      ASSERT_EQ(a.after, b.after);
    }
    ASSERT_EQ(iana.wall(iana.instant(at)), table.wall(table.instant(at)));
  }
}

TEST(Zone, NeverRunsBackwardsWhenTheWallRunsForward) {
  for (const char* name :
       {"America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Europe/Dublin"}) {
    const Zone zone = *Zone::find(name);
    Instant last = zone.instant(wall("2009-12-31T00:00:00"));
    for (Wall at = wall("2010-01-01T00:00:00"); at < wall("2014-01-01T00:00:00"); at += 10min) {
      const Instant now = zone.instant(at);
      ASSERT_LE(last, now) << name << " " << to_iso(now);
      last = now;
    }
  }
}

TEST(WindowsNames, StandForIanaZonesThatExist) {
  EXPECT_EQ(iana_name_of_windows("W. Europe Standard Time"), "Europe/Berlin");
  EXPECT_EQ(iana_name_of_windows("Eastern Standard Time"), "America/New_York");
  EXPECT_EQ(iana_name_of_windows("Europe/Berlin"), std::nullopt);
  for (const char* name : {"Tokyo Standard Time", "Yukon Standard Time", "AUS Central Standard Time"}) {
    const auto iana = iana_name_of_windows(name);
    ASSERT_TRUE(iana) << name;
    EXPECT_TRUE(Zone::find(*iana)) << *iana;
  }
}

TEST(ZoneFile, OnlyFilesOfTheDatabaseCount) {
  for (const char* name : {"Europe/Berlin", "UTC", "America/Argentina/Ushuaia"})
    EXPECT_TRUE(has_zone_file(name)) << name;
  for (const char* name : {"Europe", "Mars/Base", "zone.tab", "europe/berlin", ""})
    EXPECT_FALSE(has_zone_file(name)) << name;
}

}  // namespace
}  // namespace tocsin::timezone
