#include "domain/access/token.h"

#include <vector>

#include "base/digest.h"
#include "base/text.h"

namespace tocsin::access {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kExportTokenBytes = 16;
constexpr std::size_t kLookupKeyLength = 8;

std::string sha512_hex(std::string_view bytes) {
  return to_hex(digest(Digest::Sha512, bytes));
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
  const auto bytes = from_hex(token);
  if (!bytes) return std::nullopt;
  return TokenDigest{std::string(token.substr(0, kLookupKeyLength)), sha512_hex(*bytes)};
}

std::string make_export_token(IdSource& ids) {
  return ids.hex(kExportTokenBytes);
}

std::optional<TokenDigest> digest_export_token(std::string_view token) {
  if (token.size() != kExportTokenBytes * 2) return std::nullopt;
  const auto bytes = from_hex(token);
  if (!bytes) return std::nullopt;
  return TokenDigest{std::string(token.substr(0, kLookupKeyLength)), sha512_hex(*bytes)};
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
