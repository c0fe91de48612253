// Whether the key of an X.509 certificate signed a text (RSA, PKCS #1 v1.5). A pure function of bytes: trust
// in the certificate comes from where it was fetched, and is the caller's business.
#pragma once

#include <string_view>

namespace tocsin::integration {

enum class Digest { Sha1, Sha256 };

// False as well for a certificate, a key or a signature that cannot be read.
bool is_signed_by(std::string_view certificate_pem, Digest digest, std::string_view text,
                  std::string_view signature_base64);

}  // namespace tocsin::integration
