// strptime: a text read by a format of directives.
#include <algorithm>
#include <array>

#include "language/jinja/date_names.h"
#include "language/jinja/datetime.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Parsed {
  int year = 1900, month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0;
  int hour12 = -1, pm = -1, day_of_year = -1, weekday = -1, week = -1, iso_year = -1, iso_week = -1;
  bool week_from_sunday = false, has_year = false, has_month_or_day = false;
  bool utc_name = false, has_offset = false;
  std::int64_t offset_us = 0;
};

// Matches with backtracking over how many digits a directive takes, as Python's regular expression does.
class StrptimeMatcher {
 public:
  StrptimeMatcher(State& state, std::string_view text, std::string_view format)
      : state_(state), text_(text), format_(format) {}

  bool match(std::size_t at, std::size_t in_format, Parsed& parsed) {
    state_.charge();
    if (in_format >= format_.size()) return at == text_.size();
    const char c = format_[in_format];
    if (c == '%' && in_format + 1 < format_.size())
      return directive(format_[in_format + 1], at, in_format + 2, parsed);
    std::size_t next = in_format;
    const char32_t code = json::next_code_point(format_, next);
    if (unicode::is_space(code)) {
      // A run of white space in the format stands for one or more in the text.
      while (next < format_.size()) {
        std::size_t after = next;
        if (!unicode::is_space(json::next_code_point(format_, after))) break;
        next = after;
      }
      std::size_t end = at;
      while (end < text_.size()) {
        std::size_t after = end;
        if (!unicode::is_space(json::next_code_point(text_, after))) break;
        end = after;
      }
      return end > at && match(end, next, parsed);
    }
    const std::size_t size = next - in_format;
    if (!same_letters(text_.substr(at, size), format_.substr(in_format, size))) return false;
    return match(at + size, next, parsed);
  }

 private:
  static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
  static bool same_letters(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
  }

  // Tries `most` digits first, then fewer, keeping the value within its bounds.
  template <class Store>
  bool number(std::size_t at, std::size_t next, Parsed& parsed, int least, int most, int low, int high,
              Store store) {
    const std::size_t padded =
        most == 2 && least == 1 && at < text_.size() && text_[at] == ' ' && low == 1 ? 1 : 0;
    for (int count = most; count >= least; --count) {
      const std::string_view digits =
          text_.substr(std::min(at + padded, text_.size()), static_cast<std::size_t>(count) - padded);
      if (digits.size() != static_cast<std::size_t>(count) - padded || digits.empty()) continue;
      int value = 0;
      bool valid = true;
      for (const char c : digits) {
        valid = valid && is_digit(c);
        value = value * 10 + (c - '0');
      }
      if (!valid || value < low || value > high) continue;
      Parsed attempt = parsed;
      store(attempt, value, count);
      if (match(at + static_cast<std::size_t>(count), next, attempt)) {
        parsed = attempt;
        return true;
      }
    }
    return false;
  }

  template <std::size_t N, class Store>
  bool name(std::size_t at, std::size_t next, Parsed& parsed, const std::array<std::string_view, N>& names,
            bool full, Store store) {
    for (std::size_t i = 0; i < N; ++i) {
      const std::string_view candidate = full ? names[i] : names[i].substr(0, 3);
      if (!same_letters(text_.substr(std::min(at, text_.size()), candidate.size()), candidate)) continue;
      Parsed attempt = parsed;
      store(attempt, static_cast<int>(i));
      if (match(at + candidate.size(), next, attempt)) {
        parsed = attempt;
        return true;
      }
    }
    return false;
  }

