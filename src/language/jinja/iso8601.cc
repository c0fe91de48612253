// ISO 8601 as Django's parse_datetime reads it: Python's own reader first, then Django's looser pattern.
#include "language/jinja/datetime.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// --- ISO 8601, as datetime.fromisoformat of Python 3.11 reads it ---------------------------------

class IsoReader {
 public:
  IsoReader(State& state, std::string_view text) : state_(state), text_(text) {}

  // Missing when malformed; raises ValueError when well-formed but impossible.
  Value read() {
    if (!date()) return {};
    if (pos_ == text_.size()) return make_datetime(state_, t_);
    if (is_digit(text_[pos_])) return {};
    json::next_code_point(text_, pos_);  // any one separator
    if (pos_ == text_.size() || !time_of_day() || !offset()) return {};
    return make_datetime(state_, t_);
  }

 private:
  bool digits(std::size_t count, int& out) {
    if (text_.size() - pos_ < count) return false;
    out = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(text_[pos_ + i])) return false;
      out = out * 10 + (text_[pos_ + i] - '0');
    }
    pos_ += count;
    return true;
  }
  bool sign(char c) {
    if (pos_ >= text_.size() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }

  bool date() {
    if (!digits(4, t_.year)) return false;
    const bool dashes = sign('-');
    if (sign('W')) return week_date(dashes);
    if (!digits(2, t_.month)) return false;
    if (dashes && !sign('-')) return false;
    return digits(2, t_.day);
  }

  bool week_date(bool dashes) {
    int week = 0, day = 1;
    if (!digits(2, week)) return false;
    if (dashes) {
      if (pos_ + 1 < text_.size() && text_[pos_] == '-' && is_digit(text_[pos_ + 1]) && sign('-') &&
          !digits(1, day))
        return false;
    } else if (pos_ < text_.size() && is_digit(text_[pos_]) && !digits(1, day)) {
      return false;
    }
    if (t_.year < 1) value_error("Year is out of range: " + std::to_string(t_.year));
    DateTime january4;
    january4.year = t_.year;
    january4.day = 4;
    const std::int64_t monday = days_from_civil(t_.year, 1, 4) - weekday(january4);
    const DateTime last = date_from_days(days_from_civil(t_.year, 12, 28));
    if (week < 1 || week > iso_week(last).week) value_error("Invalid week: " + std::to_string(week));
    if (day < 1 || day > 7) value_error("Invalid weekday: " + std::to_string(day) + " (range is [1, 7])");
    const DateTime date = date_from_days(monday + (week - 1) * 7 + day - 1);
    t_.year = date.year;
    t_.month = date.month;
    t_.day = date.day;
    return true;
  }

  // HH[:MM[:SS[.fff...]]] with or without colons.
  bool clock(int& hour, int& minute, int& second, int& microsecond) {
    if (!digits(2, hour)) return false;
    if (at_end_of_clock()) return true;
    const bool colons = sign(':');
    if (!digits(2, minute)) return false;
    if (at_end_of_clock()) return true;
    if (colons != sign(':') || !digits(2, second)) return false;
    if (at_end_of_clock()) return true;
    if (!sign('.') && !sign(',')) return false;
    int count = 0;
    for (; pos_ < text_.size() && is_digit(text_[pos_]); ++pos_, ++count) {
      if (count < 6) microsecond = microsecond * 10 + (text_[pos_] - '0');
    }
    if (count == 0) return false;
    for (; count < 6; ++count) microsecond *= 10;
    return true;
  }
  bool at_end_of_clock() const {
    return pos_ == text_.size() || text_[pos_] == '+' || text_[pos_] == '-' || text_[pos_] == 'Z' ||
           text_[pos_] == 'z';
  }

  bool time_of_day() { return clock(t_.hour, t_.minute, t_.second, t_.microsecond); }

  bool offset() {
    if (pos_ == text_.size()) return true;
    if (sign('Z')) {
      t_.zone = &kUtc;
      return pos_ == text_.size();
    }
    const bool negative = text_[pos_] == '-';
    if (!sign('+') && !sign('-')) return false;
    int hour = 0, minute = 0, second = 0, microsecond = 0;
    if (!clock(hour, minute, second, microsecond) || pos_ != text_.size()) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    const std::int64_t us = (hour * 3600LL + minute * 60LL + second) * 1'000'000 + microsecond;
    t_.zone = fixed_zone(state_, negative ? -us : us);
    return true;
  }

  State& state_;
  std::string_view text_;
  std::size_t pos_ = 0;
  DateTime t_;
};

