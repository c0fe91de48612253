#include "domain/access/token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <vector>

#include "base/check.h"

namespace tocsin::access {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kExportTokenBytes = 16;
constexpr std::size_t kLookupKeyLength = 8;
constexpr std::string_view kHexSigns = "0123456789abcdef";

std::optional<std::string> decode_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const std::size_t high = kHexSigns.find(text[i]), low = kHexSigns.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

std::string sha512_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  TOCSIN_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha512(), nullptr) == 1);
  std::string out;
  for (unsigned i = 0; i < length; ++i) {
    out += kHexSigns[digest[i] >> 4];
    out += kHexSigns[digest[i] & 15];
  }
  return out;
}

}  // namespace

std::string make_token(IdSource& ids) {
  return ids.hex(kTokenBytes);
}

std::string make_service_account_token(IdSource& ids) {
  return std::string(kServiceAccountPrefix) + ids.link_token(kTokenBytes);
}

std::optional<TokenDigest> digest_token(std::string_view token) {
  if (token.starts_with(kServiceAccountPrefix)) {
    if (token.size() != kServiceAccountPrefix.size() + kTokenBytes) return std::nullopt;
    return TokenDigest{std::string(token.substr(0, kServiceAccountPrefix.size() + kLookupKeyLength)),
                       sha512_hex(token)};
  }
  if (token.size() != kTokenBytes * 2) return std::nullopt;
  const auto bytes = decode_hex(token);
  if (!bytes) return std::nullopt;
  return TokenDigest{std::string(token.substr(0, kLookupKeyLength)), sha512_hex(*bytes)};
}

std::string make_export_token(IdSource& ids) {
  return ids.hex(kExportTokenBytes);
}

std::optional<TokenDigest> digest_export_token(std::string_view token) {
  if (token.size() != kExportTokenBytes * 2) return std::nullopt;
  const auto bytes = decode_hex(token);
  if (!bytes) return std::nullopt;
  return TokenDigest{std::string(token.substr(0, kLookupKeyLength)), sha512_hex(*bytes)};
}

bool same_digest(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view token_of_header(std::string_view header) {
  constexpr std::string_view kBearer = "bearer ";
  if (header.size() < kBearer.size()) return header;
  for (std::size_t i = 0; i < kBearer.size(); ++i) {
    if ((header[i] | 0x20) != (kBearer[i] | 0x20)) return header;
  }
  return header.substr(kBearer.size());
}

}  // namespace tocsin::access
