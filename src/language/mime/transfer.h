// Bytes as mail carries them: base64, quoted-printable, and the encoded words of headers.
//
// Pure and linear. Errors: none: as mail programs do, whatever does not belong is left out (base64) or stays
// (quoted-printable). Source: RFC 2045, sections 6.7 and 6.8; RFC 2047.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::mime {

std::string decode_base64(std::string_view text);
std::string decode_quoted_printable(std::string_view text);

// A header's value with its encoded words read, as UTF-8: "=?utf-8?q?=C3=84nn?= Lee" -> "Änn Lee".
std::string decode_words(std::string_view value);

}  // namespace tocsin::mime
