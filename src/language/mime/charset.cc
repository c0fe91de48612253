#include "language/mime/charset.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "language/json/utf8.h"

namespace tocsin::mime {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The name comes from a stranger, and iconv opens a module by it: only families that mail is really written
// in.
constexpr std::array<std::string_view, 20> kFamilies = {
    "iso-8859-", "iso8859-", "windows-",  "cp",      "koi8-",       "iso-2022-", "shift_jis",
    "shift-jis", "euc-",     "gb",        "big5",    "ks_c_5601-1", "utf-16",    "utf-32",
    "latin1",    "latin-1",  "macintosh", "tis-620", "hz-gb",       "ibm"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

bool is_known(std::string_view name) {
  return name.size() <= 20 &&
         std::ranges::any_of(kFamilies, [&](auto family) { return name.starts_with(family); }) &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

std::string iconv_name(std::string name) {
  if (name == "latin-1") return "latin1";
  if (name.starts_with("ks_c_5601-1")) return "cp949";
  if (name == "shift-jis") return "shift_jis";
  return name;
}

class Converter {
 public:
  explicit Converter(const std::string& charset) : handle_(iconv_open("UTF-8", charset.c_str())) {}
  ~Converter() {
    if (is_open()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  bool is_open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  std::string convert(std::string_view bytes) {
    std::string out;
    std::array<char, 4096> piece;
    char* in = const_cast<char*>(bytes.data());  // iconv does not write there
    std::size_t left = bytes.size();
    while (left > 0) {
      char* to = piece.data();
      std::size_t room = piece.size();
      const bool stopped = iconv(handle_, &in, &left, &to, &room) == static_cast<std::size_t>(-1);
      const int reason = errno;
      out.append(piece.data(), piece.size() - room);
      if (!stopped || reason == E2BIG) continue;
      out += kReplacement;  // a byte that is none, or a character that is cut off
      ++in, --left;
    }
    return out;
  }

 private:
  iconv_t handle_;
};

std::string valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (true) {
    const std::size_t good = json::valid_utf8_prefix(bytes);
    out += bytes.substr(0, good);
    if (good == bytes.size()) return out;
    out += kReplacement;
    bytes.remove_prefix(good + 1);
  }
}

}  // namespace

std::string to_utf8(std::string_view bytes, std::string_view charset) {
  const std::string name = lower(charset);
  if (!is_known(name)) return valid_utf8(bytes);
  Converter converter(iconv_name(name));
  return converter.is_open() ? converter.convert(bytes) : valid_utf8(bytes);
}

}  // namespace tocsin::mime
