#include "language/mime/transfer.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "language/mime/charset.h"

namespace tocsin::mime {
namespace {

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// "=41" at `at`, as its byte.
std::optional<char> escaped_byte(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size()) return std::nullopt;
  const int high = hex_digit(text[at + 1]), low = hex_digit(text[at + 2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

std::string decode_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '=' ? escaped_byte(text, i) : std::nullopt;
    out += byte ? *byte : text[i] == '_' ? ' ' : text[i];
    if (byte) i += 2;
  }
  return out;
}

struct Word {
  std::string_view charset;
  std::string bytes;
  std::size_t end = 0;  // after its "?="
};

// Reads words of one value from its beginning to its end. Where the next "?=" is, is kept: a value full of
// beginnings without an end would otherwise be searched once for each.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  // The word that begins at `at`.
  std::optional<Word> read(std::size_t at) {
    const std::string_view head = text_.substr(at, kLongestCharset);
    if (!head.starts_with("=?")) return std::nullopt;
    const std::size_t charset_end = head.find('?', 2);
    if (charset_end == std::string_view::npos || charset_end + 2 >= head.size() ||
        head[charset_end + 2] != '?')
      return std::nullopt;
    const char kind = head[charset_end + 1];
    const std::size_t begin = at + charset_end + 3, end = end_after(begin);
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view charset = head.substr(2, charset_end - 2);
    charset = charset.substr(0, charset.find('*'));  // RFC 2231: a language may follow
    const std::string_view encoded = text_.substr(begin, end - begin);
    if (kind == 'b' || kind == 'B') return Word{charset, decode_base64(encoded), end + 2};
    if (kind == 'q' || kind == 'Q') return Word{charset, decode_q(encoded), end + 2};
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kLongestCharset = 80;

  std::size_t end_after(std::size_t at) {
    if (!looked_ || (next_end_ != std::string_view::npos && next_end_ < at)) next_end_ = text_.find("?=", at);
    looked_ = true;
    return next_end_;
  }

  std::string_view text_;
  std::size_t next_end_ = 0;
  bool looked_ = false;
};

}  // namespace

std::string decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (c == '=') bits = 0, count = 0;  // what follows padding begins anew
    if (digit < 0) continue;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xff);
  }
  return out;
}

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
    } else if (const auto byte = escaped_byte(text, i)) {
      out += *byte;
      i += 2;
    } else if (const std::size_t line_end = text.find_first_not_of(" \t\r", i + 1);
               line_end == std::string_view::npos || text[line_end] == '\n') {
      i = line_end == std::string_view::npos ? text.size() : line_end;  // a soft line break
    } else {
      out += '=';
    }
  }
  return out;
}

std::string decode_words(std::string_view value) {
  std::string out;
  Words words(value);
  std::size_t at = 0;
  while (at < value.size()) {
    const std::size_t start = std::min(value.find("=?", at), value.size());
    out += to_utf8(value.substr(at, start - at), "utf-8");
    at = start;
    auto word = words.read(at);
    if (!word) {
      if (at < value.size()) out += value[at++];
      continue;
    }
    // White space between words is none, and a character may begin in one word and end in the next.
    at = word->end;
    while (true) {
      const std::size_t next = value.find_first_not_of(" \t\r\n", at);
      auto more = next == std::string_view::npos ? std::nullopt : words.read(next);
      if (!more) break;
      at = more->end;
      if (more->charset == word->charset) {
        word->bytes += more->bytes;
      } else {
        out += to_utf8(word->bytes, word->charset);
        word = std::move(more);
      }
    }
    out += to_utf8(word->bytes, word->charset);
  }
  return out;
}

}  // namespace tocsin::mime
