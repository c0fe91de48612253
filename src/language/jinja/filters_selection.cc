// map, select, reject, selectattr, rejectattr: lazy filters that apply other filters and tests, named at run
// time.
#include "language/jinja/filters.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {
namespace {

struct Arguments {
  std::span<const Value> positional;
  std::span<const Keyword> keywords;
};

// The arguments outlive the call that brought them.
Arguments keep(State& state, const Args& args) {
  Value* positional = state.arena.array<Value>(args.positional.size());
  std::copy(args.positional.begin(), args.positional.end(), positional);
  Keyword* keywords = state.arena.array<Keyword>(args.keywords.size());
  std::copy(args.keywords.begin(), args.keywords.end(), keywords);
  return {{positional, args.positional.size()}, {keywords, args.keywords.size()}};
}

template <class Info>
const Builtin& named(State& state, Value name, const Info* (*find)(std::string_view), const char* what) {
  const Info* info = name.string() ? find(name.str()) : nullptr;
  if (info != nullptr) return info->builtin;
  std::string message = "No " + std::string(what) + " named " + repr(state, name) + ".";
  if (name.undefined())
    message += " (" + undefined_message(state, name) + "; did you forget to quote the callable name?)";
  raise(Fault::Runtime, message);
}

// --- map -----------------------------------------------------------------------------------------

struct MapIterator : Iterator {
  Value source;
  Arguments args;  // without the source
  Iterator* items = nullptr;
  const Builtin* filter = nullptr;
  ArenaVector<Value> path = {};
  Value fallback = {};

  void prepare(State& state) {
    const Keyword* attribute = nullptr;
    for (const Keyword& keyword : args.keywords) {
      if (keyword.name == "attribute") attribute = &keyword;
    }
    if (args.positional.empty() && attribute != nullptr) {
      for (const Keyword& keyword : args.keywords) {
        if (keyword.name == "default") {
          fallback = keyword.value;
        } else if (keyword.name != "attribute") {
          raise(Fault::FilterArgument,
                "Unexpected keyword argument " + repr(state, Value::text(keyword.name)));
        }
      }
      path = attribute_path(state, attribute->value);
      return;
    }
    if (args.positional.empty()) raise(Fault::FilterArgument, "map requires a filter argument");
  }

  static bool step(State& state, Iterator& self_, Value& out) {
    auto& self = static_cast<MapIterator&>(self_);
    if (self.items == nullptr) {
      if (!truthy(state, self.source)) return false;
      self.prepare(state);
      self.items = iterator_over(state, self.source);
    }
    Value item;
    if (!advance(state, *self.items, item)) return false;
    if (self.args.positional.empty()) {
      out = follow(state, item, self.path, self.fallback);
      return true;
    }
    if (self.filter == nullptr) self.filter = &named(state, self.args.positional[0], find_filter, "filter");
    out = invoke(state, *self.filter, item, {self.args.positional.subspan(1), self.args.keywords});
    return true;
  }
};

Value map(State& state, const Args& args) {
  return Value::object(Type::Iterator,
                       state.arena.make<MapIterator>(
                           Iterator{&MapIterator::step, "generator object sync_do_map"}, args.positional[0],
                           keep(state, {args.positional.subspan(1), args.keywords})));
}

// --- select and its relatives --------------------------------------------------------------------

struct SelectIterator : Iterator {
  Value source;
  Arguments args;  // without the source
  bool wanted;     // keep the items for which the test says this
  bool by_attribute;
  Iterator* items = nullptr;
  const Builtin* test = nullptr;
  ArenaVector<Value> path = {};

  static bool step(State& state, Iterator& self_, Value& out) {
    auto& self = static_cast<SelectIterator&>(self_);
    const std::size_t skip = self.by_attribute ? 1 : 0;
    if (self.items == nullptr) {
      if (!truthy(state, self.source)) return false;
      if (self.by_attribute) {
        if (self.args.positional.empty())
          raise(Fault::FilterArgument, "Missing parameter for attribute name");
        self.path = attribute_path(state, self.args.positional[0]);
      }
      self.items = iterator_over(state, self.source);
    }
    while (advance(state, *self.items, out)) {
      state.charge();
      const Value tested = follow(state, out, self.path);
      bool holds = false;
      if (self.args.positional.size() <= skip) {
        holds = truthy(state, tested);
      } else {
        if (self.test == nullptr) self.test = &named(state, self.args.positional[skip], find_test, "test");
        holds = truthy(state, invoke(state, *self.test, tested,
                                     {self.args.positional.subspan(skip + 1), self.args.keywords}));
      }
      if (holds == self.wanted) return true;
    }
    return false;
  }
};

Value select_where(State& state, const Args& args, bool wanted, bool by_attribute) {
  return Value::object(
      Type::Iterator,
      state.arena.make<SelectIterator>(
          Iterator{&SelectIterator::step, "generator object select_or_reject"}, args.positional[0],
          keep(state, {args.positional.subspan(1), args.keywords}), wanted, by_attribute));
}

Value select(State& state, const Args& args) {
  return select_where(state, args, true, false);
}
Value reject(State& state, const Args& args) {
  return select_where(state, args, false, false);
}
Value selectattr(State& state, const Args& args) {
  return select_where(state, args, true, true);
}
Value rejectattr(State& state, const Args& args) {
  return select_where(state, args, false, true);
}

constexpr FilterInfo kFilters[] = {
    {{.name = "map", .python_name = "sync_do_map", .parameters = "", .variadic = map}},
    {{.name = "select", .python_name = "sync_do_select", .parameters = "", .variadic = select}},
    {{.name = "reject", .python_name = "sync_do_reject", .parameters = "", .variadic = reject}},
    {{.name = "selectattr", .python_name = "sync_do_selectattr", .parameters = "", .variadic = selectattr}},
    {{.name = "rejectattr", .python_name = "sync_do_rejectattr", .parameters = "", .variadic = rejectattr}},
};

}  // namespace

std::span<const FilterInfo> selection_filters() {
  return kFilters;
}

}  // namespace tocsin::jinja
