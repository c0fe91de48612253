// One render under way: its memory, its budgets, and what the template changed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "language/jinja/raise.h"
#include "language/jinja/template.h"
#include "language/jinja/value.h"
#include "language/regex/pattern.h"

namespace tocsin::jinja {

class Evaluator;
struct KnownZone;

class State {
 public:
  State(const RenderOptions& options, Arena& memory)
      : arena(memory), budget(options.limits.instructions), options(options) {
    arena.pay_from(&budget);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { arena.pay_from(nullptr); }

  // --- budgets -----------------------------------------------------------------------------------

  // A step stands for about 20 ns, so that the default budget ends within 10 ms. The evaluator pays one a
  // node; work that grows with its input pays for each item, before it is done where that is possible.
  void charge(std::size_t steps = 1) {
    budget -= static_cast<std::int64_t>(steps);
    if (budget < 0) [[unlikely]] {
      raise(Fault::Budget, "the template takes too many steps");
    }
  }
  // For copying, comparing and plain searching.
  void charge_bytes(std::size_t bytes) { charge(bytes / 16); }
  // For work that looks at each character; those beyond ASCII cost more, as tables tell what they are.
  void charge_characters(std::string_view text) {
    std::size_t beyond_ascii = 0;
    for (const char c : text) beyond_ascii += static_cast<unsigned char>(c) >> 7;
    charge(text.size() / 6 + beyond_ascii / 2);
  }
  // For writing a text as a literal of Python or JSON: each sign that needs an escape is written by itself.
  void charge_literal(std::string_view text) {
    std::size_t escapes = 0;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      escapes += byte < 0x20 || byte >= 0x7F || byte == '\\' || byte == '"' || byte == '\'' ? 1 : 0;
    }
    charge(text.size() / 8 + escapes / 2);
  }
  // Call after appending to a text that is not in the arena.
  void check_text(const std::string& out) {
    if (out.size() > options.limits.memory_bytes / 3) [[unlikely]] {
      raise(Fault::Budget, "the template needs too much memory");
    }
  }

  // --- values ------------------------------------------------------------------------------------

  Value text(std::string_view s, bool markup = false) {
    charge_bytes(s.size());
    return Value::text(arena.copy(s), markup);
  }
  Value list(ArenaVector<Value> items) { return Value::object(Type::List, arena.make<List>(items)); }
  Value tuple(std::initializer_list<Value> items) {
    Value* copy = arena.array<Value>(items.size());
    std::size_t i = 0;
    for (const Value& item : items) copy[i++] = item;
    return Value::tuple(copy, items.size());
  }
  Value hint(std::string_view message) {
    return Value::object(Type::Undefined, arena.make<Undefined>(Undefined::Kind::Hint, "", Value(), message));
  }

  // JSON as a value: containers stay where they are.
  Value from_json(const json::Value& value);
  // A JSON value that this render made (parse_json); it lives until the end.
  Value keep_json(json::Value value);
  // The container to work with: a JSON container that the template changed is replaced by its copy.
  Value real(Value v) const {
    if (!changed_.empty() && (v.is(Type::JsonArray) || v.is(Type::JsonObject))) {
      if (const auto found = changed_.find(v.pointer()); found != changed_.end()) return found->second;
    }
    return v;
  }
  // The same, made changeable: copies a JSON container (one level) when this is its first change.
  Value changeable(Value v);

  // --- undefined ---------------------------------------------------------------------------------

  // Notes that an undefined value was used or printed, for the reader's "what was missing?".
  void note(const Undefined& undefined);

  // --- patterns ----------------------------------------------------------------------------------

  // Compiled once a render. Raises when it does not compile.
  const regex::Pattern& pattern(std::string_view text);

  Arena& arena;
  std::int64_t budget;
  int depth = 0;
  bool autoescape = false;
  const RenderOptions& options;
  std::vector<std::string> undefined_paths;
  std::string last_undefined;           // path of the one noted last
  std::uint32_t at = Raised::kNowhere;  // the place in the source that is being evaluated
  Evaluator* evaluator = nullptr;       // of this render
  const KnownZone* zones = nullptr;     // time zones used so far, see strftime.cc
  std::uint64_t random = 0;             // state of the `random` filter and of lipsum

  // A number in [0, bound). From the render's instant: pure, yet different each time.
  std::size_t draw(std::size_t bound);

 private:
  std::unordered_map<const void*, Value> changed_;
  std::vector<std::unique_ptr<const json::Value>> kept_json_;
  std::map<std::string, regex::Pattern, std::less<>> patterns_;
};

// Guards every recursion that data drives: nested containers, chained generators, macros.
class Deeper {
 public:
  explicit Deeper(State& state) : state_(state) {
    if (++state_.depth > kMaxDepth) {
      --state_.depth;
      raise(Fault::Recursion, "maximum recursion depth exceeded");
    }
  }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  ~Deeper() { --state_.depth; }

  static constexpr int kMaxDepth = 1000;  // as Python; a level costs up to some KiB of stack

 private:
  State& state_;
};

}  // namespace tocsin::jinja
