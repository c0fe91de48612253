// API tokens in OnCall's own form (docs/spec/api-common.md, section 2): 64 hex digits; stored are the first 8
// characters as a look-up key and the SHA-512 of the decoded bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/world.h"

namespace tocsin::access {

inline constexpr std::string_view kServiceAccountPrefix = "glsa_";

struct TokenDigest {
  std::string lookup_key;
  std::string digest;  // hex
};

std::string make_token(IdSource& ids);
// A service account's token: the prefix and 32 random characters.
std::string make_service_account_token(IdSource& ids);
// nullopt when the text cannot be a token at all.
std::optional<TokenDigest> digest_token(std::string_view token);
// Tokens in the links of calendar subscriptions: 32 hex digits (docs/spec/api-people.md, section 11.6).
std::string make_export_token(IdSource& ids);
std::optional<TokenDigest> digest_export_token(std::string_view token);
// What an Authorization header holds: the word Bearer, whatever its case, is dropped (RULINGS 6 in
// docs/spec/RULINGS.md).
std::string_view token_of_header(std::string_view header);

}  // namespace tocsin::access
