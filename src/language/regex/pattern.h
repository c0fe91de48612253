// Regular expressions as Python's users write them, run by PCRE2 under limits.
//
// Two dialects: `re`, Python's standard module (routing regexes), and `regex`, the third-party module in its
// version-0 behaviour (the template filters). A small translator (translate.h) turns either into PCRE2's;
// what PCRE2 cannot do (fuzzy matching, unbounded look-behind) is refused, never silently changed. `\d \w \s
// \b` are Unicode, `$` also matches before a last newline.
//
// A Pattern is immutable, cheap to copy and shared by any number of threads. No clock is read: work is
// counted in steps, so the same input always ends the same way. A step is an item of the pattern tried at a
// place of the subject, or 16 bytes of the subject passed over; PCRE2 reports each item by a callout.
// Subjects are UTF-8; lone surrogates match as U+FFFD. Offsets are bytes. Errors: a pattern that does not
// compile is an Error whose message has Python's words where they are known. Source: docs/spec/templates.md,
// section 1.2; docs/spec/RULINGS.md, 14.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::regex {

enum class Dialect { Re, Regex };
enum class Outcome { Match, NoMatch, LimitExceeded };

struct Limits {
  std::uint32_t steps = 2'000'000;      // of one call, all start positions together, besides
  std::uint32_t steps_per_byte = 4;     // what a plain pattern needs of a long subject
  std::uint32_t heap_kib = 16 * 1024;   // for backtracking state
  std::size_t output_bytes = 16 << 20;  // of a replacement's result
};

struct Replaced {
  enum class Kind { Text, BadTemplate, LimitExceeded };
  Kind kind = Kind::Text;
  std::string text;  // the result, or what is wrong with the template
};

class Pattern {
 public:
  [[nodiscard]] static Result<Pattern> compile(std::string_view text, Dialect dialect,
                                               const Limits& limits = {});

  // `allowance`, when given, is a number of steps that several calls share: it bounds the call besides its
  // own limit, and what the call took is taken from it.

  // A match anywhere.
  [[nodiscard]] Outcome search(std::string_view subject, std::int64_t* allowance = nullptr) const;
  // A match that starts at the beginning (Python's `match`: it need not reach the end).
  [[nodiscard]] Outcome match(std::string_view subject, std::int64_t* allowance = nullptr) const;
  // All matches replaced, empty ones included; `replacement` knows \1, \g<1>, \g<name>, \n and the other
  // escapes.
  [[nodiscard]] Replaced replace(std::string_view subject, std::string_view replacement,
                                 std::int64_t* allowance = nullptr) const;

  // The pattern as it was given.
  const std::string& text() const;
  // Bytes of its compiled form: what compiling it was worth.
  std::size_t compiled_bytes() const;

  struct Compiled;  // pattern.cc's own

 private:
  explicit Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace tocsin::regex
