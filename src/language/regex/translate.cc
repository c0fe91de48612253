#include "language/regex/translate.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "language/json/utf8.h"

namespace tocsin::regex {
namespace {

constexpr std::string_view kFlagLetters =
    "aiLmsuxbefprw";  // the second half belongs to the regex module only

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

class Translator {
 public:
  Translator(std::string_view in, Dialect dialect) : in_(in), dialect_(dialect) {}

  Result<Translated> run() {
    hoist_flags();
    while (!failed_ && pos_ < in_.size()) item();
    if (!groups_.empty()) {
      fail(re() ? "missing ), unterminated subpattern" : "missing )",
           re() ? groups_.back().begin : in_.size());
    }
    if (failed_) return *failed_;
    return std::move(out_);
  }

 private:
  bool re() const { return dialect_ == Dialect::Re; }
  char at(std::size_t offset) const { return pos_ + offset < in_.size() ? in_[pos_ + offset] : '\0'; }
  bool starts(std::string_view text) const { return in_.substr(pos_).starts_with(text); }
  void copy(std::size_t bytes) {
    out_.text.append(in_.substr(pos_, bytes));
    pos_ += std::min(bytes, in_.size() - pos_);
  }
  void fail(std::string message, std::size_t at_byte) {
    if (failed_) return;
    const std::size_t position = json::count_code_points(in_.substr(0, at_byte));
    failed_ = invalid(std::move(message) + " at position " + std::to_string(position));
  }

  // Python's global flags "(?i)" hold for the whole pattern; PCRE2's only from there on. So they become
  // compile options. Verbose mode must be known before the rest is read, because comments may hold anything.
  void hoist_flags() {
    for (std::size_t i = 0; i + 2 < in_.size(); ++i) {
      if (in_[i] == '\\') {
        ++i;
      } else if (in_[i] == '(' && in_[i + 1] == '?') {
        std::size_t end = i + 2;
        while (end < in_.size() && kFlagLetters.find(in_[end]) != std::string_view::npos) ++end;
        if (end > i + 2 && end < in_.size() && in_[end] == ')') {
          if (in_.substr(i + 2, end - i - 2).find('x') != std::string_view::npos) out_.verbose = true;
        }
      }
    }
  }

  void item() {
    const char c = in_[pos_];
    if (c == '\\') {
      escape(false);
    } else if (c == '[') {
      character_class();
    } else if (c == '(') {
      group();
    } else if (c == '{') {
      brace();
    } else if (c == '#' && out_.verbose) {
      const std::size_t end = in_.find('\n', pos_);
      pos_ = end == std::string_view::npos ? in_.size() : end;  // the comment is dropped, the newline ignored
    } else {
      copy(1);
      if (c == '|') reduce_look_behind_start();
      if (c == ')') close();
    }
  }

  // --- escapes -----------------------------------------------------------------------------------

  // At a backslash. What both languages read alike is copied.
  void escape(bool in_class) {
    const char c = at(1);
    if (pos_ + 1 >= in_.size()) return fail("bad escape (end of pattern)", pos_);
    if (c == 'u' || c == 'U') return code_point(c == 'u' ? 4 : 8);
    if (c == 'x') return hex_pair();
    if (c == 'N') return fail("named characters are not supported", pos_);
    if (c == 'v') return replace(2, "\\x0b");
    if (c == 'Z' && !in_class) return replace(2, "\\z");
    if (c == 's' && re()) return replace(2, in_class ? "\\s\\x1c-\\x1f" : "[\\s\\x1c-\\x1f]");
    if (c == 'S' && re() && !in_class) return replace(2, "[^\\s\\x1c-\\x1f]");
    if (!re() && !in_class && regex_only_escape(c)) return;
    if (is_ascii_letter(c) && !known_letter(c, in_class)) {
      return fail(std::string("bad escape \\") + c, re() ? pos_ : pos_ + 2);
    }
    const auto lead = static_cast<unsigned char>(c);
    copy(1);
    std::size_t end = pos_;
    json::next_code_point(in_, end);
    copy(lead < 0x80 ? 1 : end - pos_);
    if ((c == 'p' || c == 'P') && at(0) == '{') copy_property();
  }

