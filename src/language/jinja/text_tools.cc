#include "language/jinja/text_tools.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "language/jinja/bigint.h"
#include "language/jinja/html.h"
#include "language/jinja/operators.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {

std::string_view text_of(State& state, Value self, Value v, std::string_view message) {
  if (v.undefined() || !v.string())
    type_error(std::string(message) + " must be str, not " + std::string(type_name(v)));
  return self.markup() && !v.markup() ? escape(state, v).str() : v.str();
}

std::size_t code_points(State& state, std::string_view text) {
  state.charge(text.size() / 8);
  return json::count_code_points(text);
}

std::size_t find_text(State& state, std::string_view text, std::string_view what, std::size_t from) {
  if (what.empty() || text.size() < what.size()) return text.find(what, from);
  const std::size_t last = text.size() - what.size();  // where it could start
  while (from <= last) {
    const auto* at = static_cast<const char*>(std::memchr(text.data() + from, what[0], last - from + 1));
    const std::size_t found = at != nullptr ? static_cast<std::size_t>(at - text.data()) : last + 1;
    state.charge_bytes(found - from);
    if (at == nullptr) break;
    state.charge(1 + what.size() / 64);
    if (std::memcmp(at, what.data(), what.size()) == 0) return found;
    from = found + 1;
  }
  return std::string_view::npos;
}

std::size_t rfind_text(State& state, std::string_view text, std::string_view what, std::size_t from) {
  if (what.empty() || text.size() < what.size()) return text.rfind(what, from);
  std::size_t end = std::min(from, text.size() - what.size()) + 1;  // behind the last possible start
  while (end > 0) {
    const auto* at = static_cast<const char*>(::memrchr(text.data(), what[0], end));
    const std::size_t found = at != nullptr ? static_cast<std::size_t>(at - text.data()) : 0;
    state.charge_bytes(end - found);
    if (at == nullptr) break;
    state.charge(1 + what.size() / 64);
    if (std::memcmp(at, what.data(), what.size()) == 0) return found;
    end = found;
  }
  return std::string_view::npos;
}

std::string_view strip_space(State& state, std::string_view text, bool left, bool right) {
  const std::size_t before = text.size();
  state.charge(before / 64);  // nobody knows yet how much of it is white space
  if (left) text = unicode::strip_left(text);
  if (right) text = unicode::strip_right(text);
  state.charge((before - text.size()) / 4);
  return text;
}

std::string_view strip_characters(State& state, std::string_view text, std::string_view characters, bool left,
                                  bool right) {
  const auto in_set = [&](std::string_view sign) {
    return !sign.empty() && find_text(state, characters, sign) != std::string_view::npos;
  };
  if (left) {
    std::size_t pos = 0;
    while (pos < text.size()) {
      std::size_t next = pos;
      json::next_code_point(text, next);
      if (!in_set(text.substr(pos, next - pos))) break;
      pos = next;
    }
    text.remove_prefix(pos);
  }
  while (right && !text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    if (!in_set(text.substr(start))) break;
    text = text.substr(0, start);
  }
  return text;
}

std::string pad(State& state, std::string_view text, std::int64_t width, std::string_view fill, Side side) {
  const auto size = static_cast<std::int64_t>(code_points(state, text));
  if (width <= size) return std::string(text);
  const std::int64_t missing = width - size;
  if (static_cast<std::size_t>(missing) > state.options.limits.memory_bytes / (4 * fill.size())) {
    raise(Fault::Budget, "the template needs too much memory");
  }
  // Python puts the odd one on the left when the width is odd too.
  const std::int64_t left = side == Side::Both   ? missing / 2 + (missing & width & 1)
                            : side == Side::Left ? 0
                                                 : missing;
  state.charge_bytes(static_cast<std::size_t>(missing) * fill.size());
  std::string out;
  for (std::int64_t i = 0; i < left; ++i) out += fill;
  out += text;
  for (std::int64_t i = left; i < missing; ++i) out += fill;
  return out;
}

std::vector<std::string_view> split_lines(State& state, std::string_view text, bool keep_ends) {
  state.charge_characters(text);
  std::vector<std::string_view> lines;
  std::size_t start = 0;
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t at = pos;
    const char32_t c = json::next_code_point(text, pos);
    if (c != '\n' && c != '\r' && !(c >= 0x0B && c <= 0x0C) && !(c >= 0x1C && c <= 0x1E) && c != 0x85 &&
        c != 0x2028 && c != 0x2029)
      continue;
    if (c == '\r' && pos < text.size() && text[pos] == '\n') ++pos;
    state.charge(2);
    lines.push_back(text.substr(start, (keep_ends ? pos : at) - start));
    start = pos;
  }
  if (start < text.size()) lines.push_back(text.substr(start));
  return lines;
}

std::vector<std::string_view> split_words(State& state, std::string_view text, std::int64_t most) {
  state.charge_characters(text);
  std::vector<std::string_view> words;
  text = unicode::strip_left(text);
  while (!text.empty()) {
    state.charge(2);
    if (most >= 0 && static_cast<std::int64_t>(words.size()) == most) {
      words.push_back(text);  // with the white space behind it
      break;
    }
    std::size_t end = 0;
    while (end < text.size()) {
      std::size_t next = end;
      if (unicode::is_space(json::next_code_point(text, next))) break;
      end = next;
    }
    words.push_back(text.substr(0, end));
    text = unicode::strip_left(text.substr(end));
  }
  return words;
}

