// strftime in the C locale, with the GNU flags (%-d, %_H, %^a) that users rely on; and zones by name.
#include <cctz/time_zone.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "language/jinja/date_names.h"
#include "language/jinja/datetime.h"
#include "language/timezone/zone_file.h"

namespace tocsin::jinja {

struct KnownZone {
  std::string_view name;
  cctz::time_zone zone;
  const KnownZone* next;
};

namespace {

struct Directive {
  char flag = '\0';  // one of - _ 0 ^ #
  int width = -1;
  char code = '\0';
};

class Formatter {
 public:
  Formatter(State& state, const DateTime& t, std::string& out) : state_(state), t_(t), out_(out) {}

  void run(std::string_view format) {
    state_.charge_characters(format);
    for (std::size_t i = 0; i < format.size(); ++i) {
      if (format[i] != '%') {
        out_ += format[i];
        continue;
      }
      std::size_t at = i + 1;
      Directive d;
      while (at < format.size() && std::string_view("-_0^#").find(format[at]) != std::string_view::npos)
        d.flag = format[at++];
      while (at < format.size() && format[at] >= '0' && format[at] <= '9')
        d.width = std::min(std::max(d.width, 0) * 10 + (format[at++] - '0'), 1000);
      if (at < format.size() && (format[at] == 'E' || format[at] == 'O')) ++at;
      d.code = at < format.size() ? format[at] : '\0';
      if (d.code == '\0' || !directive(d)) {
        out_.append(format, i, at < format.size() ? at + 1 - i : at - i);
      }
      i = at;
      state_.charge(8);
      if (d.width > 0) state_.charge_bytes(static_cast<std::size_t>(d.width));
      state_.check_text(out_);
    }
  }

 private:
  // Digits with the directive's own padding, unless a flag says otherwise.
  bool number(const Directive& d, std::int64_t value, int width, char pad = '0') {
    if (d.flag == '-') width = 0;
    if (d.flag == '_') pad = ' ';
    if (d.flag == '0') pad = '0';
    if (d.width >= 0 && d.flag != '-') width = d.width;
    const std::string digits = std::to_string(value);
    if (static_cast<int>(digits.size()) < width)
      out_.append(static_cast<std::size_t>(width) - digits.size(), pad);
    out_ += digits;
    return true;
  }

