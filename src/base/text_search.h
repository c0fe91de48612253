// Finding a text in tens of megabytes at the speed of memory: the C library's memmem() takes four times as
// long for the short texts that people look for (bench/lists).
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace tocsin {

// Where `part` begins in `text`, at `from` or after it; npos: nowhere. `part` must not be empty.
inline std::size_t find_text(std::string_view text, std::string_view part, std::size_t from) {
  // Sixteen places at once: only where the first and the last sign stand is the rest compared.
  using Bytes = std::uint8_t __attribute__((vector_size(16)));
  using Halves = std::uint64_t __attribute__((vector_size(16)));
  constexpr std::size_t kStep = sizeof(Bytes);
  const std::size_t reach = part.size() - 1;
  const Bytes first = Bytes{} + static_cast<std::uint8_t>(part.front());
  const Bytes last = Bytes{} + static_cast<std::uint8_t>(part.back());
  const auto candidates = [&](std::size_t at) {
    Bytes starts, ends;
    std::memcpy(&starts, text.data() + at, kStep);
    std::memcpy(&ends, text.data() + at + reach, kStep);
    return (Bytes)(starts == first) & (Bytes)(ends == last);
  };
  const auto any = [](Bytes bytes) {
    const auto halves = (Halves)bytes;
    return (halves[0] | halves[1]) != 0;
  };
  std::size_t at = from;
  while (at + reach + kStep <= text.size()) {
    constexpr std::size_t kStride = 4 * kStep;
    while (at + reach + kStride <= text.size() &&
           !any(candidates(at) | candidates(at + kStep) | candidates(at + 2 * kStep) |
                candidates(at + 3 * kStep))) {
      at += kStride;
    }
    if (at + reach + kStep > text.size()) break;
    if (const Bytes found = candidates(at); any(found)) {
      for (std::size_t i = 0; i < kStep; ++i) {
        if (found[i] != 0 && std::memcmp(text.data() + at + i, part.data(), part.size()) == 0) return at + i;
      }
    }
    at += kStep;
  }
  return text.find(part, at);
}

}  // namespace tocsin
