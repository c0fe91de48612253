// Texts that repeat, each kept once and known by a number from 0 on; all of them lie one after the other, so
// that they can be searched at the speed of memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_hash.h"

namespace tocsin {

class TextSet {
 public:
  // The text's number, new or known.
  std::uint32_t add(std::string_view text) {
    if ((size() + 1) * 2 > slots_.size()) grow();
    std::uint32_t& slot = slots_[place_of(text)];
    if (slot != kFree) return slot;
    slot = static_cast<std::uint32_t>(size());
    texts_ += text;
    ends_.push_back(texts_.size());
    return slot;
  }
  std::optional<std::uint32_t> find(std::string_view text) const {
    if (slots_.empty()) return std::nullopt;
    const std::uint32_t slot = slots_[place_of(text)];
    return slot == kFree ? std::nullopt : std::optional(slot);
  }
  std::string_view operator[](std::uint32_t number) const {
    const std::size_t start = number == 0 ? 0 : ends_[number - 1];
    return std::string_view(texts_).substr(start, ends_[number] - start);
  }
  std::size_t size() const { return ends_.size(); }

  // For each text, whether it holds `part`.
  std::vector<std::uint8_t> containing(std::string_view part) const {
    std::vector<std::uint8_t> found(size(), part.empty() ? 1 : 0);
    if (part.empty()) return found;
    std::size_t at = 0, number = 0;
    while (const void* hit = memmem(texts_.data() + at, texts_.size() - at, part.data(), part.size())) {
      at = static_cast<std::size_t>(static_cast<const char*>(hit) - texts_.data());
      number = static_cast<std::size_t>(
          std::upper_bound(ends_.begin() + static_cast<std::ptrdiff_t>(number), ends_.end(), at) -
          ends_.begin());
      if (at + part.size() > ends_[number]) {  // it reaches into the next text
        ++at;
        continue;
      }
      found[number] = 1;
      at = ends_[number];
    }
    return found;
  }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;

  std::size_t place_of(std::string_view text) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t place = hash_text(text) & mask;
    while (slots_[place] != kFree && (*this)[slots_[place]] != text) place = (place + 1) & mask;
    return place;
  }
  void grow() {
    slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), kFree);
    for (std::uint32_t number = 0; number < size(); ++number) slots_[place_of((*this)[number])] = number;
  }

  std::string texts_;
  std::vector<std::size_t> ends_;
  std::vector<std::uint32_t> slots_;  // numbers by hash
};

}  // namespace tocsin
