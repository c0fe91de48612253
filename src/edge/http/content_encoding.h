// Undoes "Content-Encoding" of a request body; pure. The limit holds for what comes out, so that a small
// body that inflates to gigabytes is given up as soon as it passes the limit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::http {

enum class ContentEncoding { Identity, Gzip, Deflate, Unknown };
// One coding, as in "gzip"; a list of several is Unknown.
ContentEncoding parse_content_encoding(std::string_view value);

enum class Inflated { Ok, Malformed, TooLarge };
// Appends the decoded bytes to `out`, at most `limit` of them. `encoding` is Gzip (one or more members) or
// Deflate (with the zlib frame of RFC 9110, or raw as some clients send it).
Inflated inflate_body(ContentEncoding encoding, std::string_view body, std::size_t limit, std::string& out);

}  // namespace tocsin::http
