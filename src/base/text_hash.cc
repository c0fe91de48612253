#include "base/text_hash.h"

#include <sys/auxv.h>

#include <bit>
#include <cstring>

namespace tocsin {
namespace {

struct SipState {
  std::uint64_t a, b, c, d;

  void round() {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32);
    c += b;
    a += d;
    b = std::rotl(b, 17) ^ c;
    d = std::rotl(d, 21) ^ a;
    c = std::rotl(c, 32);
  }
  void absorb(std::uint64_t word) {
    d ^= word;
    round();
    a ^= word;
  }
};

// Sixteen random bytes that the kernel puts into every program it starts (getauxval(3), AT_RANDOM).
HashKey key_from_kernel() {
  HashKey key;
  if (const auto* random = reinterpret_cast<const void*>(getauxval(AT_RANDOM)))
    std::memcpy(&key, random, sizeof key);
  return key;
}

}  // namespace

const HashKey& process_hash_key() {
  static const HashKey kKey = key_from_kernel();
  return kKey;
}

std::uint64_t hash_text(std::string_view text, const HashKey& key) {
  SipState state{key.first ^ 0x736F6D6570736575U, key.second ^ 0x646F72616E646F6DU,
                 key.first ^ 0x6C7967656E657261U, key.second ^ 0x7465646279746573U};
  const char* at = text.data();
  for (std::size_t left = text.size() / 8; left > 0; --left, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    state.absorb(word);
  }
  std::uint64_t last = 0;
  if (const std::size_t rest = text.size() % 8; rest > 0) std::memcpy(&last, at, rest);
  state.absorb(last | static_cast<std::uint64_t>(text.size()) << 56);
  state.c ^= 0xFF;
  state.round();
  state.round();
  state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace tocsin
