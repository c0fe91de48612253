#include "language/jinja/call.h"

#include <algorithm>
#include <string>

#include "language/jinja/bigint.h"
#include "language/jinja/operators.h"

namespace tocsin::jinja {
namespace {

struct ParameterNames {
  std::array<std::string_view, kMaxParameters> names;
  std::size_t count = 0;
};

ParameterNames split_names(std::string_view text) {
  ParameterNames out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    out.names[out.count++] = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string plural(std::size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

[[noreturn]] void too_many(const Builtin& builtin, std::size_t most, std::size_t given, bool with_first) {
  const std::size_t extra = builtin.hidden + (with_first ? 1U : 0U);
  const std::string name = std::string(builtin.python_name) + "() takes ";
  if (builtin.python_name == "len" || builtin.python_name == "abs" || builtin.python_name == "callable") {
    type_error(name + "exactly one argument (" + std::to_string(given + 1) + " given)");  // Python's own in C
  }
  given += extra;
  const std::string were = " but " + std::to_string(given) + (given == 1 ? " was given" : " were given");
  if (builtin.required == most) type_error(name + plural(most + extra, "positional argument") + were);
  type_error(name + "from " + std::to_string(builtin.required + extra) + " to " +
             plural(most + extra, "positional argument") + were);
}

[[noreturn]] void missing(const Builtin& builtin, const ParameterNames& names, const Value* given) {
  std::string list;
  std::size_t count = 0;
  for (std::size_t i = 0; i < builtin.required; ++i) count += given[i].missing();
  std::size_t seen = 0;
  for (std::size_t i = 0; i < builtin.required; ++i) {
    if (!given[i].missing()) continue;
    if (seen > 0) list += seen + 1 == count ? (count > 2 ? ", and " : " and ") : ", ";
    list += "'" + std::string(names.names[i]) + "'";
    ++seen;
  }
  type_error(std::string(builtin.python_name) + "() missing " +
             plural(count, "required positional argument") + ": " + list);
}

// Fills `to` with one value per parameter.
void bind(const Builtin& builtin, const Args& args, Value* to, bool with_first) {
  const ParameterNames names = split_names(builtin.parameters);
  if (args.positional.size() > names.count)
    too_many(builtin, names.count, args.positional.size(), with_first);
  std::copy(args.positional.begin(), args.positional.end(), to);
  for (const Keyword& keyword : args.keywords) {
    const auto* end = names.names.data() + names.count;
    const auto* found = std::find(names.names.data(), end, keyword.name);
    if (found == end) {
      type_error(std::string(builtin.python_name) + "() got an unexpected keyword argument '" +
                 std::string(keyword.name) + "'");
    }
    Value& slot = to[found - names.names.data()];
    if (!slot.missing()) {
      type_error(std::string(builtin.python_name) + "() got multiple values for argument '" +
                 std::string(keyword.name) + "'");
    }
    slot = keyword.value;
  }
  for (std::size_t i = 0; i < builtin.required; ++i) {
    if (to[i].missing()) missing(builtin, names, to);
  }
}

}  // namespace

Value invoke(State& state, const Builtin& builtin, Value first, const Args& args) {
  state.charge(4);
  if (builtin.variadic != nullptr) {
    Value* all = state.arena.array<Value>(args.positional.size() + 1);
    all[0] = first;
    std::copy(args.positional.begin(), args.positional.end(), all + 1);
    return builtin.variadic(state, {{all, args.positional.size() + 1}, args.keywords});
  }
  std::array<Value, kMaxParameters + 1> p;
  p[0] = first;
  if (!args.positional.empty() || !args.keywords.empty() || builtin.required != 0)
    bind(builtin, args, p.data() + 1, true);
  return builtin.fixed(state, p.data());
}

Value invoke(State& state, const Builtin& builtin, const Args& args) {
  state.charge(4);
  if (builtin.variadic != nullptr) return builtin.variadic(state, args);
  std::array<Value, kMaxParameters> p;
  bind(builtin, args, p.data(), false);
  return builtin.fixed(state, p.data());
}

std::int64_t index_argument(State& state, Value v) {
  if (v.small_int()) return v.as_int();
  if (v.is(Type::BigInt)) return big::is_negative(v) ? INT64_MIN : INT64_MAX;
  if (v.undefined()) raise_undefined(state, v);
  type_error("'" + std::string(type_name(v)) + "' object cannot be interpreted as an integer");
}

std::int64_t index_or(State& state, Value v, std::int64_t when_missing) {
  return v.missing() ? when_missing : index_argument(state, v);
}

std::string_view text_argument(Value v, std::string_view what) {
  if (!v.string()) type_error(std::string(what) + " must be str, not " + std::string(type_name(v)));
  return v.str();
}

}  // namespace tocsin::jinja