std::vector<std::string_view> split_words_from_right(State& state, std::string_view text, std::int64_t most) {
  state.charge_characters(text);
  std::vector<std::string_view> words;
  text = unicode::strip_right(text);
  while (!text.empty()) {
    state.charge(2);
    if (most >= 0 && static_cast<std::int64_t>(words.size()) == most) {
      words.push_back(text);  // with the white space before it
      break;
    }
    std::size_t start = text.size();
    while (start > 0) {
      std::size_t before = start - 1;
      while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xC0) == 0x80) --before;
      std::size_t pos = before;
      if (unicode::is_space(json::next_code_point(text, pos))) break;
      start = before;
    }
    words.push_back(text.substr(start));
    text = unicode::strip_right(text.substr(0, start));
  }
  std::reverse(words.begin(), words.end());
  return words;
}

std::string replace_all(State& state, std::string_view text, std::string_view from, std::string_view to,
                        std::int64_t most) {
  std::string out;
  if (from.empty()) {
    std::size_t pos = 0;
    while (most != 0) {
      out += to;
      --most;
      if (pos >= text.size()) return out;
      const std::size_t start = pos;
      json::next_code_point(text, pos);
      out.append(text, start, pos - start);
      state.charge(1);
      state.charge_bytes(to.size());
      state.check_text(out);
    }
    return out.append(text, pos);
  }
  std::size_t pos = 0;
  for (; most != 0; --most) {
    const std::size_t found = find_text(state, text, from, pos);
    if (found == std::string_view::npos) break;
    out.append(text, pos, found - pos);
    out += to;
    pos = found + from.size();
    state.charge_bytes(to.size());
    state.check_text(out);
  }
  return out.append(text, pos);
}

namespace {

// Digits of any script as ASCII; anything else that is not ASCII makes the number invalid.
std::optional<std::string> ascii_digits(std::string_view text) {
  std::string out;
  for (std::size_t pos = 0; pos < text.size();) {
    const char32_t c = json::next_code_point(text, pos);
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (unicode::is_decimal(c)) {
      out += static_cast<char>('0' + unicode::decimal_value(c));
    } else {
      return std::nullopt;
    }
  }
  return out;
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 99;
}

}  // namespace

std::optional<Value> parse_integer(State& state, std::string_view text, int base) {
  if (base != 0 && (base < 2 || base > 36)) return std::nullopt;
  state.charge_characters(text);
  const auto ascii = ascii_digits(unicode::strip(text));
  if (!ascii) return std::nullopt;
  std::string_view rest = *ascii;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  const char kind = rest.size() > 1 && rest[0] == '0' ? static_cast<char>(rest[1] | 0x20) : '\0';
  const int prefix_base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 0;
  const bool has_prefix = prefix_base != 0 && (base == 0 || base == prefix_base);
  if (has_prefix) {
    rest.remove_prefix(2);
    if (rest.starts_with('_')) rest.remove_prefix(1);
    base = prefix_base;
  } else if (base == 0) {
    base = 10;
    if (rest.starts_with('0') && rest.find_first_not_of("0_") != std::string_view::npos) return std::nullopt;
  }
  std::string digits = negative ? "-" : "";
  bool after_digit = false;
  for (const char c : rest) {
    if (c == '_') {
      if (!std::exchange(after_digit, false)) return std::nullopt;
      continue;
    }
    if (digit_value(c) >= base) return std::nullopt;
    digits += c;
    after_digit = true;
  }
  if (!after_digit) return std::nullopt;
  const bool power_of_two = (base & (base - 1)) == 0;
  if (!power_of_two && digits.size() > 4300U + (negative ? 1 : 0)) return std::nullopt;
  return big::from_decimal(state, digits, base);
}

std::optional<double> parse_float(State& state, std::string_view text) {
  state.charge(text.size() / 2);
  const auto ascii = ascii_digits(unicode::strip(text));
  if (!ascii) return std::nullopt;
  std::string_view rest = *ascii;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  std::string lower(rest);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower == "inf" || lower == "infinity") return negative ? -INFINITY : INFINITY;
  if (lower == "nan") return NAN;
  std::string clean;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const auto is_digit = [&](std::size_t at) {
      return at < lower.size() && lower[at] >= '0' && lower[at] <= '9';
    };
    if (lower[i] == '_') {
      if (i == 0 || !is_digit(i - 1) || !is_digit(i + 1)) return std::nullopt;
      continue;
    }
    if (!is_digit(i) && lower[i] != '.' && lower[i] != 'e' && lower[i] != '+' && lower[i] != '-')
      return std::nullopt;
    clean += lower[i];
  }
  if (clean.empty() || clean.find_first_of("0123456789") == std::string::npos || clean[0] == 'e')
    return std::nullopt;
  double number = 0;
  const auto parsed = std::from_chars(clean.data(), clean.data() + clean.size(), number);
  if (parsed.ptr != clean.data() + clean.size()) return std::nullopt;
  if (parsed.ec == std::errc::result_out_of_range) number = std::strtod(clean.c_str(), nullptr);
  return negative ? -number : number;
}

}  // namespace tocsin::jinja
