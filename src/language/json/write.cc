#include "language/json/write.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "language/json/scan.h"
#include "language/json/utf8.h"

namespace tocsin::json {
namespace {

void append_escape(std::string& out, char32_t code) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(code >> shift) & 15];
}

void append_float(std::string& out, double number) {
  if (std::isnan(number)) {
    out += "NaN";
  } else if (std::isinf(number)) {
    out += number < 0 ? "-Infinity" : "Infinity";
  } else {
    out += float_repr(number);
  }
}

class Writer {
 public:
  Writer(std::string& out, const Style& style) : out_(out), style_(style) {}

  void value(const Value& v, int depth) {
    switch (v.kind()) {
      case Kind::Null:
        out_ += "null";
        break;
      case Kind::Bool:
        out_ += v.as_bool() ? "true" : "false";
        break;
      case Kind::Int: {
        std::array<char, 24> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), v.as_int()).ptr;
        out_.append(text.data(), end);
        break;
      }
      case Kind::BigInt:
        out_ += v.as_big_int().digits;
        break;
      case Kind::Float:
        append_float(out_, v.as_float());
        break;
      case Kind::String:
        append_string(out_, v.as_string(), style_.ascii);
        break;
      case Kind::Array:
        array(v.as_array(), depth);
        break;
      case Kind::Object:
        object(v.as_object(), depth);
        break;
    }
  }

 private:
  void separate(bool first, int depth) {
    if (!first) out_ += style_.between_items;
    line(depth);
  }
  void line(int depth) {
    if (style_.indent >= 0) {
      out_ += '\n';
      out_.append(static_cast<std::size_t>(style_.indent * depth), ' ');
    }
  }

  void array(const Array& items, int depth) {
    if (items.empty()) {
      out_ += "[]";
      return;
    }
    out_ += '[';
    for (const Value& item : items) {
      separate(&item == &items.front(), depth + 1);
      value(item, depth + 1);
    }
    line(depth);
    out_ += ']';
  }

  void member(const Member& m, bool first, int depth) {
    separate(first, depth + 1);
    append_string(out_, m.key, style_.ascii);
    out_ += style_.after_key;
    value(m.value, depth + 1);
  }

  void object(const Object& members, int depth) {
    if (members.empty()) {
      out_ += "{}";
      return;
    }
    out_ += '{';
    bool first = true;
    if (style_.sort_keys) {
      std::vector<const Member*> sorted;
      for (const Member& m : members) sorted.push_back(&m);
      // Byte order of UTF-8 is code point order.
      std::sort(sorted.begin(), sorted.end(),
                [](const Member* a, const Member* b) { return a->key < b->key; });
      for (const Member* m : sorted) member(*m, std::exchange(first, false), depth);
    } else {
      for (const Member& m : members) member(m, std::exchange(first, false), depth);
    }
    line(depth);
    out_ += '}';
  }

  std::string& out_;
  const Style& style_;
};

}  // namespace

void append_string(std::string& out, std::string_view text, bool ascii) {
  out += '"';
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t run = pos;
    while (pos + 8 <= text.size()) {
      const std::uint64_t word = load8(text.data() + pos);
      // 0xED begins surrogates.
      const std::uint64_t beyond = ascii ? (word & kHighs) | has_byte(word, 0x7F) : has_byte(word, 0xED);
      if ((has_byte(word, '"') | has_byte(word, '\\') | has_control(word) | beyond) != 0) break;
      pos += 8;
    }
    while (pos < text.size()) {
      const auto c = static_cast<unsigned char>(text[pos]);
      if (c < 0x20 || c == '"' || c == '\\' || (ascii && c >= 0x7F) || c == 0xED) break;
      ++pos;
    }
    out.append(text, run, pos - run);
    if (pos == text.size()) break;
    constexpr std::string_view kSigns = "\"\\\b\f\n\r\t", kNames = "\"\\bfnrt";
    if (const std::size_t named = kSigns.find(text[pos]); named != std::string_view::npos) {
      out += '\\';
      out += kNames[named];
      ++pos;
      continue;
    }
    const std::size_t start = pos;
    const char32_t code = next_code_point(text, pos);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (!ascii && !surrogate && code >= 0x20) {
      out.append(text, start, pos - start);
    } else if (code >= 0x10000) {
      append_escape(out, 0xD800 + ((code - 0x10000) >> 10));
      append_escape(out, 0xDC00 + ((code - 0x10000) & 0x3FF));
    } else {
      append_escape(out, code);
    }
  }
  out += '"';
}

void append(std::string& out, const Value& value, const Style& style) {
  Writer(out, style).value(value, 0);
}

std::string write(const Value& value, const Style& style) {
  std::string out;
  append(out, value, style);
  return out;
}

// Python switches to the exponent form below 1e-4 and from 1e16 on; std::to_chars gives the shortest digits.
std::string float_repr(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::array<char, 32> buffer{};
  const auto scientific =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(scientific.ptr - buffer.data()));
  const std::size_t mark = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + mark + 1 + (text[mark + 1] == '+'), text.data() + text.size(), exponent);
  if (number != 0 && (exponent < -4 || exponent >= 16)) return std::string(text);
  std::array<char, 64> plain{};
  const auto fixed =
      std::to_chars(plain.data(), plain.data() + plain.size(), number, std::chars_format::fixed);
  std::string out(plain.data(), fixed.ptr);
  if (out.find('.') == std::string::npos) out += ".0";
  return out;
}

}  // namespace tocsin::json
