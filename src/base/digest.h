// Digests, their keyed form, and how to compare them; the answers are bytes (base/text.h writes them as
// hexadecimal digits).
#pragma once

#include <string>
#include <string_view>

namespace tocsin {

// MD5 and SHA-1 only where another system's format has them.
enum class Digest { Md5, Sha1, Sha256, Sha512 };

std::string digest(Digest algorithm, std::string_view text);
// HMAC (RFC 2104).
std::string hmac(Digest algorithm, std::string_view key, std::string_view text);

// In constant time for texts of equal length.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace tocsin
