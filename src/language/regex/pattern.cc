#include "language/regex/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <optional>

#include "language/json/utf8.h"
#include "language/regex/replacement.h"
#include "language/regex/translate.h"

namespace tocsin::regex {
namespace {

constexpr std::size_t kMaxPatternBytes = 64 * 1024;
constexpr std::uint32_t kMaxParentheses = 200;

struct Free {
  void operator()(pcre2_code* p) const { pcre2_code_free(p); }
  void operator()(pcre2_match_data* p) const { pcre2_match_data_free(p); }
  void operator()(pcre2_match_context* p) const { pcre2_match_context_free(p); }
  void operator()(pcre2_compile_context* p) const { pcre2_compile_context_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

PCRE2_SPTR bytes(std::string_view text) {
  static constexpr char kNothing = 0;
  return reinterpret_cast<PCRE2_SPTR>(text.data() != nullptr ? text.data() : &kNothing);
}

Error compile_error(int code, std::size_t at, std::string_view translated, Dialect dialect) {
  const std::size_t position = json::count_code_points(translated.substr(0, at));
  if (code == PCRE2_ERROR_LOOKBEHIND_NOT_FIXED_LENGTH && dialect == Dialect::Re) {
    return invalid("look-behind requires fixed-width pattern");
  }
  if (code == PCRE2_ERROR_QUANTIFIER_INVALID) {
    return invalid("nothing to repeat at position " + std::to_string(position > 0 ? position - 1 : 0));
  }
  std::array<PCRE2_UCHAR, 256> message{};
  pcre2_get_error_message(code, message.data(), message.size());
  return invalid(std::string(reinterpret_cast<const char*>(message.data())) + " at position " +
                 std::to_string(position));
}

std::uint32_t compile_options(const Translated& pattern, Dialect dialect) {
  // Without auto-possession every repeat keeps its backtracking points and so counts against the limit.
  std::uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_POSSESS;
  if (!pattern.ascii) options |= PCRE2_UCP;
  if (pattern.ignore_case) options |= PCRE2_CASELESS;
  if (pattern.multi_line) options |= PCRE2_MULTILINE;
  if (pattern.dot_all) options |= PCRE2_DOTALL;
  if (pattern.verbose) options |= PCRE2_EXTENDED;
  if (dialect == Dialect::Regex) options |= PCRE2_DUPNAMES;
  return options;
}

}  // namespace

struct Pattern::Compiled {
  std::string text;
  Owned<pcre2_code> code;
  Limits limits;
  int groups = 0;
};

namespace {

// One call of search, match or replace: the subject, and what is left of the budget.
class Run {
 public:
  Run(const pcre2_code* code, const Limits& limits, std::string_view subject)
      : code_(code),
        subject_(subject),
        data_(pcre2_match_data_create_from_pattern(code, nullptr)),
        context_(pcre2_match_context_create(nullptr)),
        budget_(limits.steps) {
    if (json::valid_utf8_prefix(subject) != subject.size()) {
      // U+FFFD has as many bytes as the surrogates it stands for, so offsets stay true.
      repaired_ = replace_surrogates(subject);
      subject_ = repaired_;
    }
    pcre2_set_heap_limit(context_.get(), limits.heap_kib);
  }

  Outcome search(std::size_t from, std::uint32_t options) {
    const auto rest = static_cast<std::int64_t>(subject_.size() - from);
    const std::int64_t share = std::clamp<std::int64_t>(budget_ / (rest + 1), 1000, budget_);
    const int rc = attempt(from, options, static_cast<std::uint32_t>(share));
    return rc == PCRE2_ERROR_MATCHLIMIT ? walk(from, options) : outcome(rc);
  }

  Outcome anchored(std::size_t at, std::uint32_t options) {
    // PCRE2 tells nothing of the work it did, so a try is charged at its whole limit and limits grow by
    // steps.
    for (std::int64_t limit = 1000;; limit *= 16) {
      const std::int64_t granted = std::min(limit, budget_);
      if (granted <= 0) return Outcome::LimitExceeded;
      const int rc = attempt(at, options | PCRE2_ANCHORED, static_cast<std::uint32_t>(granted));
      budget_ -= rc == PCRE2_ERROR_MATCHLIMIT ? granted : std::min<std::int64_t>(granted, 1 + granted / 16);
      if (rc != PCRE2_ERROR_MATCHLIMIT) return outcome(rc);
    }
  }

  std::size_t begin() const { return pcre2_get_ovector_pointer(data_.get())[0]; }
  std::size_t end() const { return pcre2_get_ovector_pointer(data_.get())[1]; }
  std::string_view group(int number) const {
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data_.get()) + 2 * number;
    const bool unset = ends[0] == PCRE2_UNSET || ends[1] < ends[0];
    return unset ? std::string_view() : subject_.substr(ends[0], ends[1] - ends[0]);
  }
  // What matching alone does not charge for: each match of a replacement costs something.
  bool charge(std::int64_t steps) { return (budget_ -= steps) > 0; }

