// What Python's str methods know of characters. Tables are utf8proc's (Unicode 14, as Python 3.11's); texts
// are UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin::jinja::unicode {

bool is_space(char32_t c);      // str.isspace, and what split() and strip() cut at
bool is_printable(char32_t c);  // what repr() shows as it is
bool is_alpha(char32_t c);
bool is_decimal(char32_t c);
bool is_digit(char32_t c);
bool is_numeric(char32_t c);
bool is_alnum(char32_t c);
bool is_upper(char32_t c);
bool is_lower(char32_t c);
bool is_title(char32_t c);
bool is_word(char32_t c);  // \w
// A code point that template names may hold (it may still be no identifier).
bool is_name(char32_t c);
bool is_identifier(std::string_view text);
int decimal_value(char32_t c);  // of is_decimal

std::string upper(std::string_view text);
std::string lower(std::string_view text);
std::string title(std::string_view text);       // str.title(): after every sign without case
std::string capitalize(std::string_view text);  // first sign in title case, the rest lower
std::string swapcase(std::string_view text);
std::string casefold(std::string_view text);

bool is_ascii(std::string_view text);
std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);
std::string_view strip(std::string_view text);

}  // namespace tocsin::jinja::unicode
