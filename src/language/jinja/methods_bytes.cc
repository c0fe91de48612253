// From str to bytes and back, in the codecs that templates name.
#include "base/text.h"
#include "language/jinja/attributes.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

enum class Codec { Utf8, Ascii, Latin1 };

Codec codec(Value name) {
  if (name.missing()) return Codec::Utf8;
  std::string plain;
  for (const char c : text_argument(name, "encoding")) {
    if (c != '-' && c != '_' && c != ' ') plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  if (plain == "utf8" || plain == "u8") return Codec::Utf8;
  if (plain == "ascii" || plain == "usascii" || plain == "646") return Codec::Ascii;
  if (plain == "latin1" || plain == "iso88591" || plain == "l1" || plain == "8859") return Codec::Latin1;
  raise(Fault::LookupError, "unknown encoding: " + std::string(name.str()));
}

Value encode(State& state, const Value* p) {
  const Codec to = codec(p[1]);
  const std::string_view errors = p[2].missing() ? "strict" : text_argument(p[2], "errors");
  const std::string_view text = p[0].str();
  state.charge_characters(text);
  std::string out;
  std::size_t number = 0;
  for (std::size_t pos = 0; pos < text.size(); ++number) {
    const std::size_t start = pos;
    const char32_t c = json::next_code_point(text, pos);
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    const bool fits = to == Codec::Utf8 ? !surrogate : c < (to == Codec::Ascii ? 0x80U : 0x100U);
    if (fits) {
      if (to == Codec::Utf8) {
        out.append(text, start, pos - start);
      } else {
        out += static_cast<char>(c);
      }
    } else if (errors == "replace") {
      out += '?';
    } else if (errors != "ignore") {
      const std::string_view name = to == Codec::Utf8 ? "utf-8" : to == Codec::Ascii ? "ascii" : "latin-1";
      value_error("'" + std::string(name) + "' codec can't encode character in position " +
                  std::to_string(number) +
                  (surrogate ? ": surrogates not allowed" : ": ordinal not in range"));
    }
  }
  return Value::bytes(state.arena.copy(out));
}

Value decode(State& state, const Value* p) {
  const Codec from = codec(p[1]);
  const std::string_view errors = p[2].missing() ? "strict" : text_argument(p[2], "errors");
  const std::string_view text = p[0].str();
  state.charge_characters(text);
  std::string out;
  for (std::size_t pos = 0; pos < text.size();) {
    const auto byte = static_cast<unsigned char>(text[pos]);
    if (from == Codec::Latin1 || byte < 0x80) {
      json::append_code_point(out, byte);
      ++pos;
      continue;
    }
    std::size_t end = pos;
    json::next_code_point(text, end);
    if (from == Codec::Utf8 && json::valid_utf8_prefix(text.substr(pos, end - pos)) == end - pos) {
      out.append(text, pos, end - pos);
      pos = end;
      continue;
    }
    if (errors == "replace") {
      out += "\xEF\xBF\xBD";
    } else if (errors != "ignore") {
      value_error("'" + std::string(from == Codec::Utf8 ? "utf-8" : "ascii") +
                  "' codec can't decode byte in position " + std::to_string(pos));
    }
    ++pos;
  }
  return state.text(out);
}

Value hex(State& state, const Value* p) {
  state.charge(p[0].tag() / 8);
  return state.text(to_hex(p[0].str()));
}

constexpr MethodInfo method(MethodType type, std::string_view name, Builtin::Fixed function,
                            std::string_view parameters = "") {
  return {type, false, {.name = name, .python_name = name, .parameters = parameters, .fixed = function}};
}

constexpr MethodInfo kMethods[] = {
    method(MethodType::Str, "encode", encode, "encoding errors"),
    method(MethodType::Bytes, "decode", decode, "encoding errors"),
    method(MethodType::Bytes, "hex", hex),
};

}  // namespace

std::span<const MethodInfo> bytes_methods() {
  return kMethods;
}

}  // namespace tocsin::jinja