 private:
  static std::string replace_surrogates(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t pos = 0; pos < text.size();) {
      const std::size_t start = pos;
      const char32_t code = json::next_code_point(text, pos);
      const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
      const bool malformed = code == 0xFFFD && pos == start + 1;
      if (malformed) {
        out += '?';
      } else {
        out += surrogate ? std::string_view("\xEF\xBF\xBD") : text.substr(start, pos - start);
      }
    }
    return out;
  }

  static Outcome outcome(int rc) {
    if (rc >= 0) return Outcome::Match;
    return rc == PCRE2_ERROR_NOMATCH ? Outcome::NoMatch : Outcome::LimitExceeded;
  }

  int attempt(std::size_t at, std::uint32_t options, std::uint32_t limit) {
    pcre2_set_match_limit(context_.get(), limit);
    options |= PCRE2_NO_UTF_CHECK;
    const int rc =
        pcre2_match(code_, bytes(subject_), subject_.size(), at, options, data_.get(), context_.get());
    if (rc != PCRE2_ERROR_JIT_STACKLIMIT) return rc;
    // The compiled code's small stack is full; the interpreter keeps its state on the heap.
    return pcre2_match(code_, bytes(subject_), subject_.size(), at, options | PCRE2_NO_JIT, data_.get(),
                       context_.get());
  }

  // PCRE2 counts its limit anew at each start position. When one of them needs more than its share, try them
  // one by one.
  Outcome walk(std::size_t from, std::uint32_t options) {
    for (std::size_t at = from;;) {
      const Outcome found = anchored(at, options);
      if (found != Outcome::NoMatch || at >= subject_.size()) return found;
      if (!charge(1 + static_cast<std::int64_t>(subject_.size() - at) / 64)) return Outcome::LimitExceeded;
      options &= ~static_cast<std::uint32_t>(PCRE2_NOTEMPTY_ATSTART);
      json::next_code_point(subject_, at);
    }
  }

  const pcre2_code* code_;
  std::string_view subject_;
  std::string repaired_;
  Owned<pcre2_match_data> data_;
  Owned<pcre2_match_context> context_;
  std::int64_t budget_;
};

}  // namespace

Result<Pattern> Pattern::compile(std::string_view text, Dialect dialect, const Limits& limits) {
  if (text.size() > kMaxPatternBytes) return invalid("the pattern is too long");
  if (json::valid_utf8_prefix(text) != text.size()) return invalid("the pattern is not valid text");
  TRY_AS(const Translated translated, translate(text, dialect));
  const Owned<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(context.get(), kMaxParentheses);
  int code = 0;
  PCRE2_SIZE at = 0;
  auto compiled = std::make_shared<Compiled>();
  compiled->code.reset(pcre2_compile(bytes(translated.text), translated.text.size(),
                                     compile_options(translated, dialect), &code, &at, context.get()));
  if (!compiled->code) return compile_error(code, at, translated.text, dialect);
  pcre2_jit_compile(compiled->code.get(),
                    PCRE2_JIT_COMPLETE);  // without it (no memory) the interpreter does the same
  std::uint32_t groups = 0;
  pcre2_pattern_info(compiled->code.get(), PCRE2_INFO_CAPTURECOUNT, &groups);
  compiled->text = text;
  compiled->groups = static_cast<int>(groups);
  compiled->limits = limits;
  return Pattern(std::move(compiled));
}

Outcome Pattern::search(std::string_view subject) const {
  return Run(compiled_->code.get(), compiled_->limits, subject).search(0, 0);
}

Outcome Pattern::match(std::string_view subject) const {
  return Run(compiled_->code.get(), compiled_->limits, subject).anchored(0, 0);
}

Replaced Pattern::replace(std::string_view subject, std::string_view replacement) const {
  const auto find_group = [&](const std::string& name) -> std::optional<int> {
    const int number =
        pcre2_substring_number_from_name(compiled_->code.get(), reinterpret_cast<PCRE2_SPTR>(name.c_str()));
    return number > 0 ? std::optional(number) : std::nullopt;
  };
  const auto pieces = parse_replacement(replacement, compiled_->groups, find_group);
  if (!pieces) return {Replaced::Kind::BadTemplate, pieces.error().message};

  Run run(compiled_->code.get(), compiled_->limits, subject);
  std::string out;
  std::size_t from = 0;
  std::uint32_t options = 0;
  while (true) {
    const Outcome found = run.search(from, options);
    if (found == Outcome::NoMatch) break;
    if (found == Outcome::LimitExceeded || !run.charge(20) || run.end() < run.begin())
      return {Replaced::Kind::LimitExceeded, {}};
    out.append(subject, from, run.begin() - from);
    for (const ReplacementPiece& piece : *pieces) {
      out += piece.literal;
      if (piece.group >= 0) out += run.group(piece.group);
    }
    if (out.size() > compiled_->limits.output_bytes) return {Replaced::Kind::LimitExceeded, {}};
    // After an empty match the next one at the same place must not be empty; after any other it may.
    options = run.end() == run.begin() ? PCRE2_NOTEMPTY_ATSTART : 0U;
    from = run.end();
  }
  out.append(subject, from);
  return {Replaced::Kind::Text, std::move(out)};
}

const std::string& Pattern::text() const {
  return compiled_->text;
}

}  // namespace tocsin::regex
