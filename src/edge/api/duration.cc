#include "edge/api/duration.h"

#include <charconv>
#include <cmath>

#include "edge/api/field.h"
#include "language/json/write.h"

namespace tocsin::api {
namespace {

constexpr double kLongest_s = 10'000.0 * 366 * 86'400;

std::optional<std::chrono::seconds> whole_seconds(double seconds) {
  if (!(std::abs(seconds) <= kLongest_s)) return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(std::trunc(seconds)));
}

// Reads what a form has piece by piece.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  bool take(std::string_view sign) {
    if (!rest_.starts_with(sign)) return false;
    rest_.remove_prefix(sign.size());
    return true;
  }
  // Digits, with a fraction if `fraction`.
  std::optional<double> number(bool fraction) {
    std::size_t size = digits_from(0);
    if (size == 0) return std::nullopt;
    std::string digits(rest_.substr(0, size));
    if (fraction && size < rest_.size() && (rest_[size] == '.' || rest_[size] == ',')) {
      const std::size_t more = digits_from(size + 1);
      if (more > 0) {
        digits += "." + std::string(rest_.substr(size + 1, more));
        size += 1 + more;
      }
    }
    rest_.remove_prefix(size);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  }

 private:
  std::size_t digits_from(std::size_t at) const {
    std::size_t size = 0;
    while (at + size < rest_.size() && rest_[at + size] >= '0' && rest_[at + size] <= '9') ++size;
    return size;
  }
  std::string_view rest_;
};

// "[-][D days, ][-][HH:][MM:]ss[.ffffff]"; the sign before the clock belongs to the clock alone.
std::optional<double> read_clock(std::string_view text) {
  double days_s = 0;
  if (const std::size_t space = text.find(' '); space != std::string_view::npos) {
    Reader reader(text);
    const double sign = reader.take("-") ? -1 : 1;
    const auto days = reader.number(false);
    if (!days || !reader.take(" ")) return std::nullopt;
    if (reader.take("day")) {
      reader.take("s");
      if (!reader.take(", ") && !reader.take(" ")) return std::nullopt;
    }
    days_s = sign * *days * 86'400;
    text = reader.rest();
  }
  Reader reader(text);
  const double sign = reader.take("-") ? -1 : 1;
  double clock_s = 0;
  for (int part = 0;; ++part) {
    const auto value = reader.number(true);
    if (!value) return std::nullopt;
    clock_s = clock_s * 60 + *value;
    if (reader.at_end()) break;
    if (part == 2 || std::trunc(*value) != *value || !reader.take(":")) return std::nullopt;
  }
  return days_s + sign * clock_s;
}

// "P1DT2H3M4.5S"
std::optional<double> read_iso(std::string_view text) {
  Reader reader(text);
  const double sign = reader.take("-") ? -1 : 1;
  if (sign > 0) reader.take("+");
  if (!reader.take("P")) return std::nullopt;
  double total_s = 0;
  bool in_time = false, any = false;
  constexpr struct {
    std::string_view unit;
    double seconds;
    bool in_time;
  } kUnits[] = {{"D", 86'400, false}, {"H", 3'600, true}, {"M", 60, true}, {"S", 1, true}};
  std::size_t next = 0;
  while (!reader.at_end()) {
    if (!in_time && reader.take("T")) {
      in_time = true;
      continue;
    }
    const auto value = reader.number(true);
    if (!value) return std::nullopt;
    while (next < std::size(kUnits) && (kUnits[next].in_time != in_time || !reader.take(kUnits[next].unit)))
      ++next;
    if (next == std::size(kUnits)) return std::nullopt;
    total_s += *value * kUnits[next++].seconds;
    any = true;
  }
  if (!any) return std::nullopt;
  return sign * total_s;
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration_text(std::string_view text) {
  text = trim(text);
  auto seconds = read_clock(text);
  if (!seconds) seconds = read_iso(text);
  return seconds ? whole_seconds(*seconds) : std::nullopt;
}

std::optional<std::chrono::seconds> parse_duration(const json::Value& value) {
  if (value.is_int()) return whole_seconds(static_cast<double>(value.as_int()));
  if (value.is_float()) return whole_seconds(value.as_float());
  if (value.is_string()) return parse_duration_text(value.as_string());
  return std::nullopt;
}

}  // namespace tocsin::api
