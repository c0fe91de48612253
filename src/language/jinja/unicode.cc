#include "language/jinja/unicode.h"

#include <utf8proc.h>

#include <algorithm>

#include "language/json/utf8.h"

namespace tocsin::jinja::unicode {
namespace {

struct Range {
  char32_t first, last;
};

template <std::size_t N>
bool in_ranges(const Range (&ranges)[N], char32_t c) {
  const auto* found = std::upper_bound(std::begin(ranges), std::end(ranges), c,
                                       [](char32_t code, const Range& r) { return code < r.first; });
  return found != std::begin(ranges) && c <= std::prev(found)->last;
}

// The derived properties Uppercase, Lowercase and Numeric_Type=Digit beyond the general categories.
constexpr Range kOtherLower[] = {
    {0xAA, 0xAA},       {0xBA, 0xBA},       {0x2B0, 0x2B8},     {0x2C0, 0x2C1},    {0x2E0, 0x2E4},
    {0x345, 0x345},     {0x37A, 0x37A},     {0x1D2C, 0x1D6A},   {0x1D78, 0x1D78},  {0x1D9B, 0x1DBF},
    {0x2071, 0x2071},   {0x207F, 0x207F},   {0x2090, 0x209C},   {0x2170, 0x217F},  {0x24D0, 0x24E9},
    {0x2C7C, 0x2C7D},   {0xA69C, 0xA69D},   {0xA770, 0xA770},   {0xA7F8, 0xA7F9},  {0xAB5C, 0xAB5F},
    {0x10780, 0x10780}, {0x10783, 0x10785}, {0x10787, 0x107B0}, {0x107B2, 0x107BA}};
constexpr Range kOtherUpper[] = {
    {0x2160, 0x216F}, {0x24B6, 0x24CF}, {0x1F130, 0x1F149}, {0x1F150, 0x1F169}, {0x1F170, 0x1F189}};
constexpr Range kOtherDigit[] = {
    {0xB2, 0xB3},     {0xB9, 0xB9},       {0x1369, 0x1371},   {0x19DA, 0x19DA},   {0x2070, 0x2070},
    {0x2074, 0x2079}, {0x2080, 0x2089},   {0x2460, 0x2468},   {0x2474, 0x247C},   {0x2488, 0x2490},
    {0x24EA, 0x24EA}, {0x24F5, 0x24FD},   {0x24FF, 0x24FF},   {0x2776, 0x277E},   {0x2780, 0x2788},
    {0x278A, 0x2792}, {0x10A40, 0x10A43}, {0x10E60, 0x10E68}, {0x11052, 0x1105A}, {0x1F100, 0x1F10A}};

// What Python's identifiers take beyond the general categories (Other_ID_Start, Other_ID_Continue) and what
// they refuse, because its compatibility form is none.
constexpr Range kOtherStart[] = {{0x1885, 0x1886}, {0x2118, 0x2118}, {0x212E, 0x212E}};
constexpr Range kOtherContinue[] = {{0xB7, 0xB7}, {0x387, 0x387}, {0x1369, 0x1371}, {0x19DA, 0x19DA}};
constexpr Range kNeverIdentifier[] = {{0x37A, 0x37A},   {0x2E2F, 0x2E2F}, {0xFC5E, 0xFC63}, {0xFDFA, 0xFDFB},
                                      {0xFE70, 0xFE70}, {0xFE72, 0xFE72}, {0xFE74, 0xFE74}, {0xFE76, 0xFE76},
                                      {0xFE78, 0xFE78}, {0xFE7A, 0xFE7A}, {0xFE7C, 0xFE7C}, {0xFE7E, 0xFE7E}};
constexpr Range kNeverStart[] = {{0xE33, 0xE33}, {0xEB3, 0xEB3}, {0xFF9E, 0xFF9F}};

utf8proc_category_t category(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

bool is_ascii_upper(char32_t c) {
  return c >= 'A' && c <= 'Z';
}
bool is_ascii_lower(char32_t c) {
  return c >= 'a' && c <= 'z';
}

}  // namespace

bool is_space(char32_t c) {
  if (c < 0x80) return (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x20);
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_printable(char32_t c) {
  if (c < 0x7F) return c >= 0x20;
  switch (category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_ZS:
      return false;
    default:
      return true;
  }
}

bool is_alpha(char32_t c) {
  if (c < 0x80) return is_ascii_upper(c) || is_ascii_lower(c);
  const auto k = category(c);
  return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO;
}
bool is_decimal(char32_t c) {
  return c < 0x80 ? c >= '0' && c <= '9' : category(c) == UTF8PROC_CATEGORY_ND;
}
bool is_digit(char32_t c) {
  if (c < 0x80) return c >= '0' && c <= '9';
  return is_decimal(c) || in_ranges(kOtherDigit, c);
}
bool is_numeric(char32_t c) {
  if (c < 0x80) return c >= '0' && c <= '9';
  const auto k = category(c);
  return k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO;
}
bool is_alnum(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || is_ascii_upper(c) || is_ascii_lower(c);
  return is_alpha(c) || is_numeric(c);
}
bool is_upper(char32_t c) {
  if (c < 0x80) return is_ascii_upper(c);
  return category(c) == UTF8PROC_CATEGORY_LU || in_ranges(kOtherUpper, c);
}
bool is_lower(char32_t c) {
  if (c < 0x80) return is_ascii_lower(c);
  return category(c) == UTF8PROC_CATEGORY_LL || in_ranges(kOtherLower, c);
}
bool is_title(char32_t c) {
  return c >= 0x80 && category(c) == UTF8PROC_CATEGORY_LT;
}
bool is_word(char32_t c) {
  return c == '_' || is_alnum(c);
}

bool is_name(char32_t c) {
  if (c < 0x80) return is_word(c);
  const auto k = category(c);
  return is_alnum(c) || k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_MC || k == UTF8PROC_CATEGORY_PC ||
         in_ranges(kOtherStart, c) || in_ranges(kOtherContinue, c);
}

bool is_identifier(std::string_view text) {
  for (std::size_t pos = 0; pos < text.size();) {
    const bool first = pos == 0;
    const char32_t c = json::next_code_point(text, pos);
    if (c < 0x80 && is_word(c) && !(first && is_decimal(c))) continue;
    const auto k = category(c);
    const bool letter = is_alpha(c) || k == UTF8PROC_CATEGORY_NL || c == '_' || in_ranges(kOtherStart, c);
    const bool starts = letter && !in_ranges(kNeverStart, c);
    const bool continues = letter || k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_MC ||
                           k == UTF8PROC_CATEGORY_ND || k == UTF8PROC_CATEGORY_PC ||
                           in_ranges(kOtherContinue, c);
    if (in_ranges(kNeverIdentifier, c) || !(first ? starts : continues)) return false;
  }
  return !text.empty();
}

int decimal_value(char32_t c) {
  if (c < 0x80) return static_cast<int>(c - '0');
  if (c >= 0x1D7CE && c <= 0x1D7FF) return static_cast<int>((c - 0x1D7CE) % 10);
  // Decimal digits stand in runs of ten.
  int value = 0;
  while (value < 9 && category(c - 1) == UTF8PROC_CATEGORY_ND) {
    --c;
    ++value;
  }
  return value;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string_view strip_left(std::string_view text) {
  std::size_t pos = 0;
  while (pos < text.size()) {
    std::size_t next = pos + 1;
    const auto byte = static_cast<unsigned char>(text[pos]);
    if (!is_space(byte < 0x80 ? byte : json::next_code_point(text, next = pos))) break;
    pos = next;
  }
  return text.substr(pos);
}

std::string_view strip_right(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    std::size_t start = end - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    std::size_t pos = start;
    const auto byte = static_cast<unsigned char>(text[start]);
    if (!is_space(byte < 0x80 ? byte : json::next_code_point(text, pos))) break;
    end = start;
  }
  return text.substr(0, end);
}

std::string_view strip(std::string_view text) {
  return strip_right(strip_left(text));
}

}  // namespace tocsin::jinja::unicode
