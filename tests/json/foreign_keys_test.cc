// Keys made to collide in the tables of the standard library, whose hash has a fixed seed, do not collide in
// ours.
#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "base/text_hash.h"
#include "language/json/read.h"

namespace tocsin {
namespace {

// Of std::_Hash_bytes, a MurmurHash: each eight bytes are mixed by a function that has an inverse.
constexpr std::uint64_t kMultiplier = 0xC6A4A7935BD1E995U;
constexpr std::uint64_t kSeed = 0xC70F6907U;

constexpr std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t x = odd;  // each step of Newton's method doubles the good bits
  for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
  return x;
}
constexpr std::uint64_t shift_mix(std::uint64_t x) {
  return x ^ (x >> 47);
}
constexpr std::uint64_t mix(std::uint64_t block) {
  return shift_mix(block * kMultiplier) * kMultiplier;
}
constexpr std::uint64_t unmix(std::uint64_t mixed) {
  return shift_mix(mixed * inverse(kMultiplier)) * inverse(kMultiplier);
}

bool plain(std::uint64_t block) {
  for (int i = 0; i < 8; ++i, block >>= 8) {
    const auto c = static_cast<unsigned char>(block);
    if (c < ' ' || c > '~' || c == '"' || c == '\\') return false;
  }
  return true;
}

// Sixteen printable characters each: the first eight are a number, the second undo what it did.
std::vector<std::string> colliding_keys(std::size_t count) {
  std::vector<std::string> keys;
  for (std::uint64_t number = 10'000'000; keys.size() < count; ++number) {
    std::uint64_t first = 0;
    std::memcpy(&first, std::to_string(number).data(), 8);
    const std::uint64_t hash = (kSeed ^ (16 * kMultiplier) ^ mix(first)) * kMultiplier;
    const std::uint64_t second = unmix(hash ^ 0x746F6373696EU);
    if (!plain(second)) continue;
    keys.emplace_back(16, '\0');
    std::memcpy(keys.back().data(), &first, 8);
    std::memcpy(keys.back().data() + 8, &second, 8);
  }
  return keys;
}

TEST(ForeignKeys, CollideInTheStandardHashOnly) {
  std::set<std::size_t> standard;
  std::set<std::uint64_t> ours;
  const std::vector<std::string> keys = colliding_keys(2000);
  for (const std::string& key : keys) {
    standard.insert(std::hash<std::string>{}(key));
    ours.insert(hash_text(key));
  }
  EXPECT_EQ(standard.size(), 1U);
  EXPECT_EQ(ours.size(), keys.size());
}

TEST(ForeignKeys, AreFoundInAnObject) {
  std::string text = "{";
  const std::vector<std::string> keys = colliding_keys(2000);
  for (const std::string& key : keys) text += '"' + key + "\":1,";
  text.back() = '}';
  const auto read = json::read(text);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->as_object().size(), keys.size());
  for (const std::string& key : keys) EXPECT_NE(read->find(key), nullptr);
}

// The vectors of the paper's reference are for two rounds a word and four at the end; these for one and three
// are those of Rust's standard library.
TEST(ForeignKeys, AreHashedUnderAKey) {
  const HashKey key{0x0706050403020100U, 0x0F0E0D0C0B0A0908U};
  EXPECT_EQ(hash_text("", key), 0xABAC0158050FC4DCU);
  EXPECT_EQ(hash_text(std::string_view("\0", 1), key), 0xC9F49BF37D57CA93U);
  EXPECT_EQ(hash_text(std::string_view("\0\1\2\3\4\5\6\7", 8), key), 0x369095118D299A8EU);
  EXPECT_NE(hash_text("a", key), hash_text("a", {1, 2}));
  EXPECT_NE(process_hash_key().first, 0U);
}

}  // namespace
}  // namespace tocsin