  bool text(const Directive& d, std::string_view value) {
    std::string shown(value);
    if (d.flag == '^' || (d.flag == '#' && d.code != 'p' && d.code != 'Z')) {
      std::transform(shown.begin(), shown.end(), shown.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    } else if (d.flag == '#') {
      std::transform(shown.begin(), shown.end(), shown.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    }
    if (d.width > static_cast<int>(shown.size()))
      out_.append(static_cast<std::size_t>(d.width) - shown.size(), d.flag == '0' ? '0' : ' ');
    out_ += shown;
    return true;
  }

  bool nested(const Directive& d, std::string_view format) {
    std::string inner;
    Formatter(state_, t_, inner).run(format);
    return text(d, inner);
  }

  bool offset() {
    if (t_.zone == nullptr) return true;
    const std::int64_t us = std::abs(t_.zone->offset_us), seconds = us / 1'000'000;
    const auto two = [&](std::int64_t n) { out_ += std::to_string(100 + n).substr(1); };
    out_ += t_.zone->offset_us < 0 ? '-' : '+';
    two(seconds / 3600);
    two(seconds / 60 % 60);
    if (seconds % 60 != 0 || us % 1'000'000 != 0) two(seconds % 60);
    if (us % 1'000'000 != 0) out_ += "." + std::to_string(1'000'000 + us % 1'000'000).substr(1);
    return true;
  }

  bool directive(const Directive& d) {
    const int hour12 = t_.hour % 12 == 0 ? 12 : t_.hour % 12;
    const int day = weekday(t_);
    switch (d.code) {
      case 'a':
        return text(d, kDayNames[static_cast<std::size_t>(day)].substr(0, 3));
      case 'A':
        return text(d, kDayNames[static_cast<std::size_t>(day)]);
      case 'b':
      case 'h':
        return text(d, kMonthNames[static_cast<std::size_t>(t_.month - 1)].substr(0, 3));
      case 'B':
        return text(d, kMonthNames[static_cast<std::size_t>(t_.month - 1)]);
      case 'c':
        return nested(d, "%a %b %e %H:%M:%S %Y");
      case 'C':
        return number(d, t_.year / 100, 2);
      case 'd':
        return number(d, t_.day, 2);
      case 'D':
      case 'x':
        return nested(d, "%m/%d/%y");
      case 'e':
        return number(d, t_.day, 2, ' ');
      case 'f':
        out_ += std::to_string(1'000'000 + t_.microsecond).substr(1);
        return true;
      case 'F':
        return nested(d, "%Y-%m-%d");
      case 'g':
        return number(d, iso_week(t_).year % 100, 2);
      case 'G':
        return number(d, iso_week(t_).year, 0);
      case 'H':
        return number(d, t_.hour, 2);
      case 'I':
        return number(d, hour12, 2);
      case 'j':
        return number(d, day_of_year(t_), 3);
      case 'k':
        return number(d, t_.hour, 2, ' ');
      case 'l':
        return number(d, hour12, 2, ' ');
      case 'm':
        return number(d, t_.month, 2);
      case 'M':
        return number(d, t_.minute, 2);
      case 'n':
        out_ += '\n';
        return true;
      case 'p':
        return text(d, t_.hour < 12 ? "AM" : "PM");
      case 'P':
        return text(d, t_.hour < 12 ? "am" : "pm");
      case 'r':
        return nested(d, "%I:%M:%S %p");
      case 'R':
        return nested(d, "%H:%M");
      case 's': {
        const DateTime naive{t_.year, t_.month, t_.day, t_.hour, t_.minute, t_.second, 0, nullptr};
        return number(d, static_cast<std::int64_t>(timestamp(naive)), 0);
      }
      case 'S':
        return number(d, t_.second, 2);
      case 't':
        out_ += '\t';
        return true;
      case 'T':
      case 'X':
        return nested(d, "%H:%M:%S");
      case 'u':
        return number(d, day + 1, 1);
      case 'U':
        return number(d, (day_of_year(t_) + 6 - (day + 1) % 7) / 7, 2);
      case 'V':
        return number(d, iso_week(t_).week, 2);
      case 'w':
        return number(d, (day + 1) % 7, 1);
      case 'W':
        return number(d, (day_of_year(t_) + 6 - day) / 7, 2);
      case 'y':
        return number(d, t_.year % 100, 2);
      case 'Y':
        return number(d, t_.year, 0);
      case 'z':
        return offset();
      case 'Z':
        return t_.zone == nullptr || text(d, zone_name(*t_.zone));
      case '%':
        out_ += '%';
        return true;
      default:
        return false;
    }
  }

  State& state_;
  const DateTime& t_;
  std::string& out_;
};

// The IANA database is asked with exact names; users write them as they like: "europe/berlin", "utc".
std::string exact_zone_name(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower == "utc" || lower == "gmt" || lower == "zulu" || lower == "uct") {
    return lower == "zulu" ? "Zulu" : [&] {
      std::transform(lower.begin(), lower.end(), lower.begin(),
                     [](char c) { return static_cast<char>(c - 32); });
      return lower;
    }();
  }
  // Each word starts with a capital, except small joining words.
  bool start = true;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (start && lower[i] >= 'a' && lower[i] <= 'z') lower[i] = static_cast<char>(lower[i] - 32);
    start = lower[i] == '/' || lower[i] == '_' || lower[i] == '-';
  }
  return lower;
}

std::optional<cctz::time_zone> load_zone(std::string_view name) {
  // Letters, digits and the signs of zone names only: the name becomes a path.
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  };
  if (name.empty() || name.size() > 64 || name.front() == '/' ||
      !std::all_of(name.begin(), name.end(), allowed))
    return std::nullopt;
  cctz::time_zone zone;
  for (const std::string& spelling : {std::string(name), exact_zone_name(name)}) {
    if (spelling == "UTC") return cctz::utc_time_zone();
    if (timezone::has_zone_file(spelling) && cctz::load_time_zone(spelling, &zone)) return zone;
  }
  return std::nullopt;
}

// Looked up once a render: a look-up reads a file's first bytes.
std::optional<cctz::time_zone> find_zone(State& state, std::string_view name) {
  for (const KnownZone* known = state.zones; known != nullptr; known = known->next) {
    state.charge();
    if (known->name == name) return known->zone;
  }
  state.charge(500);
  const auto zone = load_zone(name);
  if (zone) state.zones = state.arena.make<KnownZone>(state.arena.copy(name), *zone, state.zones);
  return zone;
}

}  // namespace

const DateTime* in_zone(State& state, const DateTime& t, std::string_view name) {
  const auto zone = find_zone(state, name);
  if (!zone) return nullptr;
  const DateTime utc = shifted(state, t, &kUtc);
  const std::int64_t seconds =
      days_from_civil(utc.year, utc.month, utc.day) * 86400 + utc.hour * 3600 + utc.minute * 60 + utc.second;
  const auto found =
      zone->lookup(std::chrono::time_point<std::chrono::system_clock, cctz::seconds>(cctz::seconds(seconds)));
  const auto* local =
      state.arena.make<TimeZone>(found.offset * std::int64_t{1'000'000}, state.arena.copy(found.abbr));
  return state.arena.make<DateTime>(shifted(state, t, local));
}

std::string strftime(State& state, const DateTime& t, std::string_view format) {
  std::string out;
  Formatter(state, t, out).run(format);
  return out;
}

}  // namespace tocsin::jinja
