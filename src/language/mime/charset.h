// Text in the charsets that mail comes in, as UTF-8.
//
// Pure but for iconv's tables. Errors: none; what cannot be read becomes U+FFFD, and bytes in an unknown
// charset are read as UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::mime {

// `charset` as mail names it, in any case: "utf-8", "ISO-8859-15", "windows-1252", "iso-2022-jp".
std::string to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace tocsin::mime
