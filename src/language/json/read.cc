#include "language/json/read.h"

#include <charconv>
#include <cstdlib>
#include <limits>

#include "language/json/scan.h"
#include "language/json/utf8.h"

namespace tocsin::json {
namespace {

// Python refuses int() of longer texts (sys.int_info.default_max_str_digits).
constexpr std::size_t kMaxIntegerDigits = 4300;

class Reader {
 public:
  Reader(std::string_view text, NonFinite non_finite) : text_(text), non_finite_(non_finite) {}

  Result<Value> document() {
    if (const std::size_t valid = valid_utf8_prefix(text_); valid != text_.size()) {
      return invalid("'utf-8' codec can't decode byte at position " + std::to_string(valid));
    }
    Value value;
    skip_space();
    if (!read_value(value, 0)) return std::move(error_);
    skip_space();
    if (pos_ != text_.size()) return fail("Extra data", pos_), std::move(error_);
    return value;
  }

 private:
  bool fail(std::string what, std::size_t at) {
    std::size_t line = 1, line_start = 0;
    for (std::size_t i = 0; i < at && i < text_.size(); ++i) {
      if (text_[i] == '\n') ++line, line_start = i + 1;
    }
    error_ = invalid(what + ": line " + std::to_string(line) + " column " +
                     std::to_string(at - line_start + 1) + " (char " + std::to_string(at) + ")");
    return false;
  }

  void skip_space() {
    while (pos_ < text_.size() &&
           (text_[pos_] == ' ' || text_[pos_] == '\n' || text_[pos_] == '\r' || text_[pos_] == '\t')) {
      ++pos_;
    }
  }
  bool at(char c) const { return pos_ < text_.size() && text_[pos_] == c; }
  bool accept(std::string_view word) {
    if (text_.substr(pos_, word.size()) != word) return false;
    pos_ += word.size();
    return true;
  }

  bool read_value(Value& out, int depth) {
    if (depth > kMaxDepth) return fail("Nesting too deep", pos_);
    if (pos_ >= text_.size()) return fail("Expecting value", pos_);
    switch (text_[pos_]) {
      case '"': {
        std::string text;
        if (!read_string(text)) return false;
        out = Value(std::move(text));
        return true;
      }
      case '{':
        return read_object(out, depth);
      case '[':
        return read_array(out, depth);
      case 't':
        if (accept("true")) return out = Value(true), true;
        break;
      case 'f':
        if (accept("false")) return out = Value(false), true;
        break;
      case 'n':
        if (accept("null")) return out = Value(), true;
        break;
      case 'N':
      case 'I':
        return read_non_finite(out);
      default:
        if (text_[pos_] == '-' || is_digit(pos_)) return read_number(out);
    }
    return fail("Expecting value", pos_);
  }

  bool read_non_finite(Value& out) {
    const std::size_t start = pos_;
    double number = 0;
    if (accept("NaN")) {
      number = std::numeric_limits<double>::quiet_NaN();
    } else if (accept("Infinity")) {
      number = std::numeric_limits<double>::infinity();
    } else if (accept("-Infinity")) {
      number = -std::numeric_limits<double>::infinity();
    } else {
      return fail("Expecting value", start);
    }
    if (non_finite_ == NonFinite::Refuse) {
      error_ = invalid("Out of range float values are not JSON compliant: '" +
                       std::string(text_.substr(start, pos_ - start)) + "'");
      return false;
    }
    out = Value(number);
    return true;
  }

  bool is_digit(std::size_t i) const { return i < text_.size() && text_[i] >= '0' && text_[i] <= '9'; }
  std::size_t digits_from(std::size_t i) const {
    while (is_digit(i)) ++i;
    return i;
  }

  bool read_number(Value& out) {
    const std::size_t start = pos_;
    std::size_t end = start + (text_[start] == '-');
    if (end < text_.size() && text_[end] == 'I') return read_non_finite(out);
    if (!is_digit(end)) return fail("Expecting value", start);
    end = text_[end] == '0' ? end + 1 : digits_from(end);
    const std::size_t integer_end = end;
    if (end < text_.size() && text_[end] == '.' && is_digit(end + 1)) end = digits_from(end + 1);
    if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      std::size_t exponent = end + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
      if (is_digit(exponent)) end = digits_from(exponent);
    }
    pos_ = end;
    const std::string_view text = text_.substr(start, end - start);
    return end == integer_end ? read_integer(text, out) : read_float(text, out);
  }

