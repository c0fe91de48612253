// Python's datetime, date, time, timedelta and timezone, as far as templates reach them.
//
// Days are proleptic Gregorian, years 1 to 9999; no clock and no zone database are read here, except
// in_zone(), which asks cctz. The process zone is UTC, as in OnCall's containers.
#pragma once

#include <optional>
#include <string>

#include "base/instant.h"
#include "language/jinja/operators.h"

namespace tocsin::jinja {

struct TimeZone {
  std::int64_t offset_us;
  std::string_view name;  // what %Z prints; empty: "UTC+03:00" from the offset
};
extern const TimeZone kUtc;
// UTC itself when there is no offset.
const TimeZone* fixed_zone(State& state, std::int64_t offset_us);

// Also a date (time zero) and a time (date 1900-01-01, unused), by the Value's type.
struct DateTime {
  int year = 1900, month = 1, day = 1;
  int hour = 0, minute = 0, second = 0, microsecond = 0;
  const TimeZone* zone = nullptr;  // null: naive
};

struct TimeDelta {
  std::int64_t days;
  int seconds;  // 0..86399
  int microseconds;
};

std::int64_t hash_of_date(Value v);
bool is_zero_delta(Value v);
bool equal_dates(Value a, Value b);
// nullopt when the two are not dates of one kind; raises TypeError for naive against aware.
std::optional<int> compare_dates(Value a, Value b);
// Missing when neither is a date or the operator does not apply.
Value date_arithmetic(State& state, BinaryOp op, Value a, Value b);
Value negate_delta(State& state, Value v);
Value absolute_delta(State& state, Value v);

void append_date_str(std::string& out, Value v);
void append_date_repr(std::string& out, Value v);
std::string isoformat(Value v, char separator = 'T', std::string_view timespec = "auto");
std::string zone_name(const TimeZone& zone);

// Raises ValueError for fields out of range.
Value make_datetime(State& state, const DateTime& fields, Type type = Type::DateTime);
Value make_delta(State& state, std::int64_t days, std::int64_t seconds, std::int64_t microseconds);
Value utc_datetime(State& state, Instant at);
// datetime.fromtimestamp(number): naive. Raises ValueError when the year is out of range.
Value from_timestamp(State& state, Value number);
// Seconds since 1970, naive taken as UTC.
double timestamp(const DateTime& t);
// Days since 1970-01-01 and back.
std::int64_t days_from_civil(int year, int month, int day);
int weekday(const DateTime& t);  // Monday is 0
int day_of_year(const DateTime& t);
struct IsoWeek {
  int year, week, day;
};
IsoWeek iso_week(const DateTime& t);
bool valid_date(int year, int month, int day);
DateTime date_from_days(std::int64_t days);

// The same moment in another zone. Naive input is taken as UTC.
DateTime shifted(State& state, const DateTime& t, const TimeZone* zone);
// In an IANA zone, named without regard to case; nullptr when there is no such zone.
const DateTime* in_zone(State& state, const DateTime& t, std::string_view zone_name);

std::string strftime(State& state, const DateTime& t, std::string_view format);
// Missing when the text does not fit the format. Raises ValueError for formats that Python refuses.
Value strptime(State& state, std::string_view text, std::string_view format);
// Django's parse_datetime: Missing when malformed; raises ValueError for impossible dates.
Value parse_iso8601(State& state, std::string_view text);

}  // namespace tocsin::jinja
