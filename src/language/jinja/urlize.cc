#include "language/jinja/urlize.h"

#include <algorithm>

#include "language/jinja/html.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

bool starts_with_no_case(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (lower(text[i]) != prefix[i]) return false;
  }
  return true;
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t pos = text.find(what); pos != std::string_view::npos;
       pos = text.find(what, pos + what.size()))
    ++found;
  return found;
}

// The host part of an address, cut at dots. `end` is where it stops.
struct Labels {
  std::vector<std::string_view> parts;
  std::size_t end = 0;
};

bool is_label(std::string_view part, std::size_t least) {
  std::size_t points = 0;
  for (std::size_t pos = 0; pos < part.size(); ++points) {
    const char32_t c = json::next_code_point(part, pos);
    if (!unicode::is_word(c) && c != '%' && c != '-') return false;
  }
  return points >= least && points <= 63;
}

Labels labels(std::string_view text) {
  Labels out;
  std::size_t start = 0;
  for (std::size_t pos = 0;; ++pos) {
    const bool stop =
        pos >= text.size() || text[pos] == ':' || text[pos] == '/' || text[pos] == '?' || text[pos] == '#';
    if (!stop && text[pos] != '.') continue;
    out.parts.push_back(text.substr(start, pos - start));
    start = pos + 1;
    if (stop) {
      out.end = pos;
      return out;
    }
  }
}

bool ends_like_address(std::string_view rest) {
  if (rest.starts_with(':')) {
    std::size_t digits = 1;
    while (digits < rest.size() && is_digit(rest[digits])) ++digits;
    if (digits < 2 || digits > 6) return false;
    rest.remove_prefix(digits);
  }
  return rest.empty() || rest[0] == '/' || rest[0] == '?' || rest[0] == '#';
}

bool is_top_level(std::string_view part) {
  if (starts_with_no_case(part, "xn--")) return is_label(part.substr(4), 2) && part.size() <= 63;
  return part.size() >= 2 && part.size() <= 63 && std::all_of(part.begin(), part.end(), is_letter);
}

bool is_ipv4(std::string_view host) {
  const Labels found = labels(host);
  if (found.parts.size() != 4 || found.end != host.size()) return false;
  return std::all_of(found.parts.begin(), found.parts.end(), [](std::string_view p) {
    return !p.empty() && p.size() <= 3 && std::all_of(p.begin(), p.end(), is_digit);
  });
}

bool is_ipv6(std::string_view bracketed) {
  const std::string_view inside = bracketed.substr(1, bracketed.size() - 2);
  const std::size_t colons = count(inside, ":");
  return colons >= 2 && colons <= 8 &&
         std::all_of(inside.begin(), inside.end(), [](char c) { return is_hex(c) || c == ':'; });
}

// Would urlize's pattern take this word for a web address?
bool is_web_address(std::string_view word) {
  std::string_view rest = word;
  const bool scheme = starts_with_no_case(rest, "https://") || starts_with_no_case(rest, "http://");
  if (scheme) rest.remove_prefix(rest.find("://") + 3);
  const bool www = starts_with_no_case(rest, "www.");
  if (scheme && rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    return close != std::string_view::npos && is_ipv6(rest.substr(0, close + 1)) &&
           ends_like_address(rest.substr(close + 1));
  }
  const Labels host = labels(rest);
  if (!ends_like_address(rest.substr(host.end))) return false;
  if (scheme && is_ipv4(rest.substr(0, host.end))) return true;
  if (host.parts.size() < 2) return false;
  const std::size_t named = host.parts.size() - 1;
  if (scheme || www) {
    const std::size_t first = !scheme && www ? 1 : 0;
    const bool usable = std::all_of(host.parts.begin() + static_cast<std::ptrdiff_t>(first),
                                    host.parts.begin() + static_cast<std::ptrdiff_t>(named),
                                    [](std::string_view p) { return is_label(p, 1); });
    return usable && named > first && is_top_level(host.parts[named]);
  }
  constexpr std::string_view kKnown[] = {"com", "net", "int", "edu", "gov", "org", "info", "mil"};
  const bool known = std::any_of(std::begin(kKnown), std::end(kKnown), [&](std::string_view k) {
    return k.size() == host.parts[named].size() && starts_with_no_case(host.parts[named], k);
  });
  return known && std::all_of(host.parts.begin(), host.parts.begin() + static_cast<std::ptrdiff_t>(named),
                              [](std::string_view p) { return is_label(p, 2); });
}

// ^\S+@\w[\w.-]*\.\w+$
bool is_email(std::string_view word) {
  const std::size_t at = word.rfind('@');
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view host = word.substr(at + 1);
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == host.size()) return false;
  bool first = true;
  for (std::size_t pos = 0; pos < host.size(); first = false) {
    const bool in_last = pos > dot;
    const char32_t c = json::next_code_point(host, pos);
    if (!unicode::is_word(c) && (first || in_last || (c != '.' && c != '-'))) return false;
  }
  return true;
}

