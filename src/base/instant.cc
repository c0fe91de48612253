#include "base/instant.h"

#include <array>
#include <cstdio>

namespace tocsin {
namespace {

std::string format(Instant at, bool with_fraction) {
  using namespace std::chrono;
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{at - day};
  const long micros = static_cast<long>(time.subseconds().count());
  std::array<char, 64> text{};
  int length =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()));
  std::string out(text.data(), static_cast<std::size_t>(length));
  if (with_fraction && micros != 0) {
    length = std::snprintf(text.data(), text.size(), ".%06ld", micros);
    out.append(text.data(), static_cast<std::size_t>(length));
  }
  return out += 'Z';
}

// Reads exactly `digits` digits at `pos` and moves past them.
bool read_number(std::string_view text, std::size_t& pos, int digits, int& out) {
  out = 0;
  for (int i = 0; i < digits; ++i, ++pos) {
    if (pos >= text.size() || text[pos] < '0' || text[pos] > '9') return false;
    out = out * 10 + (text[pos] - '0');
  }
  return true;
}

bool read_sign(std::string_view text, std::size_t& pos, char sign) {
  return pos < text.size() && text[pos] == sign && ++pos;
}

}  // namespace

std::string to_iso(Instant at) {
  return format(at, true);
}
std::string to_iso_seconds(Instant at) {
  return format(at, false);
}

std::optional<Instant> parse_iso(std::string_view text) {
  using namespace std::chrono;
  std::size_t pos = 0;
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  if (!read_number(text, pos, 4, y) || !read_sign(text, pos, '-') || !read_number(text, pos, 2, mo) ||
      !read_sign(text, pos, '-') || !read_number(text, pos, 2, d) || !read_sign(text, pos, 'T') ||
      !read_number(text, pos, 2, h) || !read_sign(text, pos, ':') || !read_number(text, pos, 2, mi) ||
      !read_sign(text, pos, ':') || !read_number(text, pos, 2, s)) {
    return std::nullopt;
  }
  long micros = 0;
  if (read_sign(text, pos, '.')) {
    int digits = 0;
    for (; pos < text.size() && text[pos] >= '0' && text[pos] <= '9' && digits < 6; ++pos, ++digits) {
      micros = micros * 10 + (text[pos] - '0');
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 6; ++digits) micros *= 10;
  }
  if (pos < text.size() && text[pos] == 'Z') ++pos;
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
  if (pos != text.size() || !date.ok() || h > 23 || mi > 59 || s > 59) return std::nullopt;
  return Instant{sys_days{date}} + hours{h} + minutes{mi} + seconds{s} + microseconds{micros};
}

}  // namespace tocsin
