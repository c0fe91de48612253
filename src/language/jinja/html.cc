#include "language/jinja/html.h"

#include <algorithm>
#include <charconv>

#include "language/jinja/text_form.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

struct Entity {
  std::string_view name, text;
};
constexpr Entity kEntities[] = {
#include "language/jinja/html_entities.inc"
};

const Entity* find_entity(std::string_view name) {
  const auto* found = std::lower_bound(std::begin(kEntities), std::end(kEntities), name,
                                       [](const Entity& e, std::string_view n) { return e.name < n; });
  return found != std::end(kEntities) && found->name == name ? found : nullptr;
}

// What HTML5 makes of references to control characters: the Windows-1252 sign.
constexpr char32_t kWindows1252[] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                     0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                     0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                     0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

void append_numeric(std::string& out, std::uint64_t code) {
  if (code == 0x0D) {
    out += '\r';
  } else if (code >= 0x80 && code <= 0x9F) {
    json::append_code_point(out, kWindows1252[code - 0x80]);
  } else if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    out += "\xEF\xBF\xBD";
  } else if ((code >= 1 && code <= 8) || (code >= 0xE && code <= 0x1F) || code == 0xB || code == 0x7F ||
             (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF)) {
    return;  // not allowed in HTML: dropped
  } else {
    json::append_code_point(out, static_cast<char32_t>(code));
  }
}

// At "&#": the reference's length, 0 when it is none.
std::size_t numeric_reference(std::string_view text, std::string& out) {
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const std::string_view digits = text.substr(hex ? 3 : 2);
  const char* end = digits.data();
  std::uint64_t code = 0;
  const auto is_digit = [&](char c) {
    return (c >= '0' && c <= '9') || (hex && ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'));
  };
  while (end < digits.data() + digits.size() && is_digit(*end)) {
    const int value = *end <= '9' ? *end - '0' : (*end | 0x20) - 'a' + 10;
    code = std::min<std::uint64_t>(code * (hex ? 16 : 10) + static_cast<std::uint64_t>(value), 0x110000);
    ++end;
  }
  const auto count = static_cast<std::size_t>(end - digits.data());
  if (count == 0) return 0;
  append_numeric(out, code);
  const std::size_t length = (hex ? 3 : 2) + count;
  return length + (length < text.size() && text[length] == ';');
}

// At "&": a named reference; the longest name that fits counts, as browsers do.
std::size_t named_reference(std::string_view text, std::string& out) {
  std::size_t end = 1;
  while (end < text.size() && end < 33 &&
         std::string_view("\t\n\f <&#;").find(text[end]) == std::string_view::npos)
    ++end;
  if (end < text.size() && text[end] == ';') ++end;
  for (std::size_t length = end - 1; length >= 2; --length) {
    if (const Entity* entity = find_entity(text.substr(1, length))) {
      out += entity->text;
      return length + 1;
    }
  }
  return 0;
}

std::string remove_between(std::string_view text, std::string_view open, std::string_view close) {
  std::string out;
  std::size_t pos = 0;
  while (true) {
    const std::size_t start = text.find(open, pos);
    const std::size_t end = start == std::string_view::npos ? start : text.find(close, start);
    if (end == std::string_view::npos) break;
    out.append(text, pos, start - pos);
    pos = end + close.size();
  }
  out.append(text, pos);
  return out;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string_view with;
    switch (text[i]) {
      case '&':
        with = "&amp;";
        break;
      case '<':
        with = "&lt;";
        break;
      case '>':
        with = "&gt;";
        break;
      case '\'':
        with = "&#39;";
        break;
      case '"':
        with = "&#34;";
        break;
      default:
        continue;
    }
    out.append(text, from, i - from);
    out += with;
    from = i + 1;
  }
  out.append(text, from);
}

void append_markup(std::string& out, Value string) {
  if (string.markup()) {
    out += string.str();
  } else {
    append_escaped(out, string.str());
  }
}

void append_escaped(State& state, std::string& out, Value v) {
  const std::size_t before = out.size();
  if (v.string()) {
    state.charge(v.tag() / 8);
    append_markup(out, v);
  } else {
    append_escaped(out, str(state, v));
  }
  state.charge_bytes(out.size() - before);
  state.check_text(out);
}

Value escape(State& state, Value v) {
  if (v.markup()) return v;
  std::string out;
  append_escaped(state, out, v);
  return state.text(out, true);
}

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t mark = text.find('&', pos);
    out.append(text, pos, mark == std::string_view::npos ? mark : mark - pos);
    if (mark == std::string_view::npos) break;
    const std::string_view rest = text.substr(mark);
    const std::size_t length =
        rest.size() > 1 && rest[1] == '#' ? numeric_reference(rest, out) : named_reference(rest, out);
    if (length == 0) out += '&';
    pos = mark + std::max<std::size_t>(length, 1);
  }
  return out;
}

std::string strip_tags(std::string_view text) {
  const std::string without_comments = remove_between(text, "<!--", "-->");
  const std::string without_tags = remove_between(without_comments, "<", ">");
  std::string collapsed;
  std::string_view rest = unicode::strip(without_tags);
  for (std::size_t pos = 0; pos < rest.size();) {
    const std::size_t start = pos;
    if (!unicode::is_space(json::next_code_point(rest, pos))) {
      collapsed.append(rest, start, pos - start);
      continue;
    }
    collapsed += ' ';
    rest = unicode::strip_left(rest.substr(start));
    pos = 0;
  }
  return unescape(collapsed);
}

}  // namespace tocsin::jinja
