// How dates, times, spans and zones print: str(), repr() and isoformat().
#include <cstdlib>

#include "language/jinja/datetime.h"

namespace tocsin::jinja {
namespace {

constexpr std::int64_t kSecond = 1'000'000, kDay = 86400 * kSecond;

std::string two(int number) {
  std::string out = std::to_string(number);
  return out.size() < 2 ? "0" + out : out;
}

std::string padded(std::int64_t number, std::size_t width) {
  std::string out = std::to_string(number);
  return out.size() < width ? std::string(width - out.size(), '0') + out : out;
}

std::string offset_text(std::int64_t offset_us, std::string_view separator) {
  std::string out = offset_us < 0 ? "-" : "+";
  const std::int64_t us = std::abs(offset_us), seconds = us / kSecond;
  out += two(static_cast<int>(seconds / 3600));
  out += separator;
  out += two(static_cast<int>(seconds / 60 % 60));
  if (us % (60 * kSecond) != 0) {
    out += separator;
    out += two(static_cast<int>(seconds % 60));
    if (us % kSecond != 0) out += "." + padded(us % kSecond, 6);
  }
  return out;
}

std::string delta_str(const TimeDelta& d) {
  std::string out;
  if (d.days != 0) out = std::to_string(d.days) + (std::abs(d.days) == 1 ? " day, " : " days, ");
  out += std::to_string(d.seconds / 3600) + ":" + two(d.seconds / 60 % 60) + ":" + two(d.seconds % 60);
  if (d.microseconds != 0) out += "." + padded(d.microseconds, 6);
  return out;
}

std::string delta_repr(const TimeDelta& d) {
  std::string parts;
  const auto part = [&](const char* name, std::int64_t number) {
    if (number != 0) parts += (parts.empty() ? "" : ", ") + std::string(name) + "=" + std::to_string(number);
  };
  part("days", d.days);
  part("seconds", d.seconds);
  part("microseconds", d.microseconds);
  return "datetime.timedelta(" + (parts.empty() ? "0" : parts) + ")";
}

std::string zone_repr(const TimeZone& zone) {
  if (&zone == &kUtc) return "datetime.timezone.utc";
  const std::int64_t days = zone.offset_us < 0 ? -1 : 0;
  const std::int64_t rest = zone.offset_us - days * kDay;
  std::string out = "datetime.timezone(" +
                    delta_repr({days, static_cast<int>(rest / kSecond), static_cast<int>(rest % kSecond)});
  if (!zone.name.empty()) out += ", '" + std::string(zone.name) + "'";
  return out + ")";
}

std::string time_arguments(const DateTime& t, bool always) {
  std::string out;
  if (always) out = std::to_string(t.hour) + ", " + std::to_string(t.minute);
  if (t.second != 0 || t.microsecond != 0) out += ", " + std::to_string(t.second);
  if (t.microsecond != 0) out += ", " + std::to_string(t.microsecond);
  if (t.zone != nullptr) out += ", tzinfo=" + zone_repr(*t.zone);
  return out;
}

}  // namespace

std::string zone_name(const TimeZone& zone) {
  if (!zone.name.empty()) return std::string(zone.name);
  return zone.offset_us == 0 ? "UTC" : "UTC" + offset_text(zone.offset_us, ":");
}

std::string isoformat(Value v, char separator, std::string_view timespec) {
  const DateTime& t = *v.as<DateTime>();
  std::string out;
  if (!v.is(Type::Time)) out = padded(t.year, 4) + "-" + two(t.month) + "-" + two(t.day);
  if (v.is(Type::Date)) return out;
  if (v.is(Type::DateTime)) out += separator;
  if (timespec == "auto") timespec = t.microsecond != 0 ? "microseconds" : "seconds";
  out += two(t.hour);
  if (timespec != "hours") out += ":" + two(t.minute);
  if (timespec != "hours" && timespec != "minutes") out += ":" + two(t.second);
  if (timespec == "milliseconds") out += "." + padded(t.microsecond / 1000, 3);
  if (timespec == "microseconds") out += "." + padded(t.microsecond, 6);
  if (t.zone != nullptr) out += offset_text(t.zone->offset_us, ":");
  return out;
}

void append_date_str(std::string& out, Value v) {
  if (v.is(Type::TimeDelta)) {
    out += delta_str(*v.as<TimeDelta>());
  } else if (v.is(Type::TimeZone)) {
    out += zone_name(*v.as<TimeZone>());
  } else {
    out += isoformat(v, ' ');
  }
}

void append_date_repr(std::string& out, Value v) {
  if (v.is(Type::TimeDelta)) {
    out += delta_repr(*v.as<TimeDelta>());
    return;
  }
  if (v.is(Type::TimeZone)) {
    out += zone_repr(*v.as<TimeZone>());
    return;
  }
  const DateTime& t = *v.as<DateTime>();
  const std::string date =
      std::to_string(t.year) + ", " + std::to_string(t.month) + ", " + std::to_string(t.day);
  if (v.is(Type::Date)) {
    out += "datetime.date(" + date + ")";
  } else if (v.is(Type::Time)) {
    out += "datetime.time(" + time_arguments(t, true) + ")";
  } else {
    out += "datetime.datetime(" + date + ", " + time_arguments(t, true) + ")";
  }
}

}  // namespace tocsin::jinja