  bool known_letter(char c, bool in_class) const {
    constexpr std::string_view kBoth = "abfnrtdDwWsS", kOutside = "ABZ";
    constexpr std::string_view kRegex = "pPhHeE", kRegexOutside = "XRKGkg";
    if (c == 'E' || c == 'e' || c == 'b') return c == 'b';
    if (kBoth.find(c) != std::string_view::npos) return true;
    if (!in_class && kOutside.find(c) != std::string_view::npos) return true;
    if (re()) return false;
    return kRegex.find(c) != std::string_view::npos ||
           (!in_class && kRegexOutside.find(c) != std::string_view::npos);
  }

  // The regex module's own: \m \M (start and end of a word), \g<name> (a back-reference; PCRE2 would call the
  // group).
  bool regex_only_escape(char c) {
    if (c == 'm') return replace(2, "\\b(?=\\w)"), true;
    if (c == 'M') return replace(2, "\\b(?<=\\w)"), true;
    if (c != 'g' || at(2) != '<') return false;
    const std::size_t end = in_.find('>', pos_);
    if (end == std::string_view::npos) return fail("missing >", in_.size()), true;
    const std::string name(in_.substr(pos_ + 3, end - pos_ - 3));
    replace(end + 1 - pos_, "\\g{" + name + "}");
    return true;
  }

  void replace(std::size_t bytes, std::string_view text) {
    out_.text += text;
    pos_ += bytes;
  }

  void code_point(std::size_t digits) {
    const std::string_view hex = in_.substr(pos_ + 2, digits);
    for (const char c : hex) {
      if (!is_hex(c)) return fail("incomplete escape " + std::string(in_.substr(pos_, 2)), pos_);
    }
    if (hex.size() < digits) return fail("incomplete escape " + std::string(in_.substr(pos_)), pos_);
    replace(2 + digits, "\\x{" + std::string(hex) + "}");
  }

  void hex_pair() {
    if (!is_hex(at(2)) || !is_hex(at(3))) return fail("incomplete escape \\x", pos_);
    copy(4);
  }

  // \p{...}: PCRE2 wants no "Is" prefix; "General_Category=Lu" and "gc=Lu" are plain "Lu".
  void copy_property() {
    const std::size_t end = in_.find('}', pos_);
    if (end == std::string_view::npos) return fail("missing }", in_.size());
    std::string_view name = in_.substr(pos_ + 1, end - pos_ - 1);
    for (const std::string_view prefix : {"Is", "General_Category=", "gc=", "Script="}) {
      if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    }
    out_.text += '{';
    out_.text += name;
    out_.text += '}';
    pos_ = end + 1;
  }

  // --- classes -----------------------------------------------------------------------------------

  void character_class() {
    const std::size_t begin = pos_;
    copy(1);
    if (at(0) == '^') copy(1);
    if (at(0) == ']') replace(1, "\\]");
    while (pos_ < in_.size() && in_[pos_] != ']') {
      if (in_[pos_] == '\\') {
        escape(true);
        if (failed_) return;
      } else if (in_[pos_] == '[') {
        if (!re() && at(1) == ':' && in_.find(":]", pos_) != std::string_view::npos) {
          copy(in_.find(":]", pos_) + 2 - pos_);
        } else {
          replace(1, "\\[");  // a plain sign for Python, perhaps the start of "[:alpha:]" for PCRE2
        }
      } else {
        copy(1);
      }
    }
    if (pos_ >= in_.size())
      return fail(re() ? "unterminated character set" : "missing ]", re() ? begin : in_.size());
    copy(1);
  }

  // --- groups ------------------------------------------------------------------------------------

