// Filters over sequences and mappings: one item of them, their length, joined, reversed, in pieces, summed.
#include <algorithm>

#include "language/jinja/attributes.h"
#include "language/jinja/dict.h"
#include "language/jinja/filters.h"
#include "language/jinja/html.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_form.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

Value default_value(State& state, const Value* p) {
  if (p[0].undefined() || (given(state, p[2]) && !truthy(state, p[0])))
    return p[1].missing() ? Value::text("") : p[1];
  return p[0];
}

Value first(State& state, const Value* p) {
  Walk walk(state, p[0]);
  Value item;
  return walk.next(item) ? item : state.hint("No first item, sequence was empty.");
}

// What reversed() yields, as a list; nullopt when Python cannot reverse it.
bool reversible(Value v) {
  return v.string() || sequence(v) || v.mapping() || v.is(Type::DictView) || v.is(Type::Bytes) ||
         v.undefined();
}

Value last(State& state, const Value* p) {
  if (!reversible(p[0])) type_error("'" + std::string(type_name(p[0])) + "' object is not reversible");
  const Value v = state.real(p[0]);
  if (sequence(v)) {
    const std::size_t size = sequence_size(v);
    return size > 0 ? sequence_item(state, v, size - 1) : state.hint("No last item, sequence was empty.");
  }
  const ArenaVector<Value> items = collect(state, v);
  if (items.empty()) return state.hint("No last item, sequence was empty.");
  const Value item = items[items.size() - 1];
  return v.markup() ? Value::text(item.str(), true) : item;
}

struct ReverseIterator : Iterator {
  Value source;  // a sequence
  std::int64_t at;
  static bool step(State& state, Iterator& self_, Value& out) {
    auto& self = static_cast<ReverseIterator&>(self_);
    const Value v = state.real(self.source);
    if (self.at < 0 || static_cast<std::size_t>(self.at) >= sequence_size(v)) return false;
    out = sequence_item(state, v, static_cast<std::size_t>(self.at--));
    return true;
  }
};

Value reverse(State& state, const Value* p) {
  if (p[0].string()) {
    const std::string_view text = p[0].str();
    state.charge_characters(text);
    std::string out;
    out.reserve(text.size());
    for (std::size_t end = text.size(); end > 0;) {
      std::size_t start = end - 1;
      while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
      out.append(text, start, end - start);
      end = start;
    }
    return state.text(out, p[0].markup());
  }
  if (!iterable(p[0])) raise(Fault::FilterArgument, "argument must be iterable");
  Value source = p[0];
  std::string_view name = "list_reverseiterator object";
  if (!sequence(state.real(source))) {
    if (source.mapping()) name = "dict_reversekeyiterator object";
    if (source.is(Type::Iterator)) {
      ArenaVector<Value> items = collect(state, source);
      std::reverse(items.begin(), items.end());
      return state.list(items);
    }
    source = state.list(collect(state, source));
  }
  if (p[0].is(Type::Tuple)) name = "reversed object";
  const auto size = static_cast<std::int64_t>(sequence_size(state.real(source)));
  return Value::object(Type::Iterator, state.arena.make<ReverseIterator>(
                                           Iterator{&ReverseIterator::step, name}, source, size - 1));
}

Value random(State& state, const Value* p) {
  const std::size_t size = length(state, p[0]);
  if (size == 0) return state.hint("No random item, sequence was empty.");
  const Value v = state.real(p[0]);
  if (v.mapping()) raise(Fault::KeyError, std::to_string(state.draw(size)));
  const std::size_t at = state.draw(size);
  if (sequence(v)) return sequence_item(state, v, at);
  if (!v.string()) type_error("'" + std::string(type_name(v)) + "' object is not subscriptable");
  return get_item(state, v, Value::integer(static_cast<std::int64_t>(at)), nullptr);
}

Value length_filter(State& state, const Value* p) {
  return Value::integer(static_cast<std::int64_t>(length(state, p[0])));
}

