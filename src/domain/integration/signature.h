// Whether a text is genuine: signed by the key of an X.509 certificate or by a public key (RSA, PKCS #1
// v1.5), or with a shared secret. Pure functions of bytes: trust in a certificate comes from where it was
// fetched, and is the caller's business.
#pragma once

#include <string>
#include <string_view>

#include "base/digest.h"

namespace tocsin::integration {

// False as well for a certificate, a key or a signature that cannot be read.
bool is_signed_by(std::string_view certificate_pem, Digest digest, std::string_view text,
                  std::string_view signature_base64);
// Likewise by a public key alone: base64 of its DER form, as between the lines of a PEM file.
bool is_signed_by_key(std::string_view public_key_base64, Digest digest, std::string_view text,
                      std::string_view signature_base64);

}  // namespace tocsin::integration