  void group() {
    if (at(1) == '*')
      return fail("nothing to repeat", pos_ + 1);  // PCRE2's verbs: (*LIMIT_MATCH=...), (*SKIP)
    if (at(1) != '?') return open(1, false);
    if (pos_ + 2 >= in_.size()) return fail("unexpected end of pattern", in_.size());
    if (flags()) return;
    if (starts("(?#")) return comment();
    if (starts("(?<=") || starts("(?<!")) return open(4, true);
    if (starts("(?:") || starts("(?=") || starts("(?!") || starts("(?>")) return open(3, false);
    if (starts("(?P<") || starts("(?P=")) return open(4, false);
    if (starts("(?(")) {
      open(2, false);  // the condition in its parentheses follows
      const std::size_t end = in_.find(')', pos_);
      return copy(end == std::string_view::npos ? in_.size() - pos_ : end + 1 - pos_);
    }
    if (re()) {
      std::size_t end = pos_ + 2;
      json::next_code_point(in_, end);
      return fail("unknown extension " + std::string(in_.substr(pos_ + 1, end - pos_ - 1)), pos_ + 1);
    }
    if (at(2) == 'C' || at(2) == '*') return fail("unknown extension", pos_ + 2);  // PCRE2's call-outs
    open(2, false);
  }

  void open(std::size_t bytes, bool look_behind) {
    groups_.push_back({pos_, look_behind});
    copy(bytes);
    reduce_look_behind_start();
  }

  void close() {
    if (groups_.empty()) return fail("unbalanced parenthesis", pos_ - 1);
    groups_.pop_back();
  }

  void comment() {
    const std::size_t end = in_.find(')', pos_);
    if (end == std::string_view::npos)
      return fail(re() ? "missing ), unterminated comment" : "missing )", re() ? pos_ : in_.size());
    pos_ = end + 1;
  }

  // "(?i)" sets options; "(?i-s:...)" opens a group with them. False when this is neither.
  bool flags() {
    std::size_t end = pos_ + 2;
    while (end < in_.size() && (kFlagLetters.find(in_[end]) != std::string_view::npos || in_[end] == '-'))
      ++end;
    if (end == pos_ + 2 || end >= in_.size() || (in_[end] != ')' && in_[end] != ':')) return false;
    const std::string_view letters = in_.substr(pos_ + 2, end - pos_ - 2);
    if (in_[end] == ':') {
      scoped_flags(letters, end);
    } else if (letters.find('-') != std::string_view::npos) {
      fail(re() ? "missing :" : "bad inline flags", end);
    } else if (re() && pos_ != 0 && !out_.text.empty()) {
      fail("global flags not at the start of the expression", pos_);
    } else {
      for (const char c : letters) global_flag(c);
      pos_ = end + 1;
    }
    return true;
  }

  void global_flag(char c) {
    out_.ignore_case |= c == 'i';
    out_.multi_line |= c == 'm';
    out_.dot_all |= c == 's';
    out_.verbose |= c == 'x';
    out_.ascii |= c == 'a';
    if (c == 'f' || c == 'b' || c == 'e' || c == 'p' || c == 'r' || c == 'w') {
      if (re()) return fail("unknown flag", pos_);
    }
    if (c == 'r') fail("searching backwards is not supported", pos_);
  }

  // Letters PCRE2 lacks (a, u, L and the regex module's) are left out of a group's flags.
  void scoped_flags(std::string_view letters, std::size_t end) {
    out_.text += "(?";
    for (const char c : letters) {
      if (std::string_view("imsx-").find(c) != std::string_view::npos) out_.text += c;
    }
    out_.text += ':';
    groups_.push_back({pos_, false});
    pos_ = end + 1;
  }

  // --- look-behind -------------------------------------------------------------------------------