  bool offset(std::size_t at, std::size_t next, Parsed& parsed) {
    Parsed attempt = parsed;
    attempt.has_offset = true;
    if (at < text_.size() && text_[at] == 'Z') {
      if (!match(at + 1, next, attempt)) return false;
      parsed = attempt;
      return true;
    }
    if (at >= text_.size() || (text_[at] != '+' && text_[at] != '-')) return false;
    const bool negative = text_[at] == '-';
    std::size_t pos = at + 1;
    const auto two = [&](int& out) {
      if (pos + 2 > text_.size() || !is_digit(text_[pos]) || !is_digit(text_[pos + 1])) return false;
      out = (text_[pos] - '0') * 10 + (text_[pos + 1] - '0');
      pos += 2;
      return true;
    };
    int hours = 0, minutes = 0, seconds = 0;
    if (!two(hours)) return false;
    const bool colon = pos < text_.size() && text_[pos] == ':';
    if (colon) ++pos;
    if (!two(minutes) || minutes > 59) return false;
    const std::size_t before = pos;
    if (!(pos < text_.size() && (!colon || text_[pos++] == ':') && two(seconds) && seconds <= 59)) {
      pos = before;
      seconds = 0;
    }
    attempt.offset_us = (hours * 3600LL + minutes * 60LL + seconds) * 1'000'000 * (negative ? -1 : 1);
    if (!match(pos, next, attempt)) return false;
    parsed = attempt;
    return true;
  }

  bool zone_name(std::size_t at, std::size_t next, Parsed& parsed) {
    for (const std::string_view zone : {"utc", "gmt"}) {
      if (!same_letters(text_.substr(std::min(at, text_.size()), 3), zone)) continue;
      return match(at + 3, next, parsed);
    }
    return false;
  }

  bool nested(std::string_view format, std::size_t at, std::size_t next, Parsed& parsed) {
    const std::string joined = std::string(format) + std::string(format_.substr(next));
    StrptimeMatcher inner(state_, text_, joined);
    return inner.match(at, 0, parsed);
  }

  bool directive(char code, std::size_t at, std::size_t next, Parsed& parsed) {
    switch (code) {
      case 'd':
        return number(at, next, parsed, 1, 2, 1, 31,
                      [](Parsed& p, int v, int) { p.day = v, p.has_month_or_day = true; });
      case 'm':
        return number(at, next, parsed, 1, 2, 1, 12,
                      [](Parsed& p, int v, int) { p.month = v, p.has_month_or_day = true; });
      case 'Y':
        return number(at, next, parsed, 4, 4, 0, 9999,
                      [](Parsed& p, int v, int) { p.year = v, p.has_year = true; });
      case 'y':
        return number(at, next, parsed, 2, 2, 0, 99, [](Parsed& p, int v, int) {
          p.year = v <= 68 ? 2000 + v : 1900 + v, p.has_year = true;
        });
      case 'H':
        return number(at, next, parsed, 1, 2, 0, 23, [](Parsed& p, int v, int) { p.hour = v; });
      case 'I':
        return number(at, next, parsed, 1, 2, 1, 12, [](Parsed& p, int v, int) { p.hour12 = v; });
      case 'M':
        return number(at, next, parsed, 1, 2, 0, 59, [](Parsed& p, int v, int) { p.minute = v; });
      case 'S':
        return number(at, next, parsed, 1, 2, 0, 61, [](Parsed& p, int v, int) { p.second = v; });
      case 'f':
        return number(at, next, parsed, 1, 6, 0, 999999, [](Parsed& p, int v, int count) {
          for (; count < 6; ++count) v *= 10;
          p.microsecond = v;
        });
      case 'j':
        return number(at, next, parsed, 1, 3, 1, 366, [](Parsed& p, int v, int) { p.day_of_year = v; });
      case 'w':
        return number(at, next, parsed, 1, 1, 0, 6, [](Parsed& p, int v, int) { p.weekday = (v + 6) % 7; });
      case 'u':
        return number(at, next, parsed, 1, 1, 1, 7, [](Parsed& p, int v, int) { p.weekday = v - 1; });
      case 'U':
      case 'W':
        return number(at, next, parsed, 1, 2, 0, 53,
                      [code](Parsed& p, int v, int) { p.week = v, p.week_from_sunday = code == 'U'; });
      case 'G':
        return number(at, next, parsed, 4, 4, 0, 9999, [](Parsed& p, int v, int) { p.iso_year = v; });
      case 'V':
        return number(at, next, parsed, 1, 2, 1, 53, [](Parsed& p, int v, int) { p.iso_week = v; });
      case 'a':
      case 'A':
        return name(at, next, parsed, kDayNames, code == 'A', [](Parsed& p, int i) { p.weekday = i; });
      case 'b':
      case 'B':
        return name(at, next, parsed, kMonthNames, code == 'B',
                    [](Parsed& p, int i) { p.month = i + 1, p.has_month_or_day = true; });
      case 'p': {
        constexpr std::array<std::string_view, 2> kHalves = {"am", "pm"};
        return name(at, next, parsed, kHalves, true, [](Parsed& p, int i) { p.pm = i; });
      }
      case 'c':
        return nested("%a %b %d %H:%M:%S %Y", at, next, parsed);
      case 'x':
        return nested("%m/%d/%y", at, next, parsed);
      case 'X':
        return nested("%H:%M:%S", at, next, parsed);
      case 'z':
        return offset(at, next, parsed);
      case 'Z':
        return zone_name(at, next, parsed);
      case '%':
        return at < text_.size() && text_[at] == '%' && match(at + 1, next, parsed);
      default:
        value_error(std::string("'") + code + "' is a bad directive in format '" + std::string(format_) +
                    "'");
    }
  }

