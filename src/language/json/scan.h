// Skips eight bytes at a time over text that needs no attention; for the reader and the writers of JSON.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace tocsin::json {

inline constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
inline constexpr std::uint64_t kHighs = 0x8080808080808080ULL;

inline std::uint64_t load8(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}
// Non-zero when a byte of `word` equals `byte`. May also report bytes behind such a byte; never misses one.
constexpr std::uint64_t has_byte(std::uint64_t word, unsigned char byte) {
  const std::uint64_t difference = word ^ (kOnes * byte);
  return (difference - kOnes) & ~difference & kHighs;
}
// Non-zero when a byte is below 0x20.
constexpr std::uint64_t has_control(std::uint64_t word) {
  return (word - kOnes * 0x20) & ~word & kHighs;
}

// How many of the next bytes are plain in a JSON string: no quote, backslash or control character. May stop
// up to seven bytes early.
inline std::size_t plain_run(std::string_view text, std::size_t pos) {
  const std::size_t start = pos;
  while (pos + 8 <= text.size()) {
    const std::uint64_t word = load8(text.data() + pos);
    if ((has_byte(word, '"') | has_byte(word, '\\') | has_control(word)) != 0) break;
    pos += 8;
  }
  return pos - start;
}
// Likewise for ASCII.
inline std::size_t ascii_run(std::string_view text, std::size_t pos) {
  const std::size_t start = pos;
  while (pos + 8 <= text.size() && (load8(text.data() + pos) & kHighs) == 0) pos += 8;
  return pos - start;
}

}  // namespace tocsin::json
