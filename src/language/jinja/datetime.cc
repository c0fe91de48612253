#include "language/jinja/datetime.h"

#include <cmath>
#include <cstdio>

#include "language/jinja/bigint.h"

namespace tocsin::jinja {

const TimeZone kUtc{0, "UTC"};

const TimeZone* fixed_zone(State& state, std::int64_t offset_us) {
  return offset_us == 0 ? &kUtc : state.arena.make<TimeZone>(offset_us, std::string_view());
}

namespace {

constexpr std::int64_t kSecond = 1'000'000, kDay = 86400 * kSecond;
__extension__ typedef __int128 Wide;  // microseconds of the longest timedelta need more than 64 bits

bool leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : kDays[month - 1];
}

std::int64_t time_us(const DateTime& t) {
  return (t.hour * 3600LL + t.minute * 60LL + t.second) * kSecond + t.microsecond;
}

// Microseconds since 1970 of the civil time, offset not applied.
std::int64_t civil_us(const DateTime& t) {
  return days_from_civil(t.year, t.month, t.day) * kDay + time_us(t);
}
std::int64_t instant_us(const DateTime& t) {
  return civil_us(t) - (t.zone != nullptr ? t.zone->offset_us : 0);
}

DateTime from_civil_us(std::int64_t us, const TimeZone* zone) {
  std::int64_t days = us / kDay, rest = us % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  DateTime t = date_from_days(days);
  t.hour = static_cast<int>(rest / (3600 * kSecond));
  t.minute = static_cast<int>(rest / (60 * kSecond) % 60);
  t.second = static_cast<int>(rest / kSecond % 60);
  t.microsecond = static_cast<int>(rest % kSecond);
  t.zone = zone;
  return t;
}

Wide total_us(const TimeDelta& d) {
  return static_cast<Wide>(d.days) * kDay + d.seconds * kSecond + d.microseconds;
}
const TimeDelta& delta(Value v) {
  return *v.as<TimeDelta>();
}
const DateTime& moment(Value v) {
  return *v.as<DateTime>();
}

Value delta_from_us(State& state, Wide us) {
  Wide days = us / kDay, rest = us % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  if (days > 999999999 || days < -999999999) {
    const auto shown = static_cast<std::int64_t>(days > 0 ? std::min<Wide>(days, INT64_MAX)
                                                          : std::max<Wide>(days, INT64_MIN));
    raise(Fault::Overflow, "days=" + std::to_string(shown) + "; must have magnitude <= 999999999");
  }
  return Value::object(Type::TimeDelta, state.arena.make<TimeDelta>(static_cast<std::int64_t>(days),
                                                                    static_cast<int>(rest / kSecond),
                                                                    static_cast<int>(rest % kSecond)));
}

bool is_date_like(Value v) {
  return v.is(Type::DateTime) || v.is(Type::Date);
}

}  // namespace

// --- the calendar --------------------------------------------------------------------------------