  State& state_;
  std::string_view text_, format_;
};

Value finish(State& state, const Parsed& p) {
  DateTime t{p.year, p.month, p.day, p.hour, p.minute, p.second, p.microsecond, nullptr};
  if (p.hour12 >= 0) t.hour = p.hour12 % 12 + (p.pm == 1 ? 12 : 0);
  if (p.day_of_year > 0 && !p.has_month_or_day) {
    const DateTime date = date_from_days(days_from_civil(p.year, 1, 1) + p.day_of_year - 1);
    t.year = date.year, t.month = date.month, t.day = date.day;
  } else if (p.iso_year > 0 && p.iso_week > 0 && p.weekday >= 0) {
    DateTime january4{p.iso_year, 1, 4, 0, 0, 0, 0, nullptr};
    const std::int64_t monday = days_from_civil(p.iso_year, 1, 4) - weekday(january4);
    const DateTime date = date_from_days(monday + (p.iso_week - 1) * 7 + p.weekday);
    t.year = date.year, t.month = date.month, t.day = date.day;
  } else if (p.week >= 0 && p.weekday >= 0 && p.has_year) {
    const DateTime first{p.year, 1, 1, 0, 0, 0, 0, nullptr};
    const int start = p.week_from_sunday ? (weekday(first) + 1) % 7 : weekday(first);
    const int day = p.week_from_sunday ? (p.weekday + 1) % 7 : p.weekday;
    const int week0 = (7 - start) % 7;
    const int offset = p.week == 0 ? day - start : week0 + 7 * (p.week - 1) + day;
    const DateTime date = date_from_days(days_from_civil(p.year, 1, 1) + offset);
    t.year = date.year, t.month = date.month, t.day = date.day;
  }
  if (p.has_offset) {
    if (std::abs(p.offset_us) >= 86'400'000'000) {
      value_error(
          "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).");
    }
    t.zone = fixed_zone(state, p.offset_us);
  }
  return make_datetime(state, t);
}

}  // namespace

Value strptime(State& state, std::string_view text, std::string_view format) {
  // The matcher recurses once a sign, and %c stands for nineteen of them.
  if (format.size() > 400) return {};
  const auto composed = [](char c) { return c == 'c' || c == 'x' || c == 'X'; };
  const auto names = static_cast<std::size_t>(std::count_if(format.begin(), format.end(), composed));
  if (format.size() + 18 * names > 1000) return {};
  state.charge(8 + text.size() / 4);
  if (format.ends_with('%') && !format.ends_with("%%"))
    value_error("stray % in format '" + std::string(format) + "'");
  Parsed parsed;
  if (!StrptimeMatcher(state, text, format).match(0, 0, parsed)) return {};
  return finish(state, parsed);
}

}  // namespace tocsin::jinja
