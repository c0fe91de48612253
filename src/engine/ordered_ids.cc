#include "engine/ordered_ids.h"

#include <algorithm>

namespace tocsin::engine {
namespace {

// The signs of public ids in the order in which databases sort them.
constexpr std::string_view kSigns = "123456789ABCDEFGHIJKLMNPQRSTUVWXYZ";
constexpr std::size_t kLength = 12;  // 34^12 is a little more than 2^61
constexpr unsigned kBitsWithinSecond = 30;
constexpr std::int64_t kEpoch = 1'704'067'200;  // 2024-01-01T00:00:00Z; the 31 bits above last until 2092
// Left above the random place: more ids than a second can bring.
constexpr std::uint64_t kRoom = 1U << 24;

std::string text_of(std::string_view prefix, std::uint64_t number) {
  std::string id(prefix.size() + kLength, '\0');
  std::copy(prefix.begin(), prefix.end(), id.begin());
  for (std::size_t at = id.size(); at-- > prefix.size(); number /= kSigns.size())
    id[at] = kSigns[number % kSigns.size()];
  return id;
}

}  // namespace

std::string OrderedIds::next(std::string_view prefix, Instant now) {
  const std::int64_t since = to_micros(now) / 1'000'000 - kEpoch;
  const std::uint64_t second = since > 0 ? static_cast<std::uint64_t>(since) : 0;
  if (second > second_ || last_ == 0) {
    second_ = second;
    const std::uint64_t place =
        std::stoull(ids_.hex(4), nullptr, 16) % ((std::uint64_t{1} << kBitsWithinSecond) - kRoom);
    last_ = std::max(last_ + 1, (second << kBitsWithinSecond) + place);
  } else {
    ++last_;
  }
  return text_of(prefix, last_);
}

}  // namespace tocsin::engine