Value list(State& state, const Value* p) {
  return state.list(collect(state, p[0]));
}

Value join(State& state, const Value* p) {
  const Value separator = p[1].missing() ? Value::text("") : p[1];
  const bool by_attribute = !p[2].missing() && !p[2].none_type();
  const ArenaVector<Value> path = by_attribute ? attribute_path(state, p[2]) : ArenaVector<Value>();
  Walk walk(state, p[0]);
  if (!state.autoescape) {
    const Value between = to_text(state, separator);
    std::string out;
    bool at_first = true;
    for (Value item; walk.next(item);) {
      state.charge_bytes(between.tag());
      if (!std::exchange(at_first, false)) out += between.str();
      append_str(state, out, by_attribute ? follow(state, item, path) : item);
      state.check_text(out);
    }
    return state.text(out);
  }
  ArenaVector<Value> items;
  bool markup = separator.markup();
  for (Value item; walk.next(item);) {
    items.push_back(state.arena, by_attribute ? follow(state, item, path) : item);
    markup |= items.back().markup();
  }
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto append = [&](Value v) { markup ? append_escaped(state, out, v) : append_str(state, out, v); };
    if (i > 0) append(separator);
    append(items[i]);
    state.check_text(out);
  }
  return state.text(out, markup);
}

// --- slicing -------------------------------------------------------------------------------------

struct BatchIterator : Iterator {
  Value source;
  std::int64_t count;
  Value fill;
  Iterator* items = nullptr;
  Value ahead = {};  // the item that starts the next batch

  static bool step(State& state, Iterator& self_, Value& out) {
    auto& self = static_cast<BatchIterator&>(self_);
    if (self.items == nullptr) self.items = iterator_over(state, self.source);
    ArenaVector<Value> batch;
    Value item = std::exchange(self.ahead, Value());
    const auto pull = [&] { return advance(state, *self.items, item); };
    if (item.missing() && !pull()) return false;
    while (true) {
      state.charge();
      if (static_cast<std::int64_t>(batch.size()) == self.count) {
        self.ahead = item;
        out = state.list(batch);
        return true;
      }
      batch.push_back(state.arena, item);
      if (!pull()) break;
    }
    self.items->finished = true;
    if (!self.fill.none_type()) {
      while (static_cast<std::int64_t>(batch.size()) < self.count) {
        state.charge();
        batch.push_back(state.arena, self.fill);
      }
    }
    out = state.list(batch);
    return true;
  }
};

Value batch(State& state, const Value* p) {
  const Value fill = p[2].missing() ? Value::none() : p[2];
  const std::int64_t count = p[1].is(Type::Int) ? p[1].as_int() : index_argument(state, p[1]);
  return Value::object(Type::Iterator,
                       state.arena.make<BatchIterator>(
                           Iterator{&BatchIterator::step, "generator object do_batch"}, p[0], count, fill));
}

struct SliceIterator : Iterator {
  Value source;
  Value slices;
  Value fill;
  bool started = false;
  ArenaVector<Value> items = {};
  std::int64_t number = 0, count = 0, offset = 0;

  static bool step(State& state, Iterator& self_, Value& out) {
    auto& self = static_cast<SliceIterator&>(self_);
    if (!std::exchange(self.started, true)) {
      self.items = collect(state, self.source);
      self.count = index_argument(state, self.slices);
      if (self.count == 0) raise(Fault::ZeroDivision, "integer division or modulo by zero");
    }
    if (self.number >= self.count) return false;
    const auto size = static_cast<std::int64_t>(self.items.size());
    const std::int64_t each = size / self.count, with_extra = size % self.count;
    const std::int64_t start = self.offset + self.number * each;
    if (self.number < with_extra) ++self.offset;
    const std::int64_t end = self.offset + (self.number + 1) * each;
    ArenaVector<Value> slice;
    for (std::int64_t i = start; i < end; ++i)
      slice.push_back(state.arena, self.items[static_cast<std::size_t>(i)]);
    state.charge(1 + slice.size());
    if (!self.fill.none_type() && self.number >= with_extra) slice.push_back(state.arena, self.fill);
    ++self.number;
    out = state.list(slice);
    return true;
  }
};

