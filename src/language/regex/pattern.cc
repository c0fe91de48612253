#include "language/regex/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

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

// What an item of a pattern may cost besides the callout before it.
struct ItemCost {
  std::uint32_t steps = 0;
  bool back_reference = false;  // compares as much as a group holds
};

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
  // A callout before each item is how work is counted, see Meter.
  std::uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;
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
  std::size_t bytes = 0;
  bool has_last_unit = false;        // PCRE2 looks ahead for a sign that every match needs
  std::vector<ItemCost> item_costs;  // by position in the translated pattern; empty when nothing is special
};

namespace {

// Finds the items that may do much before the next callout reports it, or fail without one.
std::vector<ItemCost> hidden_costs(const pcre2_code* code, std::string_view pattern) {
  struct Finder {
    std::string_view pattern;
    std::vector<ItemCost> costs;
  } finder{pattern, {}};
  const auto each = [](pcre2_callout_enumerate_block* block, void* data) {
    auto& [whole, costs] = *static_cast<Finder*>(data);
    if (block->pattern_position + block->next_item_length > whole.size()) return 0;
    const std::string_view item = whole.substr(block->pattern_position, block->next_item_length);
    ItemCost cost;
    cost.back_reference = item.size() > 1 && item[0] == '\\' &&
                          ((item[1] >= '1' && item[1] <= '9') || item[1] == 'g' || item[1] == 'k');
    cost.back_reference |= item.starts_with("(?P=");
    // "x{500}" looks at 499 signs and fails.
    if (const std::size_t brace = item.rfind('{'); brace != std::string_view::npos && brace > 0) {
      std::uint32_t least = 0;
      for (std::size_t i = brace + 1; i < item.size() && item[i] >= '0' && item[i] <= '9' && least < 100'000;
           ++i)
        least = least * 10 + static_cast<std::uint32_t>(item[i] - '0');
      cost.steps = least / 16;
    }
    if (cost.steps == 0 && !cost.back_reference) return 0;
    if (costs.empty()) costs.resize(whole.size() + 1);
    costs[block->pattern_position] = cost;
    return 0;
  };
  pcre2_callout_enumerate(code, each, &finder);
  return std::move(finder.costs);
}

// Counts work. PCRE2's own limits count anew at each start position and know nothing of what a repeat passes
// over; a callout before each item sees both.
struct Meter {
  const std::vector<ItemCost>& item_costs;
  std::int64_t left;
  std::size_t at = 0;  // of the last callout

  bool charge(std::int64_t steps) { return (left -= steps) > 0; }

  static int callout(pcre2_callout_block* block, void* data) {
    auto& self = *static_cast<Meter*>(data);
    const std::size_t now = block->current_position;
    const std::size_t moved = now > self.at ? now - self.at : self.at - now;
    self.at = now;
    std::int64_t steps = 1 + static_cast<std::int64_t>(moved / 4);
    if (!self.item_costs.empty()) {
      const ItemCost& cost = self.item_costs[block->pattern_position];
      steps += cost.steps;
      if (cost.back_reference) steps += longest_group(*block) / 16;
    }
    return self.charge(steps) ? 0 : PCRE2_ERROR_CALLOUT;
  }

 private:
  static std::int64_t longest_group(const pcre2_callout_block& block) {
    std::size_t longest = 0;
    for (std::uint32_t group = 1; group < block.capture_top; ++group) {
      const PCRE2_SIZE* ends = block.offset_vector + 2 * group;
      if (ends[0] != PCRE2_UNSET && ends[1] > ends[0]) longest = std::max(longest, ends[1] - ends[0]);
    }
    return static_cast<std::int64_t>(longest);
  }
};

// One call of search, match or replace: the subject, and what is left of the budget.
class Run {
 public:
  Run(const Pattern::Compiled& pattern, std::string_view subject, std::int64_t* allowance)
      : pattern_(pattern),
        subject_(subject),
        allowance_(allowance),
        granted_(granted(pattern.limits, subject, allowance)),
        data_(pcre2_match_data_create_from_pattern(pattern.code.get(), nullptr)),
        context_(pcre2_match_context_create(nullptr)),
        meter_{pattern.item_costs, granted_} {
    meter_.charge(static_cast<std::int64_t>(subject.size() / 32));  // the check of its UTF-8
    if (json::valid_utf8_prefix(subject) != subject.size()) {
      // U+FFFD has as many bytes as the surrogates it stands for, so offsets stay true.
      meter_.charge(static_cast<std::int64_t>(subject.size() / 4));
      repaired_ = replace_surrogates(subject);
      subject_ = repaired_;
    }
    pcre2_set_heap_limit(context_.get(), pattern.limits.heap_kib);
    pcre2_set_callout(context_.get(), &Meter::callout, &meter_);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() {
    if (allowance_ != nullptr) *allowance_ -= granted_ - meter_.left;
  }

  Outcome search(std::size_t from, std::uint32_t options) {
    meter_.at = from;
    // Finding where a match may start is a plain scan; the look for a last sign reaches some KiB ahead.
    constexpr std::size_t kLookAhead = 5000;
    const std::size_t ahead = pattern_.has_last_unit ? std::min(subject_.size() - from, kLookAhead) : 0;
    if (!meter_.charge(static_cast<std::int64_t>(2 + ahead / 256))) return Outcome::LimitExceeded;
    const Outcome found = attempt(from, options);
    const std::size_t passed = (found == Outcome::Match ? end() : subject_.size()) - from;
    meter_.charge(static_cast<std::int64_t>(passed / 32));
    return found;
  }

  Outcome anchored(std::size_t at, std::uint32_t options) {
    return meter_.charge(2) ? attempt(at, options | PCRE2_ANCHORED) : Outcome::LimitExceeded;
  }

  std::size_t begin() const { return pcre2_get_ovector_pointer(data_.get())[0]; }
  std::size_t end() const { return pcre2_get_ovector_pointer(data_.get())[1]; }
  std::string_view group(int number) const {
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data_.get()) + 2 * number;
    const bool unset = ends[0] == PCRE2_UNSET || ends[1] < ends[0];
    return unset ? std::string_view() : subject_.substr(ends[0], ends[1] - ends[0]);
  }
  // What matching alone does not charge for: each match of a replacement costs something.
  bool charge(std::size_t steps) { return meter_.charge(static_cast<std::int64_t>(steps)); }

