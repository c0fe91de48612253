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
    signs_.push_back(signs_of(text));
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

  // Appends to `found` for each text from found.size() on, whether it holds `part`. Texts without the signs
  // of the part's neighbouring letters are passed over: a rare part costs a look at eight bytes a text.
  void find_holders(std::string_view part, std::vector<std::uint8_t>& found) const {
    std::size_t number = found.size();
    if (number == size()) return;
    std::size_t at = number == 0 ? 0 : ends_[number - 1];
    found.resize(size(), part.empty() ? 1 : 0);
    if (part.empty()) return;
    const std::uint64_t signs = signs_of(part);
    const auto may_hold = [&](std::uint64_t of_text) { return (of_text & signs) == signs; };
    const auto first = signs_.begin() + static_cast<std::ptrdiff_t>(number);
    const auto candidates = static_cast<std::size_t>(std::count_if(first, signs_.end(), may_hold));
    if (candidates * kWorthOnePass < size() - number) {
      for (; number < size(); ++number) {
        if (may_hold(signs_[number])) found[number] = (*this)[number].find(part) != std::string_view::npos;
      }
      return;
    }
    while (const void* hit = memmem(texts_.data() + at, texts_.size() - at, part.data(), part.size())) {
      at = static_cast<std::size_t>(static_cast<const char*>(hit) - texts_.data());
      number = holder_of(at, number);
      const bool inside = at + part.size() <= ends_[number];  // not reaching into the next text
      if (inside) found[number] = 1;
      at = inside ? ends_[number] : at + 1;
    }
  }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;
  // When every so many-th text may hold the part, reading all at once is faster than each of those alone.
  static constexpr std::size_t kWorthOnePass = 8;

  // One bit for each two letters that stand together.
  static std::uint64_t signs_of(std::string_view text) {
    std::uint64_t signs = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
      const std::uint32_t pair =
          static_cast<std::uint8_t>(text[i - 1]) * 256u + static_cast<std::uint8_t>(text[i]);
      signs |= std::uint64_t{1} << (pair * 0x9E3779B1u >> 26);
    }
    return signs;
  }

  std::size_t place_of(std::string_view text) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t place = hash_text(text) & mask;
    while (slots_[place] != kFree && (*this)[slots_[place]] != text) place = (place + 1) & mask;
    return place;
  }
  // The text that the sign at `at` belongs to, none before `from`: most often that one or one of the next.
  std::size_t holder_of(std::size_t at, std::size_t from) const {
    std::size_t step = 1;
    for (; from + step < size() && ends_[from + step - 1] <= at; step *= 2) from += step;
    const auto first = ends_.begin() + static_cast<std::ptrdiff_t>(from);
    const auto last = ends_.begin() + static_cast<std::ptrdiff_t>(std::min(from + step, size()));
    return static_cast<std::size_t>(std::upper_bound(first, last, at) - ends_.begin());
  }
  void grow() {
    slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), kFree);
    for (std::uint32_t number = 0; number < size(); ++number) slots_[place_of((*this)[number])] = number;
  }

  std::string texts_;
  std::vector<std::size_t> ends_;
  std::vector<std::uint64_t> signs_;
  std::vector<std::uint32_t> slots_;  // numbers by hash
};

}  // namespace tocsin
