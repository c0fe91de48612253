// Which addresses Tocsin connects to when somebody else chose the URL (webhooks, calendar feeds): RULINGS.md
// 18, docs/spec/outgoing-webhooks.md, section 6. Pure.
//
// Open are the addresses of the public Internet and what the operator allowed. Closed: loopback, private,
// link-local, shared (carrier) space, multicast, unspecified, reserved and documentation ranges, tunnels. An
// IPv4 address inside an IPv6 one (mapped, compatible, NAT64) is judged as that IPv4 address. The metadata
// services of clouds are closed even when the operator allows the range around them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tocsin::http {

// IPv4 addresses are held as ::ffff:a.b.c.d.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4() const;
  friend bool operator==(const Address&, const Address&) = default;
};
// "10.0.0.1", "fd00::1", "[fd00::1]", "fe80::1%eth0"; nullopt for anything else.
std::optional<Address> parse_address(std::string_view text);

struct AddressRange {
  Address first;
  int prefix = 128;  // in bits of the 128: an IPv4 /8 is 104 here
  bool holds(const Address& address) const;
};
// "10.0.0.0/8", "fd00::/8", or a single address.
Result<AddressRange> parse_address_range(std::string_view text);
// "10.0.0.0/8, fd00::/8": the value of --outbound-allow. Empty text: no ranges.
Result<std::vector<AddressRange>> parse_address_ranges(std::string_view text);

struct AddressPolicy {
  std::vector<AddressRange> allowed;  // by the operator
  bool permits(const Address& address) const;
};

}  // namespace tocsin::http
