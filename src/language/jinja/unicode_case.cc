// Upper, lower and title case, as Python's str has them.
#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja::unicode {
namespace {

struct CaseException {
  char32_t code;
  std::string_view upper, title;
};
constexpr CaseException kCaseExceptions[] = {
#include "language/jinja/case_exceptions.inc"
};

const CaseException* case_exception(char32_t c) {
  if (c < 0xDF) return nullptr;
  const auto* found = std::lower_bound(std::begin(kCaseExceptions), std::end(kCaseExceptions), c,
                                       [](const CaseException& e, char32_t code) { return e.code < code; });
  return found != std::end(kCaseExceptions) && found->code == c ? found : nullptr;
}

bool is_cased(char32_t c) {
  return is_upper(c) || is_lower(c) || is_title(c);
}

void append_upper(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  } else if (const auto* e = case_exception(c)) {
    out += e->upper;
  } else {
    json::append_code_point(out, static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c))));
  }
}

void append_title(std::string& out, char32_t c) {
  if (c < 0x80) {
    append_upper(out, c);
  } else if (const auto* e = case_exception(c)) {
    out += e->title;
  } else {
    json::append_code_point(out, static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(c))));
  }
}

// Signs that casing rules look through: apostrophes, marks, modifiers.
bool is_case_ignorable(char32_t c) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK:
      return true;
    default:
      return c == '\'' || c == '.' || c == ':' || c == 0xB7 || c == 0x2018 || c == 0x2019 || c == 0x2024 ||
             c == 0x2027;
  }
}

// A capital sigma at the end of a word becomes the final form.
bool sigma_is_final(std::string_view text, std::size_t start, std::size_t end) {
  bool before = false;
  while (start > 0) {
    do --start;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80);
    std::size_t pos = start;
    const char32_t c = json::next_code_point(text, pos);
    if (is_case_ignorable(c)) continue;
    before = is_cased(c);
    break;
  }
  if (!before) return false;
  for (std::size_t pos = end; pos < text.size();) {
    const char32_t c = json::next_code_point(text, pos);
    if (!is_case_ignorable(c)) return !is_cased(c);
  }
  return true;
}

void append_lower(std::string& out, std::string_view text, std::size_t start, std::size_t end, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  } else if (c == 0x3A3) {
    json::append_code_point(out, sigma_is_final(text, start, end) ? 0x3C2 : 0x3C3);
  } else if (c == 0x130) {
    out += "i\xCC\x87";
  } else {
    json::append_code_point(out, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
  }
}

template <class Each>
std::string map_code_points(std::string_view text, Each each) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t start = pos;
    const char32_t c = json::next_code_point(text, pos);
    each(out, c, start, pos);
  }
  return out;
}

}  // namespace

std::string upper(std::string_view text) {
  return map_code_points(
      text, [](std::string& out, char32_t c, std::size_t, std::size_t) { append_upper(out, c); });
}

std::string lower(std::string_view text) {
  return map_code_points(text, [&](std::string& out, char32_t c, std::size_t start, std::size_t end) {
    append_lower(out, text, start, end, c);
  });
}

std::string title(std::string_view text) {
  bool after_cased = false;
  return map_code_points(text, [&](std::string& out, char32_t c, std::size_t start, std::size_t end) {
    if (after_cased) {
      append_lower(out, text, start, end, c);
    } else {
      append_title(out, c);
    }
    after_cased = is_cased(c);
  });
}

std::string capitalize(std::string_view text) {
  return map_code_points(text, [&](std::string& out, char32_t c, std::size_t start, std::size_t end) {
    if (start == 0) {
      append_title(out, c);
    } else {
      append_lower(out, text, start, end, c);
    }
  });
}

std::string swapcase(std::string_view text) {
  return map_code_points(text, [&](std::string& out, char32_t c, std::size_t start, std::size_t end) {
    if (is_upper(c)) {
      append_lower(out, text, start, end, c);
    } else if (is_lower(c)) {
      append_upper(out, c);
    } else {
      json::append_code_point(out, c);
    }
  });
}

std::string casefold(std::string_view text) {
  return map_code_points(text, [](std::string& out, char32_t c, std::size_t, std::size_t) {
    if (c < 0x80) {
      out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      return;
    }
    std::array<utf8proc_int32_t, 8> folded{};
    int last_class = 0;
    const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), folded.data(), 8,
                                               UTF8PROC_CASEFOLD, &last_class);
    if (count <= 0 || count > 8) return json::append_code_point(out, c);
    for (utf8proc_ssize_t i = 0; i < count; ++i)
      json::append_code_point(out, static_cast<char32_t>(folded[static_cast<std::size_t>(i)]));
  });
}

}  // namespace tocsin::jinja::unicode
