#include "edge/http/address_policy.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

TEST(AddressPolicy, OpensThePublicInternetOnly) {
  const struct {
    const char* address;
    bool open;
  } cases[] = {
      {"8.8.8.8", true},
      {"1.1.1.1", true},
      {"100.63.255.255", true},
      {"172.15.255.255", true},
      {"172.32.0.0", true},
      {"169.253.0.1", true},
      {"192.167.255.255", true},
      {"223.255.255.255", true},
      {"2606:4700:4700::1111", true},
      {"2a00:1450::1", true},
      {"0.0.0.0", false},
      {"0.1.2.3", false},
      {"10.0.0.1", false},
      {"100.64.0.1", false},
      {"100.127.255.255", false},
      {"127.0.0.1", false},
      {"127.255.255.254", false},
      {"169.254.1.1", false},
      {"169.254.169.254", false},
      {"172.16.0.1", false},
      {"172.31.255.255", false},
      {"192.0.0.1", false},
      {"192.0.2.1", false},
      {"192.88.99.1", false},
      {"192.168.0.1", false},
      {"198.18.0.1", false},
      {"198.19.255.255", false},
      {"198.51.100.1", false},
      {"203.0.113.1", false},
      {"224.0.0.1", false},
      {"239.255.255.255", false},
      {"240.0.0.1", false},
      {"255.255.255.255", false},
      {"::", false},
      {"::1", false},
      {"fc00::1", false},
      {"fd12:3456::1", false},
      {"fd00:ec2::254", false},
      {"fe80::1", false},
      {"fe80::1%eth0", false},
      {"fec0::1", false},
      {"ff02::1", false},
      {"100::1", false},
      {"2001:db8::1", false},
      {"2001::1", false},         // Teredo
      {"2002:7f00:1::", false},   // 6to4 of 127.0.0.1
      {"2002:808:808::", false},  // 6to4 of 8.8.8.8: a tunnel all the same
      {"3fff::1", false},
      {"::ffff:127.0.0.1", false},  // mapped
      {"::ffff:10.1.2.3", false},
      {"::ffff:8.8.8.8", true},
      {"::127.0.0.1", false},  // compatible
      {"::169.254.169.254", false},
      {"64:ff9b::7f00:1", false},  // NAT64
      {"64:ff9b::10.0.0.1", false},
      {"64:ff9b::8.8.8.8", true},     // how an IPv6-only network reaches the IPv4 Internet
      {"64:ff9b:1::8.8.8.8", false},  // NAT64 of a local network
      {"4000::1", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.address);
    const auto address = parse_address(c.address);
    ASSERT_TRUE(address);
    EXPECT_EQ(AddressPolicy{}.permits(*address), c.open);
  }
}

TEST(AddressPolicy, OpensWhatTheOperatorAllowsButNeverMetadata) {
  const auto allowed = parse_address_ranges("10.1.0.0/16, 127.0.0.1,169.254.0.0/16 ,fd00::/8,0.0.0.0/0");
  ASSERT_TRUE(allowed);
  const AddressPolicy policy{{allowed->begin(), allowed->begin() + 4}};
  const struct {
    const char* address;
    bool open;
  } cases[] = {
      {"10.1.255.255", true},
      {"10.2.0.0", false},
      {"127.0.0.1", true},
      {"127.0.0.2", false},
      {"::ffff:127.0.0.1", true},
      {"64:ff9b::10.1.0.1", true},
      {"169.254.7.7", true},
      {"169.254.169.254", false},
      {"::ffff:169.254.169.254", false},
      {"64:ff9b::169.254.169.254", false},
      {"169.254.170.2", false},
      {"fd00::1", true},
      {"fd00:ec2::254", false},
      {"fe80::1", false},
      {"8.8.8.8", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.address);
    EXPECT_EQ(policy.permits(*parse_address(c.address)), c.open);
  }
  const AddressPolicy all_v4{{allowed->back()}};
  EXPECT_TRUE(all_v4.permits(*parse_address("192.168.1.1")));
  EXPECT_FALSE(all_v4.permits(*parse_address("169.254.169.254")));
  EXPECT_FALSE(all_v4.permits(*parse_address("::1")));
}

TEST(AddressPolicy, SaysWhichRangeItCannotRead) {
  for (const char* bad : {"10.0.0.0/33", "10.0.0/8", "fd00::/129", "fd00::/", "10.0.0.0/-1", "10.0.0.0/8x",
                          "host", "/8", "10.0.0.0/8,,", "10.0.0.1%eth0", " "}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(parse_address_ranges(bad));
  }
  EXPECT_EQ(parse_address_ranges("10.0.0.0/8, nonsense").error().message,
            "\"nonsense\" is not an address range like 10.0.0.0/8 or fd00::/8");
  EXPECT_TRUE(parse_address_ranges("")->empty());
}

}  // namespace
}  // namespace tocsin::http
