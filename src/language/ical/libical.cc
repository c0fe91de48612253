// The only file that knows libical. Reading: one component into a RawComponent. Writing: a PublishedCalendar.
#include <libical/ical.h>

#include <array>
#include <memory>

#include "language/ical/component.h"
#include "language/ical/write.h"

namespace tocsin::ical {
namespace {

using std::chrono::seconds;

struct ComponentFree {
  void operator()(icalcomponent* c) const { icalcomponent_free(c); }
};
using Component = std::unique_ptr<icalcomponent, ComponentFree>;

struct TextFree {
  void operator()(char* text) const { icalmemory_free_buffer(text); }
};
using Text = std::unique_ptr<char, TextFree>;

std::string own(char* text) {
  const Text holder(text);
  return text == nullptr ? std::string() : std::string(text);
}

// Reading
// -----------------------------------------------------------------------------------------------------

std::optional<Wall> wall_of(const icaltimetype& time) {
  using namespace std::chrono;
  if (time.year < 1 || time.year > 9999 || time.month < 1 || time.month > 12 || time.day < 1)
    return std::nullopt;
  const year_month_day date =
      year{time.year} / static_cast<unsigned>(time.month) / static_cast<unsigned>(time.day);
  if (!date.ok()) return std::nullopt;
  if (time.is_date != 0) return Wall{local_days{date}};
  if (time.hour < 0 || time.hour > 24 || time.minute < 0 || time.minute > 59 || time.second < 0 ||
      time.second > 60) {
    return std::nullopt;
  }
  return local_days{date} + hours{time.hour} + minutes{time.minute} + seconds{std::min(time.second, 59)};
}

std::optional<RawTime> read_time(const icaltimetype& time, const std::string& zone) {
  const auto wall = wall_of(time);
  if (!wall) return std::nullopt;
  return RawTime{*wall, time.is_date != 0, icaltime_is_utc(time) != 0, zone};
}

seconds read_duration(const icaldurationtype& d) {
  const seconds length = std::chrono::weeks{d.weeks} + std::chrono::days{d.days} +
                         std::chrono::hours{d.hours} + std::chrono::minutes{d.minutes} + seconds{d.seconds};
  return d.is_neg != 0 ? -length : length;
}

std::chrono::weekday read_weekday(icalrecurrencetype_weekday day) {
  if (day == ICAL_NO_WEEKDAY) return std::chrono::Monday;
  return std::chrono::weekday{static_cast<unsigned>(day) - ICAL_SUNDAY_WEEKDAY};
}

Frequency read_frequency(icalrecurrencetype_frequency frequency) {
  switch (frequency) {
    case ICAL_SECONDLY_RECURRENCE:
      return Frequency::Secondly;
    case ICAL_MINUTELY_RECURRENCE:
      return Frequency::Minutely;
    case ICAL_HOURLY_RECURRENCE:
      return Frequency::Hourly;
    case ICAL_WEEKLY_RECURRENCE:
      return Frequency::Weekly;
    case ICAL_MONTHLY_RECURRENCE:
      return Frequency::Monthly;
    case ICAL_YEARLY_RECURRENCE:
      return Frequency::Yearly;
    case ICAL_DAILY_RECURRENCE:
    case ICAL_NO_RECURRENCE:
      break;
  }
  return Frequency::Daily;
}

std::vector<int> read_list(const short* list, std::size_t size) {
  std::vector<int> values;
  for (std::size_t i = 0; i < size && list[i] != ICAL_RECURRENCE_ARRAY_MAX; ++i) values.push_back(list[i]);
  return values;
}

RawRule read_rule(const icalrecurrencetype& from) {
  RawRule to;
  Recurrence& rule = to.rule;
  rule.frequency = read_frequency(from.freq);
  rule.interval = std::max<short>(1, from.interval);
  rule.week_start = read_weekday(from.week_start);
  for (const int day : read_list(from.by_day, ICAL_BY_DAY_SIZE)) {
    const auto code = static_cast<short>(day);
    rule.by_day.push_back(
        {read_weekday(icalrecurrencetype_day_day_of_week(code)), icalrecurrencetype_day_position(code)});
  }
  for (const int month : read_list(from.by_month, ICAL_BY_MONTH_SIZE)) {
    rule.by_month.push_back(icalrecurrencetype_month_month(static_cast<short>(month)));
  }
  rule.by_monthday = read_list(from.by_month_day, ICAL_BY_MONTHDAY_SIZE);
  rule.by_yearday = read_list(from.by_year_day, ICAL_BY_YEARDAY_SIZE);
  rule.by_weekno = read_list(from.by_week_no, ICAL_BY_WEEKNO_SIZE);
  rule.by_hour = read_list(from.by_hour, ICAL_BY_HOUR_SIZE);
  rule.by_minute = read_list(from.by_minute, ICAL_BY_MINUTE_SIZE);
  rule.by_second = read_list(from.by_second, ICAL_BY_SECOND_SIZE);
  rule.by_setpos = read_list(from.by_set_pos, ICAL_BY_SETPOS_SIZE);
  if (from.count > 0) to.count = from.count;
  if (icaltime_is_null_time(from.until) == 0) to.until = read_time(from.until, {});
  return to;
}

std::string zone_of(icalproperty* property) {
  icalparameter* zone = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
  const char* name = zone == nullptr ? nullptr : icalparameter_get_tzid(zone);
  return name == nullptr ? std::string() : std::string(name);
}

std::optional<RawPeriod> read_period(const icalperiodtype& period, const std::string& zone) {
  const auto start = read_time(period.start, zone);
  if (!start) return std::nullopt;
  RawPeriod out{*start, std::nullopt, read_duration(period.duration)};
  if (icaltime_is_null_time(period.end) == 0) out.end = read_time(period.end, zone);
  return out;
}

// False when the value is not what RFC 5545 allows though libical let it pass.
bool read_value(icalproperty* property, icalvalue* value, RawProperty& out) {
  const std::string zone = zone_of(property);
  switch (icalvalue_isa(value)) {
    case ICAL_DATE_VALUE:
    case ICAL_DATETIME_VALUE:
    case ICAL_DATETIMEDATE_VALUE: {
      const auto time = read_time(icalvalue_get_datetimedate(value), zone);
      if (time) out.value = *time;
      return time.has_value();
    }
    case ICAL_DATETIMEPERIOD_VALUE:
    case ICAL_PERIOD_VALUE: {
      const icaldatetimeperiodtype both = icalvalue_get_datetimeperiod(value);
      if (icaltime_is_null_time(both.time) == 0) {
        const auto time = read_time(both.time, zone);
        if (time) out.value = *time;
        return time.has_value();
      }
      const auto period = read_period(both.period, zone);
      if (period) out.value = *period;
      return period.has_value();
    }
    case ICAL_RECUR_VALUE:
      out.value = read_rule(icalvalue_get_recur(value));
      return true;
    case ICAL_DURATION_VALUE:
      out.value = read_duration(icalvalue_get_duration(value));
      return true;
    case ICAL_INTEGER_VALUE:
      out.value = static_cast<std::int64_t>(icalvalue_get_integer(value));
      return true;
    case ICAL_UTCOFFSET_VALUE:
      out.value = seconds{icalvalue_get_utcoffset(value)};
      return true;
    case ICAL_TEXT_VALUE: {
      const char* text = icalvalue_get_text(value);
      out.value = text == nullptr ? std::string() : std::string(text);
      return true;
    }
    default:
      out.value = own(icalvalue_as_ical_string_r(value));
      return true;
  }
}

RawComponent read_component(icalcomponent* from, int depth) {
  RawComponent to;
  const char* kind =
      icalcomponent_kind_to_string(icalcomponent_isa(from));  // null for kinds unknown to libical
  if (kind != nullptr) to.name = kind;
  for (icalproperty* p = icalcomponent_get_first_property(from, ICAL_ANY_PROPERTY); p != nullptr;
       p = icalcomponent_get_next_property(from, ICAL_ANY_PROPERTY)) {
    icalvalue* value = icalproperty_get_value(p);
    if (icalproperty_isa(p) == ICAL_XLICERROR_PROPERTY) {
      const char* text = icalproperty_get_xlicerror(p);
      to.faults.emplace_back(text == nullptr ? "unreadable line" : text);
      continue;
    }
    const char* name = icalproperty_get_property_name(p);
    if (value == nullptr || name == nullptr) continue;
    RawProperty property{name, {}};
    if (read_value(p, value, property)) {
      to.properties.push_back(std::move(property));
    } else {
      to.faults.push_back(std::string("no such time in ") + name + ": " +
                          own(icalvalue_as_ical_string_r(value)));
    }
  }
  if (depth == 0) return to;
  for (icalcomponent* c = icalcomponent_get_first_component(from, ICAL_ANY_COMPONENT); c != nullptr;
       c = icalcomponent_get_next_component(from, ICAL_ANY_COMPONENT)) {
    to.children.push_back(read_component(c, depth - 1));
  }
  return to;
}

// Writing
// -----------------------------------------------------------------------------------------------------

icaltimetype to_icaltime(Instant at) {
  using namespace std::chrono;
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{floor<seconds>(at) - day};
  icaltimetype out = icaltime_null_time();
  out.year = static_cast<int>(date.year());
  out.month = static_cast<int>(static_cast<unsigned>(date.month()));
  out.day = static_cast<int>(static_cast<unsigned>(date.day()));
  out.hour = static_cast<int>(time.hours().count());
  out.minute = static_cast<int>(time.minutes().count());
  out.second = static_cast<int>(time.seconds().count());
  out.zone = icaltimezone_get_utc_timezone();
  return out;
}

// A property libical has no function for. In these it escapes line ends and backslashes, not commas.
icalproperty* other_property(const char* name, const char* value) {
  icalproperty* property = icalproperty_new_x(value);
  icalproperty_set_x_name(property, name);
  return property;
}

icalcomponent* to_component(const PublishedEvent& event) {
  icalcomponent* out = icalcomponent_new(ICAL_VEVENT_COMPONENT);
  icalcomponent_add_property(out, icalproperty_new_summary(event.summary.c_str()));
  icalcomponent_add_property(out, icalproperty_new_dtstart(to_icaltime(event.start)));
  icalcomponent_add_property(out,
                             icalproperty_new_dtend(to_icaltime(event.cancelled ? event.start : event.end)));
  icalcomponent_add_property(out, icalproperty_new_dtstamp(to_icaltime(event.stamp)));
  icalcomponent_add_property(out, icalproperty_new_uid(event.uid.c_str()));
  icalcomponent_add_property(out, icalproperty_new_lastmodified(to_icaltime(event.stamp)));
  icalcomponent_add_property(out, icalproperty_new_priority(event.priority));
  if (event.cancelled) icalcomponent_add_property(out, icalproperty_new_status(ICAL_STATUS_CANCELLED));
  return out;
}

}  // namespace

std::optional<RawComponent> parse_component(const std::string& text) {
  const Component parsed(icalparser_parse_string(text.c_str()));
  if (!parsed) return std::nullopt;
  constexpr int kDepth = 2;  // VTIMEZONE holds STANDARD; VEVENT holds VALARM
  return read_component(parsed.get(), kDepth);
}

std::string write_calendar(const PublishedCalendar& calendar) {
  const Component out(icalcomponent_new(ICAL_VCALENDAR_COMPONENT));
  icalcomponent* c = out.get();
  icalcomponent_add_property(c, icalproperty_new_version("2.0"));
  icalcomponent_add_property(c, icalproperty_new_prodid("-//Tocsin//On-call schedule//EN"));
  icalcomponent_add_property(c, icalproperty_new_calscale("GREGORIAN"));
  icalcomponent_add_property(c, other_property("X-WR-CALNAME", calendar.name.c_str()));
  icalcomponent_add_property(c, other_property("X-WR-TIMEZONE", "UTC"));
  icalproperty* refresh = other_property("REFRESH-INTERVAL", "PT1H");
  icalproperty_add_parameter(refresh, icalparameter_new_value(ICAL_VALUE_DURATION));
  icalcomponent_add_property(c, refresh);
  for (const PublishedEvent& event : calendar.events) icalcomponent_add_component(c, to_component(event));
  return own(icalcomponent_as_ical_string_r(c));
}

}  // namespace tocsin::ical
