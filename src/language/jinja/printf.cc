#include "language/jinja/printf.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "language/jinja/bigint.h"
#include "language/jinja/dict.h"
#include "language/jinja/html.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_form.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

constexpr std::int64_t kMaxWidth = 100'000;  // wider results would only be cut

struct Directive {
  bool left = false, plus = false, space = false, alternate = false, zero = false;
  std::int64_t width = 0, precision = -1;
  char32_t type = 0;
};

class PrintfFormatter {
 public:
  PrintfFormatter(State& state, Value format, Value values)
      : state_(state),
        format_(format.str()),
        markup_(format.markup()),
        bytes_(format.is(Type::Bytes)),
        values_(values) {
    // As in Python, a list counts as a mapping that simply has no names.
    by_name_ = values.mapping() || values.list_like() || values.undefined() || values.is(Type::Bytes);
  }

  Value run() {
    while (pos_ < format_.size()) {
      const std::size_t mark = std::min(format_.find('%', pos_), format_.size());
      out_.append(format_, pos_, mark - pos_);
      pos_ = mark;
      if (pos_ < format_.size()) directive();
      state_.charge(2);
      state_.check_text(out_);
    }
    if (!by_name_ && next_ < available())
      type_error(bytes_ ? "not all arguments converted during bytes formatting"
                        : "not all arguments converted during string formatting");
    return bytes_ ? Value::bytes(state_.text(out_).str()) : state_.text(out_, markup_);
  }

 private:
  std::size_t available() const { return values_.is(Type::Tuple) ? values_.tag() : 1; }

  Value argument() {
    if (!named_.missing()) return named_;
    if (next_ >= available()) type_error("not enough arguments for format string");
    return values_.is(Type::Tuple) ? values_.items()[next_++] : (++next_, values_);
  }

  char32_t peek() const {
    if (pos_ >= format_.size()) value_error("incomplete format");
    std::size_t pos = pos_;
    return json::next_code_point(format_, pos);
  }

  void name() {
    if (!values_.mapping()) type_error("format requires a mapping");
    const std::size_t start = ++pos_;
    int depth = 1;
    for (; pos_ < format_.size(); ++pos_) {
      if (format_[pos_] == '(') ++depth;
      if (format_[pos_] == ')' && --depth == 0) break;
    }
    if (pos_ >= format_.size()) value_error("incomplete format key");
    const std::string_view text = format_.substr(start, pos_ - start);
    const Value key = bytes_ ? Value::bytes(text) : Value::text(text);
    ++pos_;
    named_ = mapping_find(state_, state_.real(values_), key);
    if (named_.missing()) raise(Fault::KeyError, repr(state_, key));
  }

  std::int64_t number(const char* too_big) {
    std::int64_t value = 0;
    if (pos_ < format_.size() && format_[pos_] == '*') {
      ++pos_;
      const Value v = argument();
      if (!v.small_int()) type_error("* wants int");
      return v.as_int();
    }
    for (; pos_ < format_.size() && format_[pos_] >= '0' && format_[pos_] <= '9'; ++pos_) {
      value = value * 10 + (format_[pos_] - '0');
      if (value > INT32_MAX) value_error(too_big);
    }
    return value;
  }

  void directive() {
    ++pos_;
    named_ = Value();
    if (pos_ < format_.size() && format_[pos_] == '%') {
      out_ += format_[pos_++];
      return;
    }
    if (pos_ < format_.size() && format_[pos_] == '(') name();
    Directive d;
    for (;; ++pos_) {
      const char32_t c = peek();
      if (c == '-') {
        d.left = true;
      } else if (c == '+') {
        d.plus = true;
      } else if (c == ' ') {
        d.space = true;
      } else if (c == '#') {
        d.alternate = true;
      } else if (c == '0') {
        d.zero = true;
      } else {
        break;
      }
    }
    d.width = number("width too big");
    if (d.width < 0) {
      d.left = true;
      d.width = -d.width;
    }
    if (peek() == '.') {
      ++pos_;
      d.precision = std::max<std::int64_t>(number("precision too big"), 0);
    }
    if (peek() == 'l' || peek() == 'h' || peek() == 'L') ++pos_;
    d.type = peek();
    const std::size_t at = pos_;
    json::next_code_point(format_, pos_);
    if (d.width > kMaxWidth || d.precision > kMaxWidth)
      raise(Fault::Budget, "the template needs too much memory");
    convert(d, at);
  }

