#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/instant.h"
#include "base/result.h"
#include "base/strong_id.h"
#include "base/world.h"

namespace tocsin {
namespace {

class CountingRng : public Rng {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

TEST(Instant, WritesFractionOnlyWhenThereIsOne) {
  const Instant at = *parse_iso("2031-04-05T06:07:08.123456Z");
  EXPECT_EQ(to_iso(at), "2031-04-05T06:07:08.123456Z");
  EXPECT_EQ(to_iso_seconds(at), "2031-04-05T06:07:08Z");
  EXPECT_EQ(to_iso(*parse_iso("2031-04-05T06:07:08")), "2031-04-05T06:07:08Z");
  EXPECT_EQ(to_iso(from_micros(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(Instant, RefusesWhatIsNotATime) {
  for (const char* text : {"", "2031-04-05", "2031-02-30T00:00:00", "2031-04-05T24:00:00",
                           "2031-04-05T06:07:08.Z", "2031-04-05T06:07:08+01:00", "2031-04-05T06:07:08Zx"}) {
    EXPECT_FALSE(parse_iso(text)) << text;
  }
}

TEST(IdSource, PublicIdsHaveThePrefixAndOnlyTheirSigns) {
  CountingRng rng;
  IdSource ids(rng);
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string id = ids.public_id("WH");
    ASSERT_EQ(id.size(), 14U);
    EXPECT_EQ(id.substr(0, 2), "WH");
    EXPECT_EQ(id.find_first_of("O0"), std::string::npos);
  }
  EXPECT_EQ(ids.link_token(25).size(), 25U);
  EXPECT_EQ(ids.hex(32).size(), 64U);
}

TEST(IdSource, UuidIsVersionFour) {
  CountingRng rng;
  IdSource ids(rng);
  const std::string uuid = ids.uuid();
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_EQ(std::count(uuid.begin(), uuid.end(), '-'), 4);
}

TEST(IdSource, UuidOfAMomentBeginsWithItsMilliseconds) {
  CountingRng rng;
  IdSource ids(rng);
  const std::string uuid = ids.uuid_at(from_micros(0x0123456789AB * 1000));
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid.substr(0, 14), "01234567-89ab-");
  EXPECT_EQ(uuid[14], '7');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_NE(ids.uuid_at(from_micros(0)), ids.uuid_at(from_micros(0)));
  EXPECT_LT(ids.uuid_at(from_micros(1'000)), ids.uuid_at(from_micros(2'000)));
}

Result<int> half(int n) {
  if (n % 2 != 0) return invalid("n", "odd");
  return n / 2;
}
Result<int> quarter(int n) {
  TRY_AS(const int h, half(n));
  return half(h);
}

TEST(Result, TryPassesTheErrorOn) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().field, "n");
}

}  // namespace
}  // namespace tocsin