constexpr std::string_view kOpening[] = {"(", "<", "&lt;"};
constexpr std::string_view kClosing[] = {")", ">", "&gt;", ".", ",", "\n"};

class Linker {
 public:
  explicit Linker(const UrlizeOptions& options) : options_(options) {
    if (!options.rel.empty()) attributes_ += " rel=\"" + escaped(options.rel) + "\"";
    if (!options.target.empty()) attributes_ += " target=\"" + escaped(options.target) + "\"";
  }

  std::string word(std::string_view text) const {
    std::string_view head, middle = text;
    cut_head(middle);
    head = text.substr(0, text.size() - middle.size());
    std::string_view tail = cut_tail(middle);
    balance(middle, tail);
    return std::string(head) + link(middle) + std::string(tail);
  }

 private:
  static std::string escaped(std::string_view text) {
    std::string out;
    append_escaped(out, text);
    return out;
  }

  static void cut_head(std::string_view& middle) {
    for (bool found = true; found;) {
      found = false;
      for (const std::string_view sign : kOpening) {
        if (middle.starts_with(sign)) {
          middle.remove_prefix(sign.size());
          found = true;
        }
      }
    }
  }

  static std::string_view cut_tail(std::string_view& middle) {
    const std::string_view whole = middle;
    for (bool found = true; found;) {
      found = false;
      for (const std::string_view sign : kClosing) {
        if (middle.ends_with(sign)) {
          middle.remove_suffix(sign.size());
          found = true;
        }
      }
    }
    return whole.substr(middle.size());
  }

  // Closing brackets that an opening one in the address waits for belong to it. Both views are neighbours in
  // one text.
  static void balance(std::string_view& middle, std::string_view& tail) {
    constexpr std::pair<std::string_view, std::string_view> kPairs[] = {
        {"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};
    for (const auto& [open, close] : kPairs) {
      const std::size_t opened = count(middle, open);
      if (opened <= count(middle, close)) continue;
      const std::size_t moves = std::min(opened, count(tail, close));
      for (std::size_t i = 0; i < moves; ++i) {
        const std::size_t end = tail.find(close) + close.size();
        middle = std::string_view(middle.data(), middle.size() + end);
        tail.remove_prefix(end);
      }
    }
  }

  std::string trimmed(std::string_view address) const {
    if (options_.trim < 0 || json::count_code_points(address) <= static_cast<std::size_t>(options_.trim))
      return std::string(address);
    return std::string(json::first_code_points(address, static_cast<std::size_t>(options_.trim))) + "...";
  }

  std::string link(std::string_view word) const {
    if (is_web_address(word)) {
      const bool scheme = word.starts_with("https://") || word.starts_with("http://");
      return "<a href=\"" + std::string(scheme ? "" : "https://") + std::string(word) + "\"" + attributes_ +
             ">" + trimmed(word) + "</a>";
    }
    if (word.starts_with("mailto:") && is_email(word.substr(7))) {
      return "<a href=\"" + std::string(word) + "\">" + std::string(word.substr(7)) + "</a>";
    }
    if (word.find('@') != std::string_view::npos && !word.starts_with("www.") && !word.starts_with('@') &&
        word.find(':') == std::string_view::npos && is_email(word)) {
      return "<a href=\"mailto:" + std::string(word) + "\">" + std::string(word) + "</a>";
    }
    std::string out(word);
    for (const std::string& scheme : options_.extra_schemes) {
      if (out != scheme && out.starts_with(scheme))
        out = "<a href=\"" + out + "\"" + attributes_ + ">" + out + "</a>";
    }
    return out;
  }

  const UrlizeOptions& options_;
  std::string attributes_;
};

}  // namespace

bool is_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon < 2) return false;
  for (const char c : text.substr(0, colon)) {
    if (!is_letter(c) && !is_digit(c) && c != '_' && c != '.' && c != '+' && c != '-') return false;
  }
  const std::string_view slashes = text.substr(colon + 1);
  return slashes.empty() || slashes == "/" || slashes == "//";
}

std::string urlize(State& state, std::string_view text, const UrlizeOptions& options) {
  state.charge_characters(text);
  const Linker linker(options);
  std::string out;
  std::size_t start = 0;
  const auto flush = [&](std::size_t end) {
    if (end <= start) return;
    const std::string_view word = text.substr(start, end - start);
    state.charge(1 + options.extra_schemes.size());
    if (options.extra_schemes.empty() && word.find_first_of(".@:") == std::string_view::npos) {
      out += word;  // no address is without one of these
      return;
    }
    state.charge(8 + word.size());
    const std::size_t before = out.size();
    out += linker.word(word);
    state.charge_bytes(out.size() - before);
    state.check_text(out);
  };
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t at = pos;
    if (!unicode::is_space(json::next_code_point(text, pos))) continue;
    flush(at);
    out.append(text, at, pos - at);
    start = pos;
  }
  flush(text.size());
  return out;
}

}  // namespace tocsin::jinja