// --- Django's looser pattern ---------------------------------------------------------------------

class LooseReader {
 public:
  LooseReader(State& state, std::string_view text) : state_(state), text_(text) {}

  Value read() {
    if (!number(4, 4, t_.year) || !sign('-') || !number(1, 2, t_.month) || !sign('-') ||
        !number(1, 2, t_.day))
      return {};
    if (!sign('T') && !sign(' ')) return {};
    if (!number(1, 2, t_.hour) || !sign(':') || !number(1, 2, t_.minute)) return {};
    if (sign(':') && !seconds()) return {};
    while (pos_ < text_.size() && unicode::is_space(peek())) json::next_code_point(text_, pos_);
    if (!zone()) return {};
    if (text_.substr(pos_) == "\n") ++pos_;  // `$` matches before a final newline
    return pos_ == text_.size() ? make_datetime(state_, t_) : Value();
  }

 private:
  char32_t peek() const {
    std::size_t pos = pos_;
    return json::next_code_point(text_, pos);
  }
  bool sign(char c) {
    if (pos_ >= text_.size() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }
  bool number(int least, int most, int& out) {
    int count = 0;
    for (out = 0; count < most && pos_ < text_.size() && is_digit(text_[pos_]); ++count)
      out = out * 10 + (text_[pos_++] - '0');
    return count >= least;
  }
  bool seconds() {
    if (!number(1, 2, t_.second)) return false;
    if (!sign('.') && !sign(',')) return true;
    const std::size_t start = pos_;
    if (!number(1, 6, t_.microsecond)) return false;
    for (std::size_t count = pos_ - start; count < 6; ++count) t_.microsecond *= 10;
    for (int skipped = 0; skipped < 6 && pos_ < text_.size() && is_digit(text_[pos_]); ++skipped) ++pos_;
    return true;
  }
  bool zone() {
    if (sign('Z')) {
      t_.zone = &kUtc;
      return true;
    }
    if (pos_ >= text_.size() || (text_[pos_] != '+' && text_[pos_] != '-')) return true;
    const bool negative = text_[pos_++] == '-';
    int hours = 0, minutes = 0;
    if (!number(2, 2, hours)) return false;
    if (sign(':') || (pos_ < text_.size() && is_digit(text_[pos_]))) {
      if (!number(2, 2, minutes)) return false;
    }
    const std::int64_t offset = hours * 60LL + minutes;
    if (offset >= 24 * 60)
      value_error(
          "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).");
    const auto two = [](int n) { return std::to_string(100 + n % 100).substr(1); };
    const std::string name =
        (negative ? "-" : "+") + two(static_cast<int>(offset / 60)) + two(static_cast<int>(offset % 60));
    t_.zone =
        state_.arena.make<TimeZone>((negative ? -offset : offset) * 60'000'000, state_.arena.copy(name));
    return true;
  }

  State& state_;
  std::string_view text_;
  std::size_t pos_ = 0;
  DateTime t_;
};

}  // namespace

Value parse_iso8601(State& state, std::string_view text) {
  state.charge(text.size() / 4);
  try {
    if (const Value t = IsoReader(state, text).read(); !t.missing()) return t;
  } catch (const Raised& impossible) {
    if (impossible.fault != Fault::ValueError) throw;  // Django then tries its own pattern
    state.charge(kCaughtSteps);
  }
  return LooseReader(state, text).read();
}

}  // namespace tocsin::jinja
