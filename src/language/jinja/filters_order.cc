// Filters that put items in order: sort, dictsort, min, max, groupby and unique.
#include "language/jinja/attributes.h"
#include "language/jinja/dict.h"
#include "language/jinja/filters.h"
#include "language/jinja/operators.h"

namespace tocsin::jinja {
namespace {

Value dictsort(State& state, const Value* p) {
  const bool case_sensitive = given(state, p[1]);
  const std::string_view by = p[2].missing() ? "key" : p[2].string() ? p[2].str() : "";
  if (by != "key" && by != "value")
    raise(Fault::FilterArgument, R"(You can only sort by either "key" or "value")");
  if (p[0].undefined()) raise_undefined(state, p[0]);
  if (!p[0].mapping()) {
    raise(Fault::AttributeError,
          "'" + std::string(short_type_name(p[0])) + "' object has no attribute 'items'");
  }
  const Value mapping = state.real(p[0]);
  ArenaVector<Sortable> pairs;
  Value key, value;
  for (std::size_t at = 0; mapping_next(state, mapping, at, key, value);) {
    const Value sort_key = by == "key" ? key : value;
    pairs.push_back(state.arena,
                    {case_sensitive ? sort_key : without_case(state, sort_key), state.tuple({key, value})});
  }
  sort(state, pairs, given(state, p[3]));
  ArenaVector<Value> out;
  for (const Sortable& pair : pairs) out.push_back(state.arena, pair.value);
  return state.list(out);
}

// Several attributes compare one after the other, as Python's lists do: what is equal is not asked for its
// order.
bool keys_less(State& state, Value a, Value b) {
  const auto x = a.items(), y = b.items();
  for (std::size_t i = 0; i < x.size(); ++i) {
    state.charge();
    if (!equal(state, x[i], y[i])) return less(state, x[i], y[i]);
  }
  return false;
}

Value sort_filter(State& state, const Value* p) {
  const bool case_sensitive = given(state, p[2]);
  ArenaVector<ArenaVector<Value>> paths;
  if (!p[3].missing() && p[3].string()) {
    for (std::string_view rest = p[3].str();;) {
      const std::size_t comma = rest.find(',');
      paths.push_back(state.arena, attribute_path(state, Value::text(rest.substr(0, comma))));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  } else {
    paths.push_back(state.arena, attribute_path(state, p[3]));
  }
  ArenaVector<Sortable> sortable;
  Walk walk(state, p[0]);
  for (Value item; walk.next(item);) {
    state.charge(2);
    Value* keys = state.arena.array<Value>(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const Value key = follow(state, item, paths[i]);
      keys[i] = case_sensitive ? key : without_case(state, key);
    }
    sortable.push_back(state.arena, {Value::tuple(keys, paths.size()), item});
  }
  sort(state, sortable, given(state, p[1]), keys_less);
  ArenaVector<Value> out;
  out.reserve(state.arena, sortable.size());
  for (const Sortable& entry : sortable) out.push_back(state.arena, entry.value);
  return state.list(out);
}

Value extreme(State& state, const Value* p, CompareOp better) {
  const bool case_sensitive = given(state, p[1]);
  const ArenaVector<Value> path = attribute_path(state, p[2]);
  Walk walk(state, p[0]);
  Value best, best_key;
  for (Value item; walk.next(item);) {
    Value key = follow(state, item, path);
    if (!case_sensitive) key = without_case(state, key);
    if (best.missing() || compare(state, better, key, best_key)) {
      best = item;
      best_key = key;
    }
  }
  return best.missing() ? state.hint("No aggregated item, sequence was empty.") : best;
}

Value min(State& state, const Value* p) {
  return extreme(state, p, CompareOp::Less);
}
Value max(State& state, const Value* p) {
  return extreme(state, p, CompareOp::Greater);
}

Value groupby(State& state, const Value* p) {
  const ArenaVector<Value> path = attribute_path(state, p[1]);
  const bool case_sensitive = given(state, p[3]);
  ArenaVector<Sortable> sortable;
  Walk walk(state, p[0]);
  for (Value item; walk.next(item);) {
    state.charge(2);
    const Value key = follow(state, item, path, p[2]);
    sortable.push_back(state.arena, {case_sensitive ? key : without_case(state, key), item});
  }
  sort(state, sortable, false);
  ArenaVector<Value> groups;
  for (std::size_t i = 0; i < sortable.size();) {
    ArenaVector<Value> members;
    const Value key = sortable[i].key;
    // The first item's own spelling names the group.
    const Value shown = case_sensitive ? key : follow(state, sortable[i].value, path, p[2]);
    while (i < sortable.size() && equal(state, sortable[i].key, key))
      members.push_back(state.arena, sortable[i++].value);
    Value* pair = state.arena.array<Value>(2);
    pair[0] = shown;
    pair[1] = state.list(members);
    groups.push_back(state.arena, Value::tuple(pair, 2, true));
    if (members.empty()) raise(Fault::Runtime, "a group's key does not equal itself");  // NaN
  }
  return state.list(groups);
}

struct UniqueIterator : Iterator {
  Value source;
  bool case_sensitive;
  ArenaVector<Value> path;
  Iterator* items = nullptr;
  Dict seen = {};
  static bool step(State& state, Iterator& self_, Value& out) {
    auto& self = static_cast<UniqueIterator&>(self_);
    if (self.items == nullptr) self.items = iterator_over(state, self.source);
    while (advance(state, *self.items, out)) {
      Value key = follow(state, out, self.path);
      if (!self.case_sensitive) key = without_case(state, key);
      if (find(state, self.seen, key) != nullptr) continue;
      set(state, self.seen, key, Value::none());
      return true;
    }
    return false;
  }
};

Value unique(State& state, const Value* p) {
  return Value::object(Type::Iterator, state.arena.make<UniqueIterator>(
                                           Iterator{&UniqueIterator::step, "generator object sync_do_unique"},
                                           p[0], given(state, p[1]), attribute_path(state, p[2])));
}

constexpr FilterInfo kFilters[] = {
    {{.name = "dictsort",
      .python_name = "do_dictsort",
      .parameters = "case_sensitive by reverse",
      .fixed = dictsort}},
    {{.name = "groupby",
      .python_name = "sync_do_groupby",
      .parameters = "attribute default case_sensitive",
      .required = 1,
      .hidden = 1,
      .fixed = groupby}},
    {{.name = "max",
      .python_name = "do_max",
      .parameters = "case_sensitive attribute",
      .hidden = 1,
      .fixed = max}},
    {{.name = "min",
      .python_name = "do_min",
      .parameters = "case_sensitive attribute",
      .hidden = 1,
      .fixed = min}},
    {{.name = "sort",
      .python_name = "do_sort",
      .parameters = "reverse case_sensitive attribute",
      .hidden = 1,
      .fixed = sort_filter}},
    {{.name = "unique",
      .python_name = "sync_do_unique",
      .parameters = "case_sensitive attribute",
      .hidden = 1,
      .fixed = unique}},
};

}  // namespace

std::span<const FilterInfo> order_filters() {
  return kFilters;
}

}  // namespace tocsin::jinja
