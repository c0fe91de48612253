// Steps through UTF-8. Shared by the JSON reader and writers and by the template engine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin::json {

// Length of the valid UTF-8 prefix of `text`; text.size() when all of it is valid. Surrogates and overlong
// forms are not.
std::size_t valid_utf8_prefix(std::string_view text);

// Decodes the code point at `pos` of well-formed WTF-8 (lone surrogates allowed) and moves past it.
// A malformed byte yields U+FFFD and moves one byte.
char32_t next_code_point(std::string_view text, std::size_t& pos);

// Appends the code point; surrogates as their three-byte form.
void append_code_point(std::string& out, char32_t code_point);

// Text fit for a database column or a log: U+0000 and lone surrogates become U+FFFD, malformed bytes too.
std::string clean_text(std::string_view text);

// Number of code points in well-formed text.
std::size_t count_code_points(std::string_view text);
// The first `count` code points.
std::string_view first_code_points(std::string_view text, std::size_t count);

}  // namespace tocsin::json