Value slice(State& state, const Value* p) {
  const Value fill = p[2].missing() ? Value::none() : p[2];
  return Value::object(Type::Iterator, state.arena.make<SliceIterator>(
                                           Iterator{&SliceIterator::step, "generator object sync_do_slice"},
                                           p[0], p[1], fill));
}

// --- mappings ------------------------------------------------------------------------------------

struct ItemsIterator : Iterator {
  Value mapping;
  Iterator* items = nullptr;
  static bool step(State& state, Iterator& self_, Value& out) {
    auto& self = static_cast<ItemsIterator&>(self_);
    if (self.mapping.undefined()) return false;
    if (!self.mapping.mapping()) type_error("Can only get item pairs from a mapping.");
    if (self.items == nullptr) {
      const auto* view = state.arena.make<DictView>(DictView::Kind::Items, self.mapping);
      self.items = iterator_over(state, Value::object(Type::DictView, view));
    }
    return advance(state, *self.items, out);
  }
};

Value items(State& state, const Value* p) {
  return Value::object(
      Type::Iterator,
      state.arena.make<ItemsIterator>(Iterator{&ItemsIterator::step, "generator object do_items"}, p[0]));
}

Value sum(State& state, const Value* p) {
  const bool by_attribute = !p[1].missing() && !p[1].none_type();
  const ArenaVector<Value> path = by_attribute ? attribute_path(state, p[1]) : ArenaVector<Value>();
  Value total = p[2].missing() ? Value::integer(0) : p[2];
  Walk walk(state, p[0]);
  if (total.string()) type_error("sum() can't sum strings [use ''.join(seq) instead]");
  for (Value item; walk.next(item);) {
    total = arithmetic(state, BinaryOp::Add, total, by_attribute ? follow(state, item, path) : item);
  }
  return total;
}

constexpr FilterInfo kFilters[] = {
    {{.name = "batch",
      .python_name = "do_batch",
      .parameters = "linecount fill_with",
      .required = 1,
      .fixed = batch}},
    {{.name = "count", .python_name = "len", .parameters = "", .fixed = length_filter}},
    {{.name = "d",
      .python_name = "do_default",
      .parameters = "default_value boolean",
      .fixed = default_value}},
    {{.name = "default",
      .python_name = "do_default",
      .parameters = "default_value boolean",
      .fixed = default_value}},
    {{.name = "first", .python_name = "sync_do_first", .parameters = "", .hidden = 1, .fixed = first}},
    {{.name = "items", .python_name = "do_items", .parameters = "", .fixed = items}},
    {{.name = "join",
      .python_name = "sync_do_join",
      .parameters = "d attribute",
      .hidden = 1,
      .fixed = join}},
    {{.name = "last", .python_name = "do_last", .parameters = "", .hidden = 1, .fixed = last}},
    {{.name = "length", .python_name = "len", .parameters = "", .fixed = length_filter}},
    {{.name = "list", .python_name = "sync_do_list", .parameters = "", .fixed = list}},
    {{.name = "random", .python_name = "do_random", .parameters = "", .hidden = 1, .fixed = random}},
    {{.name = "reverse", .python_name = "do_reverse", .parameters = "", .fixed = reverse}},
    {{.name = "slice",
      .python_name = "sync_do_slice",
      .parameters = "slices fill_with",
      .required = 1,
      .fixed = slice}},
    {{.name = "sum",
      .python_name = "sync_do_sum",
      .parameters = "attribute start",
      .hidden = 1,
      .fixed = sum}},
};

}  // namespace

std::span<const FilterInfo> sequence_filters() {
  return kFilters;
}

}  // namespace tocsin::jinja
