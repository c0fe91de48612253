#include "language/json/utf8.h"

#include "language/json/scan.h"

namespace tocsin::json {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

unsigned char byte_at(std::string_view text, std::size_t pos) {
  return static_cast<unsigned char>(text[pos]);
}

bool continues(std::string_view text, std::size_t pos) {
  return pos < text.size() && (byte_at(text, pos) & 0xC0) == 0x80;
}

// Length in bytes of the sequence that starts with `lead`; 0 when no sequence starts so.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// The code point at `pos` and its length; length 0 when malformed. Surrogates decode.
char32_t decode(std::string_view text, std::size_t pos, std::size_t& length) {
  const unsigned char lead = byte_at(text, pos);
  length = sequence_length(lead);
  if (length == 1) return lead;
  if (length == 0) return kReplacement;
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text, pos + i)) return length = 0, kReplacement;
    code = (code << 6) | (byte_at(text, pos + i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF) return length = 0, kReplacement;
  return code;
}

}  // namespace

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t pos = 0;
  while (pos < text.size()) {
    if (byte_at(text, pos) < 0x80) {
      const std::size_t run = ascii_run(text, pos);
      pos += run > 0 ? run : 1;
      continue;
    }
    std::size_t length = 0;
    const char32_t code = decode(text, pos, length);
    if (length == 0 || (code >= 0xD800 && code <= 0xDFFF)) return pos;
    pos += length;
  }
  return pos;
}

char32_t next_code_point(std::string_view text, std::size_t& pos) {
  std::size_t length = 0;
  const char32_t code = decode(text, pos, length);
  pos += length == 0 ? 1 : length;
  return code;
}

void append_code_point(std::string& out, char32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::string clean_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t start = pos;
    const char32_t code = next_code_point(text, pos);
    if (code == 0 || (code >= 0xD800 && code <= 0xDFFF) || code == kReplacement) {
      append_code_point(out, kReplacement);
    } else {
      out.append(text, start, pos - start);
    }
  }
  return out;
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::string_view first_code_points(std::string_view text, std::size_t count) {
  if (text.size() <= count) return text;
  std::size_t pos = 0;
  for (; count > 0 && pos < text.size(); --count) next_code_point(text, pos);
  return text.substr(0, pos);
}

}  // namespace tocsin::json
