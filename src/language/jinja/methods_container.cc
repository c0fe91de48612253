// Methods of list, tuple and dict. Those that change their object work on the render's own copy of it.
#include <algorithm>

#include "language/jinja/attributes.h"
#include "language/jinja/dict.h"
#include "language/jinja/filters.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {
namespace {

List& own_list(State& state, Value self) {
  return *state.changeable(self).as<List>();
}
Dict& own_dict(State& state, Value self) {
  return *state.changeable(self).as<Dict>();
}

// --- list ----------------------------------------------------------------------------------------

Value append(State& state, const Value* p) {
  own_list(state, p[0]).items.push_back(state.arena, p[1]);
  return Value::none();
}

Value clear_list(State& state, const Value* p) {
  own_list(state, p[0]).items.clear();
  return Value::none();
}

Value copy_list(State& state, const Value* p) {
  return state.list(collect(state, p[0]));
}

Value count(State& state, const Value* p) {
  std::int64_t found = 0;
  Walk walk(state, p[0]);
  for (Value item; walk.next(item);) found += equal(state, item, p[1]);
  return Value::integer(found);
}

Value extend(State& state, const Value* p) {
  const ArenaVector<Value> more = collect(state, p[1]);
  List& list = own_list(state, p[0]);
  for (const Value& item : more) list.items.push_back(state.arena, item);
  return Value::none();
}

Value index(State& state, const Value* p) {
  const Value list = state.real(p[0]);
  const auto size = static_cast<std::int64_t>(sequence_size(list));
  const auto bound = [&](Value v, std::int64_t absent) {
    const std::int64_t at = index_or(state, v, absent);
    return at < 0 ? std::max<std::int64_t>(at < -size ? 0 : at + size, 0) : at;
  };
  const std::int64_t stop = std::min(bound(p[3], size), size);
  for (std::int64_t i = bound(p[2], 0); i < stop; ++i) {
    state.charge();
    if (equal(state, sequence_item(state, list, static_cast<std::size_t>(i)), p[1])) return Value::integer(i);
  }
  if (p[0].is(Type::Tuple)) value_error("tuple.index(x): x not in tuple");
  value_error(repr(state, p[1]) + " is not in list");
}

Value insert(State& state, const Value* p) {
  List& list = own_list(state, p[0]);
  const auto size = static_cast<std::int64_t>(list.items.size());
  std::int64_t at = index_argument(state, p[1]);
  if (at < 0) at = std::max<std::int64_t>(at < -size ? 0 : at + size, 0);
  state.charge_bytes(list.items.size() * sizeof(Value));
  list.items.insert(state.arena, static_cast<std::size_t>(std::min(at, size)), p[2]);
  return Value::none();
}

Value pop_list(State& state, const Value* p) {
  List& list = own_list(state, p[0]);
  const auto size = static_cast<std::int64_t>(list.items.size());
  if (size == 0) raise(Fault::IndexError, "pop from empty list");
  std::int64_t at = index_or(state, p[1], -1);
  if (at < 0) at += size;
  if (at < 0 || at >= size) raise(Fault::IndexError, "pop index out of range");
  const Value item = list.items[static_cast<std::size_t>(at)];
  state.charge_bytes(static_cast<std::size_t>(size - at) * sizeof(Value));
  list.items.erase(static_cast<std::size_t>(at));
  return item;
}

Value remove(State& state, const Value* p) {
  List& list = own_list(state, p[0]);
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    state.charge();
    if (!equal(state, list.items[i], p[1])) continue;
    state.charge_bytes((list.items.size() - i) * sizeof(Value));
    list.items.erase(i);
    return Value::none();
  }
  value_error("list.remove(x): x not in list");
}

Value reverse(State& state, const Value* p) {
  List& list = own_list(state, p[0]);
  state.charge(list.items.size() / 4);
  std::reverse(list.items.begin(), list.items.end());
  return Value::none();
}

Value sort_list(State& state, const Value* p) {
  if (!p[1].missing() && !p[1].none_type())
    type_error("'" + std::string(type_name(p[1])) + "' object is not callable");
  List& list = own_list(state, p[0]);
  ArenaVector<Sortable> sortable;
  for (const Value& item : list.items) sortable.push_back(state.arena, {item, item});
  sort(state, sortable, !p[2].missing() && truthy(state, p[2]));
  for (std::size_t i = 0; i < sortable.size(); ++i) list.items[i] = sortable[i].value;
  return Value::none();
}

// --- dict ----------------------------------------------------------------------------------------

Value get(State& state, const Value* p) {
  const Value found = mapping_find(state, state.real(p[0]), p[1]);
  if (!found.missing()) return found;
  return p[2].missing() ? Value::none() : p[2];
}

