// Length, and walking over whatever can be walked over.
#include "language/jinja/dict.h"
#include "language/jinja/evaluator.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_tools.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {

std::size_t sequence_size(Value v) {
  if (v.is(Type::List)) return v.as<List>()->items.size();
  return v.is(Type::Tuple) ? v.tag() : v.as_json().as_array().size();
}

Value sequence_item(State& state, Value v, std::size_t at) {
  if (v.is(Type::List)) return v.as<List>()->items[at];
  return v.is(Type::Tuple) ? v.items()[at] : state.from_json(v.as_json().as_array()[at]);
}

std::size_t length(State& state, Value v) {
  if (const auto size = length_if_any(state, v)) return *size;
  type_error("object of type '" + std::string(type_name(v)) + "' has no len()");
}

std::optional<std::size_t> length_if_any(State& state, Value v) {
  switch (v.type()) {
    case Type::Undefined:
      return 0;
    case Type::Str:
      return code_points(state, v.str());
    case Type::Bytes:
    case Type::Tuple:
      return v.tag();
    case Type::List:
    case Type::JsonArray:
      return sequence_size(state.real(v));
    case Type::Dict:
    case Type::JsonObject:
      return mapping_size(state.real(v));
    case Type::DictView:
      return mapping_size(state.real(v.as<DictView>()->dict));
    case Type::Loop:
      return static_cast<std::size_t>(v.as<LoopContext>()->length(state));
    default:
      return std::nullopt;
  }
}

bool iterable(Value v) {
  switch (v.type()) {
    case Type::Undefined:
    case Type::Str:
    case Type::Bytes:
    case Type::Tuple:
    case Type::List:
    case Type::Dict:
    case Type::JsonArray:
    case Type::JsonObject:
    case Type::DictView:
    case Type::Iterator:
      return true;
    default:
      return false;
  }
}

Walk::Walk(State& state, Value iterable) : state_(state), source_(iterable) {
  if (!jinja::iterable(iterable))
    type_error("'" + std::string(type_name(iterable)) + "' object is not iterable");
  if (iterable.undefined()) state.note(*iterable.as<Undefined>());
  if (iterable.mapping()) size_ = mapping_size(state.real(iterable));
  if (iterable.is(Type::DictView)) size_ = mapping_size(state.real(iterable.as<DictView>()->dict));
}

bool Walk::next(Value& item) {
  state_.charge();
  switch (source_.type()) {
    case Type::Str: {
      const std::string_view text = source_.str();
      if (position_ >= text.size()) return false;
      const std::size_t start = position_;
      json::next_code_point(text, position_);
      item = Value::text(text.substr(start, position_ - start));  // plain even from Markup, as in Python
      return true;
    }
    case Type::Bytes:
      if (position_ >= source_.tag()) return false;
      item = Value::integer(static_cast<unsigned char>(source_.str()[position_++]));
      return true;
    case Type::Tuple:
    case Type::List:
    case Type::JsonArray: {
      const Value now = state_.real(source_);
      if (position_ >= sequence_size(now)) return false;
      item = sequence_item(state_, now, position_++);
      return true;
    }
    case Type::Iterator:
      return advance(state_, *source_.as<Iterator>(), item);
    case Type::Dict:
    case Type::JsonObject:
    case Type::DictView: {
      const auto* view = source_.is(Type::DictView) ? source_.as<DictView>() : nullptr;
      const Value dict = state_.real(view != nullptr ? view->dict : source_);
      if (mapping_size(dict) != size_) raise(Fault::Runtime, "dictionary changed size during iteration");
      Value key, value;
      if (!mapping_next(state_, dict, position_, key, value)) return false;
      if (view == nullptr || view->kind == DictView::Kind::Keys) {
        item = key;
      } else {
        item = view->kind == DictView::Kind::Values ? value : state_.tuple({key, value});
      }
      return true;
    }
    default:
      return false;
  }
}

bool advance(State& state, Iterator& iterator, Value& item) {
  if (iterator.finished) return false;
  const Deeper guard(state);  // generators may stand in generators
  iterator.finished = true;   // also when the step raises: a generator that failed is at its end
  iterator.finished = !iterator.step(state, iterator, item);
  return !iterator.finished;
}

namespace {

struct WalkIterator : Iterator {
  Walk walk;
};
static_assert(std::is_trivially_destructible_v<WalkIterator>);

}  // namespace

Iterator* iterator_over(State& state, Value v) {
  if (v.is(Type::Iterator)) return v.as<Iterator>();
  const auto step = [](State&, Iterator& self, Value& out) {
    return static_cast<WalkIterator&>(self).walk.next(out);
  };
  std::string_view name = "list_iterator object";
  if (v.mapping()) name = "dict_keyiterator object";
  return state.arena.make<WalkIterator>(Iterator{step, name}, Walk(state, v));
}

ArenaVector<Value> collect(State& state, Value iterable) {
  ArenaVector<Value> items;
  Walk walk(state, iterable);
  for (Value item; walk.next(item);) {
    state.charge();
    items.push_back(state.arena, item);
  }
  return items;
}

}  // namespace tocsin::jinja