  bool read_integer(std::string_view text, Value& out) {
    std::int64_t number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc()) {
      out = Value(number);
      return true;
    }
    const std::size_t digits = text.size() - (text[0] == '-');
    if (digits > kMaxIntegerDigits) {
      error_ = invalid("Exceeds the limit (4300 digits) for integer string conversion: value has " +
                       std::to_string(digits) + " digits");
      return false;
    }
    out = Value(BigInt{std::string(text)});
    return true;
  }

  bool read_float(std::string_view text, Value& out) {
    double number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
      // Out of range: strtod gives Python's answer (infinity or zero).
      number = std::strtod(std::string(text).c_str(), nullptr);
    }
    out = Value(number);
    return true;
  }

  bool read_array(Value& out, int depth) {
    ++pos_;
    Array array;
    skip_space();
    if (at(']')) return ++pos_, out = Value(std::move(array)), true;
    while (true) {
      if (!read_value(array.emplace_back(), depth + 1)) return false;
      skip_space();
      if (at(']')) return ++pos_, out = Value(std::move(array)), true;
      if (!at(',')) return fail("Expecting ',' delimiter", pos_);
      ++pos_;
      skip_space();
    }
  }

  bool read_object(Value& out, int depth) {
    ++pos_;
    Object object;
    skip_space();
    if (at('}')) return ++pos_, out = Value(std::move(object)), true;
    std::string key;
    while (true) {
      if (!at('"')) return fail("Expecting property name enclosed in double quotes", pos_);
      key.clear();
      if (!read_string(key)) return false;
      skip_space();
      if (!at(':')) return fail("Expecting ':' delimiter", pos_);
      ++pos_;
      skip_space();
      Value value;
      if (!read_value(value, depth + 1)) return false;
      object.set(key, std::move(value));
      skip_space();
      if (at('}')) return ++pos_, out = Value(std::move(object)), true;
      if (!at(',')) return fail("Expecting ',' delimiter", pos_);
      ++pos_;
      skip_space();
    }
  }

  bool read_string(std::string& out) {
    const std::size_t start = pos_++;
    while (true) {
      const std::size_t run = pos_;
      pos_ += plain_run(text_, pos_);
      while (pos_ < text_.size() && text_[pos_] != '"' && text_[pos_] != '\\' &&
             static_cast<unsigned char>(text_[pos_]) >= 0x20) {
        ++pos_;
      }
      out.append(text_, run, pos_ - run);
      if (pos_ >= text_.size()) return fail("Unterminated string starting at", start);
      if (text_[pos_] == '"') return ++pos_, true;
      if (text_[pos_] != '\\') return fail("Invalid control character at", pos_);
      if (!read_escape(out, start)) return false;
    }
  }

  bool read_escape(std::string& out, std::size_t start) {
    const std::size_t escape = pos_++;
    if (pos_ >= text_.size()) return fail("Unterminated string starting at", start);
    constexpr std::string_view kNames = "\"\\/bfnrt", kSigns = "\"\\/\b\f\n\r\t";
    const char name = text_[pos_++];
    if (const std::size_t at = kNames.find(name); at != std::string_view::npos)
      return out += kSigns[at], true;
    if (name != 'u') return fail("Invalid \\escape", escape);
    char32_t code = 0;
    if (!read_hex4(code)) return fail("Invalid \\uXXXX escape", escape + 1);
    if (code >= 0xD800 && code <= 0xDBFF && text_.substr(pos_, 2) == "\\u") {
      const std::size_t before_low = pos_;
      char32_t low = 0;
      pos_ += 2;
      if (!read_hex4(low)) return fail("Invalid \\uXXXX escape", before_low + 1);
      if (low >= 0xDC00 && low <= 0xDFFF) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      } else {
        pos_ = before_low;  // a lone high surrogate; the second escape stands for itself
      }
    }
    append_code_point(out, code);
    return true;
  }

  bool read_hex4(char32_t& out) {
    out = 0;
    if (pos_ + 4 > text_.size()) return false;
    for (int i = 0; i < 4; ++i, ++pos_) {
      const char c = text_[pos_];
      unsigned digit = 0;
      if (c >= '0' && c <= '9') {
        digit = static_cast<unsigned>(c - '0');
      } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
        digit = static_cast<unsigned>((c | 0x20) - 'a' + 10);
      } else {
        return false;
      }
      out = out * 16 + digit;
    }
    return true;
  }

  std::string_view text_;
  NonFinite non_finite_;
  std::size_t pos_ = 0;
  Error error_;
};

}  // namespace

Result<Value> read(std::string_view text, NonFinite non_finite) {
  return Reader(text, non_finite).document();
}

}  // namespace tocsin::json