Value view(State& state, Value self, DictView::Kind kind) {
  return Value::object(Type::DictView, state.arena.make<DictView>(kind, self));
}
Value items(State& state, const Value* p) {
  return view(state, p[0], DictView::Kind::Items);
}
Value keys(State& state, const Value* p) {
  return view(state, p[0], DictView::Kind::Keys);
}
Value values(State& state, const Value* p) {
  return view(state, p[0], DictView::Kind::Values);
}

Value clear_dict(State& state, const Value* p) {
  clear(own_dict(state, p[0]));
  return Value::none();
}

Value copy_dict(State& state, const Value* p) {
  return Value::object(Type::Dict, mapping_copy(state, state.real(p[0])));
}

Value pop_dict(State& state, const Value* p) {
  Dict& dict = own_dict(state, p[0]);
  if (const Value* found = find(state, dict, p[1])) {
    const Value value = *found;
    erase(state, dict, p[1]);
    return value;
  }
  if (p[2].missing()) raise(Fault::KeyError, repr(state, p[1]));
  return p[2];
}

Value popitem(State& state, const Value* p) {
  Dict& dict = own_dict(state, p[0]);
  for (std::size_t i = dict.entries.size(); i > 0; --i) {
    const Dict::Entry entry = dict.entries[i - 1];
    if (entry.key.missing()) {
      state.charge();
      continue;
    }
    erase(state, dict, entry.key);
    return state.tuple({entry.key, entry.value});
  }
  raise(Fault::KeyError, "'popitem(): dictionary is empty'");
}

Value setdefault(State& state, const Value* p) {
  Dict& dict = own_dict(state, p[0]);
  if (const Value* found = find(state, dict, p[1])) return *found;
  const Value value = p[2].missing() ? Value::none() : p[2];
  set(state, dict, p[1], value);
  return value;
}

Value update(State& state, const Args& args) {
  if (args.positional.size() > 2)
    type_error("update expected at most 1 argument, got " + std::to_string(args.positional.size() - 1));
  Dict& dict = own_dict(state, args.positional[0]);
  if (args.positional.size() == 2) update_dict(state, dict, args.positional[1]);
  for (const Keyword& keyword : args.keywords) set(state, dict, Value::text(keyword.name), keyword.value);
  return Value::none();
}

Value fromkeys(State& state, const Value* p) {
  auto* dict = state.arena.make<Dict>();
  Walk walk(state, p[1]);
  for (Value key; walk.next(key);) set(state, *dict, key, p[2].missing() ? Value::none() : p[2]);
  return Value::object(Type::Dict, dict);
}

constexpr MethodInfo method(MethodType type, std::string_view name, Builtin::Fixed function,
                            std::string_view parameters = "", std::uint8_t required = 0) {
  return {
      type,
      false,
      {.name = name, .python_name = name, .parameters = parameters, .required = required, .fixed = function}};
}

constexpr MethodInfo kMethods[] = {
    method(MethodType::List, "append", append, "object", 1),
    method(MethodType::List, "clear", clear_list),
    method(MethodType::List, "copy", copy_list),
    method(MethodType::List, "count", count, "value", 1),
    method(MethodType::List, "extend", extend, "iterable", 1),
    method(MethodType::List, "index", index, "value start stop", 1),
    method(MethodType::List, "insert", insert, "index object", 2),
    method(MethodType::List, "pop", pop_list, "index"),
    method(MethodType::List, "remove", remove, "value", 1),
    method(MethodType::List, "reverse", reverse),
    method(MethodType::List, "sort", sort_list, "key reverse"),
    method(MethodType::Tuple, "count", count, "value", 1),
    method(MethodType::Tuple, "index", index, "value start stop", 1),
    method(MethodType::Dict, "clear", clear_dict),
    method(MethodType::Dict, "copy", copy_dict),
    method(MethodType::Dict, "fromkeys", fromkeys, "iterable value", 1),
    method(MethodType::Dict, "get", get, "key default", 1),
    method(MethodType::Dict, "items", items),
    method(MethodType::Dict, "keys", keys),
    method(MethodType::Dict, "pop", pop_dict, "key default", 1),
    method(MethodType::Dict, "popitem", popitem),
    method(MethodType::Dict, "setdefault", setdefault, "key default", 1),
    {MethodType::Dict,
     false,
     {.name = "update", .python_name = "update", .parameters = "", .variadic = update}},
    method(MethodType::Dict, "values", values),
    method(MethodType::DictType, "fromkeys", fromkeys, "iterable value", 1),
};

}  // namespace

std::span<const MethodInfo> container_methods() {
  return kMethods;
}

}  // namespace tocsin::jinja
