// Attributes and methods of datetime, date, time and timedelta.
#include "language/jinja/attributes.h"
#include "language/jinja/datetime.h"
#include "language/jinja/operators.h"

namespace tocsin::jinja {
namespace {

const DateTime& moment(const Value* p) {
  return *p[0].as<DateTime>();
}
const TimeDelta& delta(const Value* p) {
  return *p[0].as<TimeDelta>();
}

template <int DateTime::*Field>
Value field(State&, const Value* p) {
  return Value::integer(moment(p).*Field);
}

Value tzinfo(State&, const Value* p) {
  const TimeZone* zone = moment(p).zone;
  return zone != nullptr ? Value::object(Type::TimeZone, zone) : Value::none();
}

Value fold(State&, const Value*) {
  return Value::integer(0);
}

Value date(State& state, const Value* p) {
  DateTime t = moment(p);
  t.hour = t.minute = t.second = t.microsecond = 0;
  t.zone = nullptr;
  return make_datetime(state, t, Type::Date);
}

Value clock(State& state, DateTime t, bool keep_zone) {
  t.year = 1900;
  t.month = t.day = 1;
  if (!keep_zone) t.zone = nullptr;
  return make_datetime(state, t, Type::Time);
}
Value time(State& state, const Value* p) {
  return clock(state, moment(p), false);
}
Value timetz(State& state, const Value* p) {
  return clock(state, moment(p), true);
}

int replaced(State& state, Value v, int old) {
  if (v.missing()) return old;
  const std::int64_t value = index_argument(state, v);
  return value < -1 || value > 1'000'000 ? -1 : static_cast<int>(value);
}

void replace_zone(DateTime& t, Value v) {
  if (v.missing()) return;
  if (!v.none_type() && !v.is(Type::TimeZone)) {
    type_error("tzinfo argument must be None or of a tzinfo subclass, not type '" +
               std::string(short_type_name(v)) + "'");
  }
  t.zone = v.none_type() ? nullptr : v.as<TimeZone>();
}

Value replace_datetime(State& state, const Value* p) {
  DateTime t = moment(p);
  t.year = replaced(state, p[1], t.year);
  t.month = replaced(state, p[2], t.month);
  t.day = replaced(state, p[3], t.day);
  t.hour = replaced(state, p[4], t.hour);
  t.minute = replaced(state, p[5], t.minute);
  t.second = replaced(state, p[6], t.second);
  t.microsecond = replaced(state, p[7], t.microsecond);
  replace_zone(t, p[8]);
  return make_datetime(state, t);
}

Value replace_date(State& state, const Value* p) {
  DateTime t = moment(p);
  t.year = replaced(state, p[1], t.year);
  t.month = replaced(state, p[2], t.month);
  t.day = replaced(state, p[3], t.day);
  return make_datetime(state, t, Type::Date);
}

Value replace_time(State& state, const Value* p) {
  DateTime t = moment(p);
  t.hour = replaced(state, p[1], t.hour);
  t.minute = replaced(state, p[2], t.minute);
  t.second = replaced(state, p[3], t.second);
  t.microsecond = replaced(state, p[4], t.microsecond);
  replace_zone(t, p[5]);
  return make_datetime(state, t, Type::Time);
}

Value astimezone(State& state, const Value* p) {
  if (!p[1].missing() && !p[1].none_type() && !p[1].is(Type::TimeZone)) {
    type_error("tzinfo argument must be None or of a tzinfo subclass, not type '" +
               std::string(short_type_name(p[1])) + "'");
  }
  const TimeZone* zone = p[1].is(Type::TimeZone) ? p[1].as<TimeZone>() : &kUtc;
  return make_datetime(state, shifted(state, moment(p), zone));
}

Value isoformat_full(State& state, const Value* p) {
  char separator = 'T';
  if (!p[1].missing()) {
    const std::string_view sep = text_argument(p[1], "isoformat() argument 1");
    if (sep.size() != 1) type_error("isoformat() argument 1 must be a unicode character, not str");
    separator = sep[0];
  }
  const std::string_view spec = p[2].missing() ? "auto" : text_argument(p[2], "isoformat() argument 2");
  if (spec != "auto" && spec != "hours" && spec != "minutes" && spec != "seconds" && spec != "milliseconds" &&
      spec != "microseconds") {
    value_error("Unknown timespec value");
  }
  return state.text(isoformat(p[0], separator, spec));
}
Value isoformat_date(State& state, const Value* p) {
  return state.text(isoformat(p[0]));
}
Value isoformat_time(State& state, const Value* p) {
  return state.text(
      isoformat(p[0], 'T', p[1].missing() ? "auto" : text_argument(p[1], "isoformat() argument 1")));
}

Value strftime_method(State& state, const Value* p) {
  return state.text(strftime(state, moment(p), text_argument(p[1], "strftime() argument 1")));
}

Value timestamp_method(State&, const Value* p) {
  return Value::real(timestamp(moment(p)));
}
Value weekday_method(State&, const Value* p) {
  return Value::integer(weekday(moment(p)));
}
Value isoweekday(State&, const Value* p) {
  return Value::integer(weekday(moment(p)) + 1);
}
Value toordinal(State&, const Value* p) {
  const DateTime& t = moment(p);
  return Value::integer(days_from_civil(t.year, t.month, t.day) - days_from_civil(1, 1, 1) + 1);
}

Value isocalendar(State& state, const Value* p) {
  const IsoWeek week = iso_week(moment(p));
  return state.tuple({Value::integer(week.year), Value::integer(week.week), Value::integer(week.day)});
}

Value utcoffset(State& state, const Value* p) {
  const TimeZone* zone = moment(p).zone;
  return zone != nullptr ? make_delta(state, 0, 0, zone->offset_us) : Value::none();
}
Value dst(State&, const Value*) {
  return Value::none();
}

Value tzname(State& state, const Value* p) {
  const TimeZone* zone = moment(p).zone;
  return zone != nullptr ? state.text(zone_name(*zone)) : Value::none();
}

// A plain tuple of struct_time's nine fields.
Value timetuple(State& state, const Value* p) {
  const DateTime& t = moment(p);
  const auto n = [](std::int64_t i) { return Value::integer(i); };
  return state.tuple({n(t.year), n(t.month), n(t.day), n(t.hour), n(t.minute), n(t.second), n(weekday(t)),
                      n(day_of_year(t)), n(-1)});
}

Value ctime(State& state, const Value* p) {
  return state.text(strftime(state, moment(p), "%a %b %e %H:%M:%S %Y"));
}

Value days(State&, const Value* p) {
  return Value::integer(delta(p).days);
}
Value seconds(State&, const Value* p) {
  return Value::integer(delta(p).seconds);
}
Value microseconds(State&, const Value* p) {
  return Value::integer(delta(p).microseconds);
}
Value total_seconds(State&, const Value* p) {
  const TimeDelta& d = delta(p);
  const double whole = static_cast<double>(d.days) * 86400 + d.seconds;
  // One division, as Python does it: (days * 86400 + seconds) * 10**6 + microseconds over 10**6.
  return Value::real(d.microseconds == 0 ? whole : (whole * 1e6 + d.microseconds) / 1e6);
}

constexpr MethodInfo property(MethodType type, std::string_view name, Builtin::Fixed function) {
  return {type, true, {.name = name, .python_name = name, .parameters = "", .fixed = function}};
}
constexpr MethodInfo method(MethodType type, std::string_view name, Builtin::Fixed function,
                            std::string_view parameters = "", std::uint8_t required = 0) {
  return {
      type,
      false,
      {.name = name, .python_name = name, .parameters = parameters, .required = required, .fixed = function}};
}

constexpr auto kDt = MethodType::DateTime;
constexpr auto kDate = MethodType::Date;
constexpr auto kTime = MethodType::Time;
constexpr auto kDelta = MethodType::TimeDelta;

constexpr MethodInfo kMethods[] = {
    property(kDt, "year", field<&DateTime::year>),
    property(kDt, "month", field<&DateTime::month>),
    property(kDt, "day", field<&DateTime::day>),
    property(kDt, "hour", field<&DateTime::hour>),
    property(kDt, "minute", field<&DateTime::minute>),
    property(kDt, "second", field<&DateTime::second>),
    property(kDt, "microsecond", field<&DateTime::microsecond>),
    property(kDt, "tzinfo", tzinfo),
    property(kDt, "fold", fold),
    method(kDt, "date", date),
    method(kDt, "time", time),
    method(kDt, "timetz", timetz),
    method(kDt, "replace", replace_datetime, "year month day hour minute second microsecond tzinfo"),
    method(kDt, "astimezone", astimezone, "tz"),
    method(kDt, "isoformat", isoformat_full, "sep timespec"),
    method(kDt, "strftime", strftime_method, "format", 1),
    method(kDt, "timestamp", timestamp_method),
    method(kDt, "weekday", weekday_method),
    method(kDt, "isoweekday", isoweekday),
    method(kDt, "isocalendar", isocalendar),
    method(kDt, "utcoffset", utcoffset),
    method(kDt, "dst", dst),
    method(kDt, "tzname", tzname),
    method(kDt, "timetuple", timetuple),
    method(kDt, "toordinal", toordinal),
    method(kDt, "ctime", ctime),
    property(kDate, "year", field<&DateTime::year>),
    property(kDate, "month", field<&DateTime::month>),
    property(kDate, "day", field<&DateTime::day>),
    method(kDate, "replace", replace_date, "year month day"),
    method(kDate, "isoformat", isoformat_date),
    method(kDate, "strftime", strftime_method, "format", 1),
    method(kDate, "weekday", weekday_method),
    method(kDate, "isoweekday", isoweekday),
    method(kDate, "isocalendar", isocalendar),
    method(kDate, "timetuple", timetuple),
    method(kDate, "toordinal", toordinal),
    method(kDate, "ctime", ctime),
    property(kTime, "hour", field<&DateTime::hour>),
    property(kTime, "minute", field<&DateTime::minute>),
    property(kTime, "second", field<&DateTime::second>),
    property(kTime, "microsecond", field<&DateTime::microsecond>),
    property(kTime, "tzinfo", tzinfo),
    property(kTime, "fold", fold),
    method(kTime, "replace", replace_time, "hour minute second microsecond tzinfo"),
    method(kTime, "isoformat", isoformat_time, "timespec"),
    method(kTime, "strftime", strftime_method, "format", 1),
    method(kTime, "utcoffset", utcoffset),
    method(kTime, "dst", dst),
    method(kTime, "tzname", tzname),
    property(kDelta, "days", days),
    property(kDelta, "seconds", seconds),
    property(kDelta, "microseconds", microseconds),
    method(kDelta, "total_seconds", total_seconds),
};

}  // namespace

std::span<const MethodInfo> date_methods() {
  return kMethods;
}

}  // namespace tocsin::jinja
