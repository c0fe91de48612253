#include "edge/http/address_policy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "base/check.h"

namespace tocsin::http {
namespace {

AddressRange range(std::string_view text) {
  auto parsed = parse_address_range(text);
  TOCSIN_CHECK(parsed);
  return *parsed;
}

// The IANA special-purpose registries, and what else leads nowhere public.
const std::vector<AddressRange>& closed_ranges() {
  static const std::vector<AddressRange> ranges = {
      range("0.0.0.0/8"),        // this network
      range("10.0.0.0/8"),       // private
      range("100.64.0.0/10"),    // shared by carriers
      range("127.0.0.0/8"),      // loopback
      range("169.254.0.0/16"),   // link-local
      range("172.16.0.0/12"),    // private
      range("192.0.0.0/24"),     // protocol assignments
      range("192.0.2.0/24"),     // documentation
      range("192.88.99.0/24"),   // 6to4 relays
      range("192.168.0.0/16"),   // private
      range("198.18.0.0/15"),    // benchmarks
      range("198.51.100.0/24"),  // documentation
      range("203.0.113.0/24"),   // documentation
      range("224.0.0.0/4"),      // multicast
      range("240.0.0.0/4"),      // reserved, broadcast
      range("2001::/23"),        // protocol assignments, Teredo
      range("2001:db8::/32"),    // documentation
      range("2002::/16"),        // 6to4: tunnels to any IPv4 address
      range("3fff::/20"),        // documentation
  };
  return ranges;
}

// Beyond it IPv6 has loopback, unique local, link-local, multicast and nothing assigned.
const AddressRange& global_unicast() {
  static const AddressRange everything = range("2000::/3");
  return everything;
}

const std::vector<AddressRange>& metadata_services() {
  static const std::vector<AddressRange> services = {
      range("169.254.169.254"), range("169.254.170.2"), range("169.254.170.23"),
      range("fd00:ec2::254"),   range("fd00:ec2::23"),
  };
  return services;
}

bool any_holds(const std::vector<AddressRange>& ranges, const Address& address) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const AddressRange& r) { return r.holds(address); });
}

// ::a.b.c.d (compatible) and 64:ff9b::a.b.c.d (NAT64) reach a.b.c.d.
Address unwrap(const Address& address) {
  static const AddressRange compatible = range("::/96");
  static const AddressRange nat64 = range("64:ff9b::/96");
  static const AddressRange unspecified_and_loopback = range("::/127");
  if (unspecified_and_loopback.holds(address)) return address;
  if (!compatible.holds(address) && !nat64.holds(address)) return address;
  Address inner;
  inner.bytes[10] = inner.bytes[11] = 0xff;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), inner.bytes.begin() + 12);
  return inner;
}

}  // namespace

bool Address::is_v4() const {
  static constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

std::optional<Address> parse_address(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const std::string plain(text.substr(0, text.find('%')));
  Address address;
  if (inet_pton(AF_INET6, plain.c_str(), address.bytes.data()) == 1) return address;
  if (plain.size() != text.size()) return std::nullopt;  // only IPv6 has zones
  address = {};
  address.bytes[10] = address.bytes[11] = 0xff;
  if (inet_pton(AF_INET, plain.c_str(), address.bytes.data() + 12) == 1) return address;
  return std::nullopt;
}

bool AddressRange::holds(const Address& address) const {
  const auto whole = static_cast<std::size_t>(prefix / 8);
  if (!std::equal(first.bytes.begin(), first.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes.begin())) {
    return false;
  }
  const int rest = prefix % 8;
  return rest == 0 || (first.bytes[whole] ^ address.bytes[whole]) >> (8 - rest) == 0;
}

Result<AddressRange> parse_address_range(std::string_view text) {
  const auto bad = [&] {
    return invalid("\"" + std::string(text) + "\" is not an address range like 10.0.0.0/8 or fd00::/8");
  };
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return bad();
  const int bits = address->is_v4() ? 32 : 128;
  int prefix = bits;
  if (slash != text.npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (error != std::errc() || end != digits.data() + digits.size() || prefix < 0 || prefix > bits)
      return bad();
  }
  return AddressRange{*address, 128 - bits + prefix};
}

Result<std::vector<AddressRange>> parse_address_ranges(std::string_view text) {
  std::vector<AddressRange> ranges;
  while (!text.empty()) {
    std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    TRY_AS(const AddressRange parsed, parse_address_range(one));
    ranges.push_back(parsed);
  }
  return ranges;
}

bool AddressPolicy::permits(const Address& address) const {
  const Address target = unwrap(address);
  if (any_holds(metadata_services(), target)) return false;
  if (any_holds(allowed, target) || any_holds(allowed, address)) return true;
  if (!target.is_v4() && !global_unicast().holds(target)) return false;
  return !any_holds(closed_ranges(), target);
}

}  // namespace tocsin::http