std::int64_t days_from_civil(int year, int month, int day) {
  const std::int64_t y = year - (month <= 2);
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

DateTime date_from_days(std::int64_t days) {
  if (days < days_from_civil(1, 1, 1) || days > days_from_civil(9999, 12, 31))
    raise(Fault::Overflow, "date value out of range");
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  DateTime t;
  t.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  t.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  t.year = static_cast<int>(year_of_era + era * 400 + (t.month <= 2));
  return t;
}

bool valid_date(int year, int month, int day) {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
         day <= days_in_month(year, month);
}

int weekday(const DateTime& t) {
  const std::int64_t days = days_from_civil(t.year, t.month, t.day) + 3;  // 1970-01-01 was a Thursday
  return static_cast<int>((days % 7 + 7) % 7);
}

int day_of_year(const DateTime& t) {
  return static_cast<int>(days_from_civil(t.year, t.month, t.day) - days_from_civil(t.year, 1, 1)) + 1;
}

IsoWeek iso_week(const DateTime& t) {
  const int day = weekday(t) + 1;
  // The week belongs to the year that its Thursday is in.
  const std::int64_t thursday = days_from_civil(t.year, t.month, t.day) - day + 4;
  int year = t.year;
  if (thursday < days_from_civil(year, 1, 1)) --year;
  if (thursday >= days_from_civil(year + 1, 1, 1)) ++year;
  return {year, static_cast<int>((thursday - days_from_civil(year, 1, 1)) / 7) + 1, day};
}

// --- making --------------------------------------------------------------------------------------

Value make_datetime(State& state, const DateTime& t, Type type) {
  if (type != Type::Time) {
    if (t.year < 1 || t.year > 9999) value_error("year " + std::to_string(t.year) + " is out of range");
    if (t.month < 1 || t.month > 12) value_error("month must be in 1..12");
    if (t.day < 1 || t.day > days_in_month(t.year, t.month)) value_error("day is out of range for month");
  }
  if (t.hour < 0 || t.hour > 23) value_error("hour must be in 0..23");
  if (t.minute < 0 || t.minute > 59) value_error("minute must be in 0..59");
  if (t.second < 0 || t.second > 59) value_error("second must be in 0..59");
  if (t.microsecond < 0 || t.microsecond > 999999) value_error("microsecond must be in 0..999999");
  return Value::object(type, state.arena.make<DateTime>(t));
}

Value make_delta(State& state, std::int64_t days, std::int64_t seconds, std::int64_t microseconds) {
  return delta_from_us(state,
                       static_cast<Wide>(days) * kDay + static_cast<Wide>(seconds) * kSecond + microseconds);
}

Value utc_datetime(State& state, Instant at) {
  return make_datetime(state, from_civil_us(to_micros(at), &kUtc));
}

Value from_timestamp(State& state, Value number) {
  double seconds = 0;
  if (number.is(Type::Float)) {
    seconds = number.as_float();
    if (std::isnan(seconds)) value_error("cannot convert float NaN to integer");
    if (std::isinf(seconds)) raise(Fault::Overflow, "cannot convert float infinity to integer");
  } else {
    seconds = number_to_double(state, number);
  }
  if (std::abs(seconds) > 9.2e18) raise(Fault::Overflow, "timestamp out of range for platform time_t");
  if (seconds < -62135596800.0 || seconds >= 253402300800.0) {
    const double year = 1970 + std::floor(seconds / (365.2425 * 86400));
    value_error("year " + std::to_string(static_cast<std::int64_t>(year)) + " is out of range");
  }
  // Half a microsecond rounds to even, as Python does.
  const double whole = std::floor(seconds);
  const auto us = static_cast<std::int64_t>(whole) * kSecond +
                  static_cast<std::int64_t>(std::nearbyint((seconds - whole) * 1e6));
  return make_datetime(state, from_civil_us(us, nullptr));
}

double timestamp(const DateTime& t) {
  const std::int64_t us = instant_us(t);
  return static_cast<double>(us) / 1e6;
}

DateTime shifted(State&, const DateTime& t, const TimeZone* zone) {
  return from_civil_us(instant_us(t) + (zone != nullptr ? zone->offset_us : 0), zone);
}

// --- comparing -----------------------------------------------------------------------------------

std::int64_t hash_of_date(Value v) {
  if (v.is(Type::TimeDelta)) return static_cast<std::int64_t>(total_us(delta(v)));
  return v.is(Type::Time) ? time_us(moment(v)) : instant_us(moment(v));
}

bool is_zero_delta(Value v) {
  return total_us(delta(v)) == 0;
}

bool equal_dates(Value a, Value b) {
  if (a.is(Type::TimeZone)) return a.as<TimeZone>()->offset_us == b.as<TimeZone>()->offset_us;
  if (a.is(Type::TimeDelta)) return total_us(delta(a)) == total_us(delta(b));
  const bool both_naive_or_aware = (moment(a).zone == nullptr) == (moment(b).zone == nullptr);
  return both_naive_or_aware && hash_of_date(a) == hash_of_date(b);
}

std::optional<int> compare_dates(Value a, Value b) {
  const auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (a.is(Type::TimeDelta) && b.is(Type::TimeDelta)) return sign(total_us(delta(a)), total_us(delta(b)));
  const bool times = a.is(Type::Time) && b.is(Type::Time);
  if (!times && !(is_date_like(a) && is_date_like(b))) return std::nullopt;
  if (a.type() != b.type()) {
    const bool first = a.is(Type::DateTime);
    type_error(std::string("can't compare ") +
               (first ? "datetime.datetime to datetime.date" : "datetime.datetime to datetime.date"));
  }
  if ((moment(a).zone == nullptr) != (moment(b).zone == nullptr)) {
    type_error(std::string("can't compare offset-naive and offset-aware ") + (times ? "times" : "datetimes"));
  }
  return sign(hash_of_date(a), hash_of_date(b));
}

// --- arithmetic ----------------------------------------------------------------------------------

namespace {

Value move_by(State& state, Value date, Wide us) {
  if (date.is(Type::Date)) {
    Wide days = us / kDay;
    if (us % kDay < 0) --days;
    const DateTime& t = moment(date);
    return make_datetime(
        state, date_from_days(days_from_civil(t.year, t.month, t.day) + static_cast<std::int64_t>(days)),
        Type::Date);
  }
  const DateTime& t = moment(date);
  const Wide moved = civil_us(t) + us;
  if (moved > INT64_MAX || moved < INT64_MIN) raise(Fault::Overflow, "date value out of range");
  return make_datetime(state, from_civil_us(static_cast<std::int64_t>(moved), t.zone));
}

Value difference(State& state, Value a, Value b) {
  if (a.type() != b.type()) return {};
  if ((moment(a).zone == nullptr) != (moment(b).zone == nullptr)) {
    type_error("can't subtract offset-naive and offset-aware datetimes");
  }
  return delta_from_us(state, static_cast<Wide>(instant_us(moment(a))) - instant_us(moment(b)));
}

Wide round_half_even(double number) {
  if (!(std::abs(number) < 1e25))
    raise(Fault::Overflow, "days=999999999999; must have magnitude <= 999999999");
  return static_cast<Wide>(std::nearbyint(number));
}

Value scale(State& state, Value d, Value factor) {
  if (factor.is(Type::Float))
    return delta_from_us(state, round_half_even(static_cast<double>(total_us(delta(d))) * factor.as_float()));
  if (!factor.small_int()) raise(Fault::Overflow, "Python int too large to convert to C int");
  const Wide us = total_us(delta(d));
  if (std::abs(static_cast<double>(us) * static_cast<double>(factor.as_int())) > 1e25) {
    raise(Fault::Overflow, "days=999999999999; must have magnitude <= 999999999");
  }
  return delta_from_us(state, us * factor.as_int());
}

Wide floor_div(Wide a, Wide b) {
  const Wide quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

Value divide(State& state, BinaryOp op, Value a, Value b) {
  const Wide us = total_us(delta(a));
  if (b.is(Type::TimeDelta)) {
    const Wide other = total_us(delta(b));
    if (other == 0)
      raise(Fault::ZeroDivision,
            op == BinaryOp::Divide ? "division by zero" : "integer division or modulo by zero");
    if (op == BinaryOp::Divide) return Value::real(static_cast<double>(us) / static_cast<double>(other));
    if (op == BinaryOp::FloorDivide)
      return big::from_double(state, static_cast<double>(floor_div(us, other)));
    return delta_from_us(state, us - floor_div(us, other) * other);
  }
  if (op == BinaryOp::Modulo) return {};
  if (b.is(Type::Float) && op == BinaryOp::Divide) {
    if (b.as_float() == 0) raise(Fault::ZeroDivision, "float division by zero");
    return delta_from_us(state, round_half_even(static_cast<double>(us) / b.as_float()));
  }
  if (!b.small_int()) return {};
  const std::int64_t n = b.as_int();
  if (n == 0)
    raise(Fault::ZeroDivision,
          op == BinaryOp::Divide ? "division by zero" : "integer division or modulo by zero");
  if (op == BinaryOp::FloorDivide) return delta_from_us(state, floor_div(us, n));
  Wide quotient = floor_div(us, n);
  const Wide twice = 2 * (us - quotient * n), divisor = n;
  const Wide magnitude = divisor < 0 ? -divisor : divisor, excess = twice < 0 ? -twice : twice;
  if (excess > magnitude || (excess == magnitude && quotient % 2 != 0)) ++quotient;
  return delta_from_us(state, quotient);
}

}  // namespace

Value date_arithmetic(State& state, BinaryOp op, Value a, Value b) {
  const bool left = a.is(Type::TimeDelta), right = b.is(Type::TimeDelta);
  switch (op) {
    case BinaryOp::Add:
      if (left && right) return delta_from_us(state, total_us(delta(a)) + total_us(delta(b)));
      if (is_date_like(a) && right) return move_by(state, a, total_us(delta(b)));
      return left && is_date_like(b) ? move_by(state, b, total_us(delta(a))) : Value();
    case BinaryOp::Subtract:
      if (left && right) return delta_from_us(state, total_us(delta(a)) - total_us(delta(b)));
      if (is_date_like(a) && right) return move_by(state, a, -total_us(delta(b)));
      return is_date_like(a) && is_date_like(b) ? difference(state, a, b) : Value();
    case BinaryOp::Multiply:
      if (left && b.number()) return scale(state, a, b);
      return right && a.number() ? scale(state, b, a) : Value();
    case BinaryOp::Divide:
    case BinaryOp::FloorDivide:
    case BinaryOp::Modulo:
      return left ? divide(state, op, a, b) : Value();
    case BinaryOp::Power:
      return {};
  }
  return {};
}

Value negate_delta(State& state, Value v) {
  return delta_from_us(state, -total_us(delta(v)));
}
Value absolute_delta(State& state, Value v) {
  return total_us(delta(v)) < 0 ? negate_delta(state, v) : v;
}

}  // namespace tocsin::jinja