  // PCRE2 10.42 wants look-behinds of fixed length. What a look-behind's first item may repeat beyond its
  // least count does not change whether it holds (a longer prefix only starts earlier), so "(?<=a+b)" is
  // "(?<=ab)" and "(?<=a*b)" is "(?<=b)".
  void reduce_look_behind_start() {
    if (groups_.empty() || !groups_.back().look_behind || re()) return;
    const std::size_t atom = simple_atom_length(pos_);
    if (atom == 0) return;
    const std::size_t after = pos_ + atom;
    if (after >= in_.size()) return;
    const char quantifier = in_[after];
    std::size_t length = 1;
    std::string least;
    if (quantifier == '+') {
      least = "{1}";
    } else if (quantifier == '*' || quantifier == '?') {
      least = "{0}";
    } else if (quantifier == '{') {
      const std::size_t end = in_.find('}', after);
      const std::size_t comma = in_.find(',', after);
      if (end == std::string_view::npos || comma == std::string_view::npos || comma > end) return;
      const std::string_view digits = in_.substr(after + 1, comma - after - 1);
      for (const char c : digits) {
        if (!is_digit(c)) return;
      }
      least = "{" + (digits.empty() ? std::string("0") : std::string(digits)) + "}";
      length = end + 1 - after;
    } else {
      return;
    }
    if (after + length < in_.size() && (in_[after + length] == '+' || in_[after + length] == '?')) ++length;
    if (in_[pos_] == '\\') {
      escape(false);
    } else if (in_[pos_] == '[') {
      character_class();
    } else {
      copy(atom);
    }
    if (failed_) return;
    out_.text += least;
    pos_ = after + length;
  }

  // Length of a one-sign atom at `begin`: a literal, an escape, a class; 0 when something else stands there.
  std::size_t simple_atom_length(std::size_t begin) const {
    if (begin >= in_.size()) return 0;
    const char c = in_[begin];
    if (std::string_view("()|{}*+?^$#").find(c) != std::string_view::npos) return 0;
    if (c == '\\') {
      if (begin + 1 >= in_.size()) return 0;
      const char letter = in_[begin + 1];
      const bool single = std::string_view("dDwWsSnrtfa").find(letter) != std::string_view::npos;
      return single || (static_cast<unsigned char>(letter) < 0x80 && !is_ascii_letter(letter) &&
                        !is_digit(letter))
                 ? 2
                 : 0;
    }
    if (c != '[') {
      std::size_t end = begin;
      json::next_code_point(in_, end);
      return end - begin;
    }
    std::size_t end = begin + 1;
    if (end < in_.size() && in_[end] == '^') ++end;
    if (end < in_.size() && in_[end] == ']') ++end;
    for (; end < in_.size() && in_[end] != ']'; ++end) {
      if (in_[end] == '\\') ++end;
      if (end < in_.size() && in_[end] == '[') return 0;
    }
    return end < in_.size() ? end + 1 - begin : 0;
  }

  // --- repetition --------------------------------------------------------------------------------

  // "{,5}" is "{0,5}" in Python and plain text in PCRE2; "{e<=1}" asks for fuzzy matching.
  void brace() {
    const std::size_t end = in_.find('}', pos_);
    const std::string_view inside =
        end == std::string_view::npos ? std::string_view() : in_.substr(pos_ + 1, end - pos_ - 1);
    if (!re() && is_fuzzy(inside)) return fail("fuzzy matching is not supported", pos_);
    if (inside.starts_with(',') && inside.find_first_not_of("0123456789", 1) == std::string_view::npos) {
      out_.text += "{0";
      return ++pos_, void();
    }
    copy(1);
  }

  static bool is_fuzzy(std::string_view inside) {
    if (inside.empty()) return false;
    if (inside.find("<=") != std::string_view::npos || inside.find('<') != std::string_view::npos)
      return true;
    for (const char c : inside) {
      if (std::string_view("eids,").find(c) == std::string_view::npos) return false;
    }
    return is_ascii_letter(inside.front());
  }

  std::string_view in_;
  Dialect dialect_;
  std::size_t pos_ = 0;
  Translated out_;
  struct Group {
    std::size_t begin;
    bool look_behind;
  };
  std::vector<Group> groups_;  // the open ones
  std::optional<Error> failed_;
};

}  // namespace

Result<Translated> translate(std::string_view pattern, Dialect dialect) {
  return Translator(pattern, dialect).run();
}

}  // namespace tocsin::regex
