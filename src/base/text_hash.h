// Hash of text that somebody else chose: SipHash-1-3 under a key that the kernel gives each process, so that
// nobody outside can choose texts that meet in one bucket.
//
// Pure within a process; another process hashes differently, so no hash and no order of a table that stands
// on it may be shown, stored or sent. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tocsin {

struct HashKey {
  std::uint64_t first = 0, second = 0;
};

// The key of this process.
const HashKey& process_hash_key();

[[nodiscard]] std::uint64_t hash_text(std::string_view text, const HashKey& key = process_hash_key());

// For the tables of the standard library; looks up by string_view.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return hash_text(text); }
};

}  // namespace tocsin