  void convert(const Directive& d, std::size_t at) {
    if (bytes_ && (d.type == 'b' || d.type == 's')) return byte_text(d, argument());
    switch (d.type) {
      case 's':
      case 'r':
      case 'a':
        return text(d, argument());
      case 'c':
        return character(d, argument());
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return integer(d, argument());
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        return real(d, argument());
      default:
        break;
    }
    argument();
    std::string sign, hex;
    json::append_code_point(sign, d.type);
    for (char32_t rest = d.type; rest != 0; rest /= 16)
      hex.insert(hex.begin(), "0123456789abcdef"[rest % 16]);
    value_error("unsupported format character '" + sign + "' (0x" + hex + ") at index " +
                std::to_string(json::count_code_points(format_.substr(0, at))));
  }

  void fill(std::string_view prefix, std::string_view body, const Directive& d, bool zeros) {
    const auto size =
        static_cast<std::int64_t>(bytes_ ? prefix.size() + body.size()
                                         : json::count_code_points(prefix) + json::count_code_points(body));
    const std::size_t missing = d.width > size ? static_cast<std::size_t>(d.width - size) : 0;
    state_.charge_bytes(static_cast<std::size_t>(size) + missing);
    if (missing > 0 && !d.left && !zeros) out_.append(missing, ' ');
    out_ += prefix;
    if (missing > 0 && !d.left && zeros) out_.append(missing, '0');
    out_ += body;
    if (d.left) out_.append(missing, ' ');
  }

  void text(const Directive& d, Value v) {
    std::string shown = d.type == 's' ? str(state_, v) : repr(state_, v);
    if (d.type == 'a' || bytes_) shown = ascii_only(shown);
    if (markup_ && !(d.type == 's' && v.markup())) {
      std::string escaped;
      append_escaped(escaped, shown);
      shown = std::move(escaped);
    }
    state_.charge_characters(shown);
    if (d.precision >= 0) shown = json::first_code_points(shown, static_cast<std::size_t>(d.precision));
    fill("", shown, d, false);
  }

  void byte_text(const Directive& d, Value v) {
    if (!v.is(Type::Bytes)) {
      type_error("%b requires a bytes-like object, or an object that implements __bytes__, not '" +
                 std::string(type_name(v)) + "'");
    }
    std::string_view shown = v.str();
    if (d.precision >= 0) shown = shown.substr(0, static_cast<std::size_t>(d.precision));
    fill("", shown, d, false);
  }

  void byte_character(const Directive& d, Value v) {
    if (v.is(Type::Bytes) && v.tag() == 1) return fill("", v.str(), d, false);
    if (!v.integral()) type_error("%c requires an integer in range(256) or a single byte");
    if (!v.small_int() || v.as_int() < 0 || v.as_int() > 255)
      raise(Fault::Overflow, "%c arg not in range(256)");
    fill("", std::string(1, static_cast<char>(v.as_int())), d, false);
  }

  void character(const Directive& d, Value v) {
    if (bytes_) return byte_character(d, v);
    std::string sign;
    if (v.string()) {
      if (json::count_code_points(v.str()) != 1) type_error("%c requires int or char");
      sign = v.str();
    } else if (v.integral()) {
      if (!v.small_int() || v.as_int() < 0 || v.as_int() > 0x10FFFF)
        raise(Fault::Overflow, "%c arg not in range(0x110000)");
      json::append_code_point(sign, static_cast<char32_t>(v.as_int()));
    } else {
      type_error("%c requires int or char");
    }
    fill("", sign, d, false);
  }

