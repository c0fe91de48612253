#include <algorithm>

#include "language/jinja/datetime.h"
#include "language/jinja/dict.h"
#include "language/jinja/filters.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_form.h"
#include "language/jinja/unicode.h"

namespace tocsin::jinja {
namespace {

// dict(mapping or pairs, **keywords), into `to`.
void fill_dict(State& state, Dict& to, const Args& args, std::string_view name) {
  if (args.positional.size() > 1) {
    type_error(std::string(name) + " expected at most 1 argument, got " +
               std::to_string(args.positional.size()));
  }
  if (!args.positional.empty()) update_dict(state, to, args.positional[0]);
  for (const Keyword& keyword : args.keywords) set(state, to, Value::text(keyword.name), keyword.value);
}

Value make_namespace(State& state, const Args& args) {
  auto* made = state.arena.make<Namespace>();
  fill_dict(state, made->attributes, args, "dict");
  return Value::object(Type::Namespace, made);
}

Value make_cycler(State& state, const Args& args) {
  if (!args.keywords.empty())
    type_error("Cycler.__init__() got an unexpected keyword argument '" + std::string(args.keywords[0].name) +
               "'");
  if (args.positional.empty()) raise(Fault::Runtime, "at least one item has to be provided");
  Value* items = state.arena.array<Value>(args.positional.size());
  std::copy(args.positional.begin(), args.positional.end(), items);
  return Value::object(Type::Cycler,
                       state.arena.make<Cycler>(std::span<const Value>(items, args.positional.size())));
}

Value make_joiner(State& state, const Value* p) {
  return Value::object(Type::Joiner, state.arena.make<Joiner>(p[0].missing() ? Value::text(", ") : p[0]));
}

Value time(State& state, const Value*) {
  return utc_datetime(state, state.options.now);
}

// docs/spec/templates.md, section 1.1: the name exists, every call is refused.
Value range(State&, const Args&) {
  raise(Fault::Security, "use of 'range' is restricted");
}

// Filler text. The words are those every lorem ipsum has; the order is drawn from the render's instant.
Value lipsum(State& state, const Value* p) {
  constexpr std::string_view kWords[] = {
      "lorem",     "ipsum",      "dolor",     "sit",       "amet",        "consectetuer", "adipiscing",
      "elit",      "sed",        "non",       "risus",     "suspendisse", "lectus",       "tortor",
      "dignissim", "nec",        "ultricies", "cras",      "elementum",   "ultrices",     "diam",
      "maecenas",  "ligula",     "massa",     "varius",    "a",           "semper",       "congue",
      "euismod",   "mi",         "proin",     "porttitor", "orci",        "nesciunt",     "nibh",
      "gravida",   "vestibulum", "quis",      "urna",      "morbi",       "tempus",       "faucibus",
      "vitae",     "augue"};
  const std::int64_t paragraphs = p[0].missing() ? 5 : index_argument(state, p[0]);
  const bool html = p[1].missing() || truthy(state, p[1]);
  const std::int64_t least = p[2].missing() ? 20 : index_argument(state, p[2]),
                     most = p[3].missing() ? 100 : index_argument(state, p[3]);
  if (least >= most)
    value_error("empty range for randrange() (" + std::to_string(least) + ", " + std::to_string(most) + ", " +
                std::to_string(most - least) + ")");
  std::string out;
  for (std::int64_t i = 0; i < paragraphs; ++i) {
    if (i > 0) out += html ? "\n" : "\n\n";
    const std::int64_t count =
        least + static_cast<std::int64_t>(state.draw(static_cast<std::size_t>(most - least)));
    std::string paragraph;
    bool capital = true;
    for (std::int64_t word = 0; word < count; ++word) {
      state.charge(2);
      const std::string_view chosen = kWords[state.draw(std::size(kWords))];
      paragraph += (word > 0 ? " " : "") + (capital ? unicode::capitalize(chosen) : std::string(chosen));
      capital = word + 1 < count && state.draw(12) == 0;
      if (capital) {
        paragraph += '.';
      } else if (word + 1 < count && state.draw(6) == 0) {
        paragraph += ',';
      }
      state.check_text(paragraph);
    }
    paragraph += '.';
    out += html ? "<p>" + paragraph + "</p>" : paragraph;
    state.check_text(out);
  }
  return state.text(out, html);
}

constexpr Builtin kGlobals[] = {
    {.name = "namespace", .python_name = "Namespace", .parameters = "", .variadic = make_namespace},
    {.name = "cycler", .python_name = "Cycler.__init__", .parameters = "", .variadic = make_cycler},
    {.name = "joiner", .python_name = "Joiner.__init__", .parameters = "sep", .fixed = make_joiner},
    {.name = "lipsum",
     .python_name = "generate_lorem_ipsum",
     .parameters = "n html min max",
     .fixed = lipsum},
    {.name = "range", .python_name = "range", .parameters = "", .variadic = range},
    {.name = "time", .python_name = "time", .parameters = "", .fixed = time},
};

}  // namespace

Value make_dict(State& state, const Args& args) {
  auto* made = state.arena.make<Dict>();
  fill_dict(state, *made, args, "dict");
  return Value::object(Type::Dict, made);
}

Value find_global(std::string_view name) {
  if (name == "dict") return Value::object(Type::DictType, nullptr);
  const auto* found = std::find_if(std::begin(kGlobals), std::end(kGlobals),
                                   [&](const Builtin& b) { return b.name == name; });
  return found != std::end(kGlobals) ? Value::object(Type::Function, found) : Value();
}

}  // namespace tocsin::jinja
