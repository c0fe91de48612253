// Methods of str that change its case or ask what it is made of.
#include "language/jinja/attributes.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

// --- case ----------------------------------------------------------------------------------------

template <std::string (*Map)(std::string_view)>
Value mapped(State& state, const Value* p) {
  state.charge_characters(p[0].str());
  return state.text(Map(p[0].str()), p[0].markup());
}

Value casefold(State& state, const Value* p) {
  state.charge_characters(p[0].str());
  return state.text(unicode::casefold(p[0].str()));
}

// --- questions -----------------------------------------------------------------------------------

template <bool (*Is)(char32_t)>
Value all_are(State& state, const Value* p) {
  const std::string_view text = p[0].str();
  state.charge_characters(text);
  for (std::size_t pos = 0; pos < text.size();) {
    if (!Is(json::next_code_point(text, pos))) return Value::boolean(false);
  }
  return Value::boolean(!text.empty());
}

Value isascii(State& state, const Value* p) {
  state.charge_bytes(p[0].tag());
  return Value::boolean(unicode::is_ascii(p[0].str()));
}
Value isprintable(State& state, const Value* p) {
  return p[0].tag() == 0 ? Value::boolean(true) : all_are<unicode::is_printable>(state, p);
}
Value isidentifier(State& state, const Value* p) {
  state.charge_characters(p[0].str());
  return Value::boolean(unicode::is_identifier(p[0].str()));
}

template <bool (*Is)(char32_t), bool (*Not)(char32_t)>
Value cased(State& state, const Value* p) {
  state.charge_characters(p[0].str());
  bool any = false;
  for (std::size_t pos = 0; pos < p[0].str().size();) {
    const char32_t c = json::next_code_point(p[0].str(), pos);
    if (Not(c) || unicode::is_title(c)) return Value::boolean(false);
    any |= Is(c);
  }
  return Value::boolean(any);
}

Value istitle(State& state, const Value* p) {
  state.charge_characters(p[0].str());
  bool any = false, after_cased = false;
  for (std::size_t pos = 0; pos < p[0].str().size();) {
    const char32_t c = json::next_code_point(p[0].str(), pos);
    const bool starts = unicode::is_upper(c) || unicode::is_title(c), continues = unicode::is_lower(c);
    if ((starts && after_cased) || (continues && !after_cased)) return Value::boolean(false);
    any |= starts || continues;
    after_cased = starts || continues;
  }
  return Value::boolean(any);
}

constexpr MethodInfo kMethods[] = {
    text_method("capitalize", mapped<unicode::capitalize>),
    text_method("casefold", casefold),
    text_method("isalnum", all_are<unicode::is_alnum>),
    text_method("isalpha", all_are<unicode::is_alpha>),
    text_method("isascii", isascii),
    text_method("isdecimal", all_are<unicode::is_decimal>),
    text_method("isdigit", all_are<unicode::is_digit>),
    text_method("isidentifier", isidentifier),
    text_method("islower", cased<unicode::is_lower, unicode::is_upper>),
    text_method("isnumeric", all_are<unicode::is_numeric>),
    text_method("isprintable", isprintable),
    text_method("isspace", all_are<unicode::is_space>),
    text_method("istitle", istitle),
    text_method("isupper", cased<unicode::is_upper, unicode::is_lower>),
    text_method("lower", mapped<unicode::lower>),
    text_method("swapcase", mapped<unicode::swapcase>),
    text_method("title", mapped<unicode::title>),
    text_method("upper", mapped<unicode::upper>),
};

}  // namespace

std::span<const MethodInfo> case_methods() {
  return kMethods;
}

}  // namespace tocsin::jinja