 private:
  static std::int64_t granted(const Limits& limits, std::string_view subject, const std::int64_t* allowance) {
    const std::int64_t own = limits.steps + static_cast<std::int64_t>(limits.steps_per_byte) *
                                                static_cast<std::int64_t>(subject.size());
    return allowance != nullptr ? std::min(*allowance, own) : own;
  }

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

  Outcome attempt(std::size_t at, std::uint32_t options) {
    options |= PCRE2_NO_UTF_CHECK;
    const int rc = pcre2_match(pattern_.code.get(), bytes(subject_), subject_.size(), at, options,
                               data_.get(), context_.get());
    if (rc != PCRE2_ERROR_JIT_STACKLIMIT) return outcome(rc);
    // The compiled code's small stack is full; the interpreter keeps its state on the heap.
    return outcome(pcre2_match(pattern_.code.get(), bytes(subject_), subject_.size(), at,
                               options | PCRE2_NO_JIT, data_.get(), context_.get()));
  }

  const Pattern::Compiled& pattern_;
  std::string_view subject_;
  std::string repaired_;
  std::int64_t* allowance_;
  std::int64_t granted_;
  Owned<pcre2_match_data> data_;
  Owned<pcre2_match_context> context_;
  Meter meter_;
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
  std::uint32_t groups = 0, last_unit = 0;
  std::size_t size = 0, jit_size = 0;
  pcre2_pattern_info(compiled->code.get(), PCRE2_INFO_CAPTURECOUNT, &groups);
  pcre2_pattern_info(compiled->code.get(), PCRE2_INFO_LASTCODETYPE, &last_unit);
  pcre2_pattern_info(compiled->code.get(), PCRE2_INFO_SIZE, &size);
  pcre2_pattern_info(compiled->code.get(), PCRE2_INFO_JITSIZE, &jit_size);
  compiled->bytes = size + jit_size;
  compiled->has_last_unit = last_unit != 0;
  compiled->item_costs = hidden_costs(compiled->code.get(), translated.text);
  compiled->text = text;
  compiled->groups = static_cast<int>(groups);
  compiled->limits = limits;
  return Pattern(std::move(compiled));
}

Outcome Pattern::search(std::string_view subject, std::int64_t* allowance) const {
  return Run(*compiled_, subject, allowance).search(0, 0);
}

Outcome Pattern::match(std::string_view subject, std::int64_t* allowance) const {
  return Run(*compiled_, subject, allowance).anchored(0, 0);
}

Replaced Pattern::replace(std::string_view subject, std::string_view replacement,
                          std::int64_t* allowance) const {
  const auto find_group = [&](const std::string& name) -> std::optional<int> {
    const int number =
        pcre2_substring_number_from_name(compiled_->code.get(), reinterpret_cast<PCRE2_SPTR>(name.c_str()));
    return number > 0 ? std::optional(number) : std::nullopt;
  };
  const auto pieces = parse_replacement(replacement, compiled_->groups, find_group);
  if (!pieces) return {Replaced::Kind::BadTemplate, pieces.error().message};

  Run run(*compiled_, subject, allowance);
  std::string out;
  std::size_t from = 0;
  std::uint32_t options = 0;
  while (true) {
    const Outcome found = run.search(from, options);
    if (found == Outcome::NoMatch) break;
    if (found == Outcome::LimitExceeded || !run.charge(8 + pieces->size()) || run.end() < run.begin())
      return {Replaced::Kind::LimitExceeded, {}};
    out.append(subject, from, run.begin() - from);
    const std::size_t before = out.size();
    for (const ReplacementPiece& piece : *pieces) {
      out += piece.literal;
      if (piece.group >= 0) out += run.group(piece.group);
    }
    if (out.size() > compiled_->limits.output_bytes || !run.charge((out.size() - before) / 16))
      return {Replaced::Kind::LimitExceeded, {}};
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

std::size_t Pattern::compiled_bytes() const {
  return compiled_->bytes;
}

}  // namespace tocsin::regex
