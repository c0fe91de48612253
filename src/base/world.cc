#include "base/world.h"

#include <array>
#include <vector>

#include "base/text.h"

namespace tocsin {
namespace {

constexpr std::string_view kIdSigns = "ABCDEFGHIJKLMNPQRSTUVWXYZ123456789";
constexpr std::string_view kTokenSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

}  // namespace

// Rejects bytes above the largest multiple of the alphabet's size, so that every sign is equally likely.
std::string IdSource::draw(std::string_view alphabet, std::size_t length) {
  const unsigned limit = 256 - 256 % static_cast<unsigned>(alphabet.size());
  std::string out;
  out.reserve(length);
  std::array<std::uint8_t, 32> bytes{};
  while (out.size() < length) {
    rng_.fill(bytes);
    for (const std::uint8_t byte : bytes) {
      if (byte < limit && out.size() < length) out += alphabet[byte % alphabet.size()];
    }
  }
  return out;
}

std::string IdSource::public_id(std::string_view prefix) {
  return std::string(prefix) + draw(kIdSigns, 12);
}

std::string IdSource::link_token(std::size_t length) {
  return draw(kTokenSigns, length);
}

std::string IdSource::hex(std::size_t bytes) {
  std::vector<std::uint8_t> raw(bytes);
  rng_.fill(raw);
  return to_hex({reinterpret_cast<const char*>(raw.data()), raw.size()});
}

std::string IdSource::uuid() {
  return as_uuid(hex(16), '4');
}

std::string IdSource::uuid_at(Instant now) {
  constexpr std::size_t kTimeDigits = 12;
  const std::int64_t millis = to_micros(now) / 1000;
  std::string bytes;
  for (int shift = 40; shift >= 0; shift -= 8) bytes += static_cast<char>(millis >> shift & 0xFF);
  return as_uuid(hex(16).replace(0, kTimeDigits, to_hex(bytes)), '7');
}

std::string IdSource::as_uuid(std::string text, char version) {
  text[12] = version;
  constexpr std::string_view kVariant = "89ab";
  const char sign = text[16];
  text[16] = kVariant[static_cast<std::size_t>(sign <= '9' ? sign - '0' : sign - 'a' + 10) % 4];
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
  return text;
}

}  // namespace tocsin