  void integer(const Directive& d, Value v) {
    const char type = static_cast<char>(d.type);
    const bool decimal = type == 'd' || type == 'i' || type == 'u';
    if (v.is(Type::Float) && decimal) {
      if (std::isnan(v.as_float())) value_error("cannot convert float NaN to integer");
      if (std::isinf(v.as_float())) raise(Fault::Overflow, "cannot convert float infinity to integer");
      v = big::from_double(state_, v.as_float());
    }
    if (v.undefined() && decimal) raise_undefined(state_, v);
    if (!v.integral()) {
      type_error("%" + std::string(1, type) + " format: " + (decimal ? "a real number" : "an integer") +
                 " is required, not " + std::string(type_name(v)));
    }
    const bool hex = type == 'x' || type == 'X';
    std::string digits =
        decimal ? str(state_, positive(state_, v)) : big::to_text(state_, positive(state_, v), hex ? 16 : 8);
    const bool negative = digits.starts_with('-');
    if (negative) digits.erase(0, 1);
    if (type == 'X')
      std::transform(digits.begin(), digits.end(), digits.begin(),
                     [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
    if (d.precision > static_cast<std::int64_t>(digits.size()))
      digits.insert(0, static_cast<std::size_t>(d.precision) - digits.size(), '0');
    std::string prefix = sign(d, negative);
    if (d.alternate && !decimal) prefix += type == 'o' ? "0o" : type == 'x' ? "0x" : "0X";
    fill(prefix, digits, d, d.zero);
  }

  static std::string sign(const Directive& d, bool negative) {
    return negative ? "-" : d.plus ? "+" : d.space ? " " : "";
  }

  void real(const Directive& d, Value v) {
    if (v.undefined()) raise_undefined(state_, v);
    if (!v.number()) {
      type_error((bytes_ ? "float argument required, not " : "must be real number, not ") +
                 std::string(type_name(v)));
    }
    const double number = number_to_double(state_, v);
    const int precision = d.precision < 0 ? 6 : static_cast<int>(d.precision);
    state_.charge(8 + static_cast<std::size_t>(precision) / 16);
    std::string digits = format_double(std::abs(number), static_cast<char>(d.type), precision, d.alternate);
    fill(sign(d, std::signbit(number) && !std::isnan(number)), digits, d, d.zero);
  }

 public:
  static std::string ascii_only(std::string_view text) {
    std::string out;
    for (std::size_t pos = 0; pos < text.size();) {
      const char32_t c = json::next_code_point(text, pos);
      if (c < 0x80) {
        out += static_cast<char>(c);
        continue;
      }
      out += c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U";
      for (int shift = c < 0x100 ? 4 : c < 0x10000 ? 12 : 28; shift >= 0; shift -= 4)
        out += "0123456789abcdef"[c >> shift & 15];
    }
    return out;
  }

 private:
  State& state_;
  std::string_view format_;
  bool markup_, bytes_;
  Value values_;
  bool by_name_;
  std::size_t next_ = 0;
  Value named_;
  std::size_t pos_ = 0;
  std::string out_;
};

}  // namespace

std::string format_double(double number, char kind, int precision, bool alternate) {
  const bool upper = kind < 'a';
  if (!std::isfinite(number)) {
    std::string name = std::isnan(number) ? "nan" : number < 0 ? "-inf" : "inf";
    if (upper)
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
    return name;
  }
  const char lower = static_cast<char>(kind | 0x20);
  if (lower == 'g' && precision == 0) precision = 1;
  const auto format = lower == 'e'   ? std::chars_format::scientific
                      : lower == 'f' ? std::chars_format::fixed
                                     : std::chars_format::general;
  std::string out(static_cast<std::size_t>(precision) + 350, '\0');
  out.resize(static_cast<std::size_t>(
      std::to_chars(out.data(), out.data() + out.size(), number, format, precision).ptr - out.data()));
  if (alternate) {
    const std::size_t exponent = std::min(out.find('e'), out.size());
    if (out.find('.') == std::string::npos) out.insert(exponent, ".");
    if (lower == 'g') {
      // "#" keeps the zeros that g cuts.
      std::size_t digits = 0;
      bool leading = true;
      for (std::size_t i = 0; i < out.size() && out[i] != 'e'; ++i) {
        if (out[i] >= '1' && out[i] <= '9') leading = false;
        digits += out[i] >= '0' && out[i] <= '9' && !leading;
      }
      if (leading) digits = 1;
      const std::size_t missing =
          static_cast<std::size_t>(precision) > digits ? static_cast<std::size_t>(precision) - digits : 0;
      out.insert(std::min(out.find('e'), out.size()), missing, '0');
    }
  }
  if (upper) std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c == 'e' ? 'E' : c; });
  return out;
}

Value printf_format(State& state, Value format, Value values) {
  return PrintfFormatter(state, format, values).run();
}

std::string ascii_repr(State& state, Value v) {
  return PrintfFormatter::ascii_only(repr(state, v));
}

}  // namespace tocsin::jinja
