#include "language/jinja/json_dump.h"

#include <cmath>

#include "language/jinja/dict.h"
#include "language/jinja/filters.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_form.h"
#include "language/json/write.h"

namespace tocsin::jinja {
namespace {

class Dumper {
 public:
  Dumper(State& state, const DumpStyle& style) : state_(state), style_(style) {}

  void value(Value v) {
    state_.charge();
    switch (v.type()) {
      case Type::None:
        out += "null";
        break;
      case Type::Bool:
        out += v.as_bool() ? "true" : "false";
        break;
      case Type::Float:
        number(v.as_float());
        break;
      case Type::Int:
      case Type::BigInt:
        append_str(state_, out, v);
        break;
      case Type::Str:
        string(v.str());
        break;
      case Type::Tuple:
      case Type::List:
      case Type::JsonArray:
        array(v);
        break;
      case Type::Dict:
      case Type::JsonObject:
        object(v);
        break;
      default:
        type_error("Object of type " + std::string(short_type_name(v)) + " is not JSON serializable");
    }
    state_.check_text(out);
  }

  std::string out;

 private:
  void string(std::string_view text) {
    state_.charge_literal(text);
    json::append_string(out, text, style_.ascii);
  }

  void number(double d) {
    state_.charge(6);
    if (std::isnan(d)) {
      out += "NaN";
    } else if (std::isinf(d)) {
      out += d < 0 ? "-Infinity" : "Infinity";
    } else {
      out += json::float_repr(d);
    }
  }

  void line() {
    if (!style_.has_indent) return;
    out += '\n';
    state_.charge_bytes(open_.size() * style_.indent.size());
    state_.charge(1 + open_.size() / 8);
    for (std::size_t i = 0; i < open_.size(); ++i) {
      out += style_.indent;
      state_.check_text(out);
    }
  }

  void open(const void* container, char bracket) {
    state_.charge(open_.size() / 8);
    for (const void* outer : open_) {
      if (outer == container) value_error("Circular reference detected");
    }
    if (open_.size() >= 990)
      raise(Fault::Recursion, "maximum recursion depth exceeded while encoding a JSON object");
    open_.push_back(container);
    out += bracket;
  }
  void close(char bracket) {
    open_.pop_back();
    line();
    out += bracket;
  }
  void separate(bool first) {
    if (!first) out += style_.between_items;
    line();
  }

  void array(Value v) {
    v = state_.real(v);
    const std::size_t size = sequence_size(v);
    if (size == 0) {
      out += "[]";
      return;
    }
    open(v.pointer(), '[');
    for (std::size_t i = 0; i < size; ++i) {
      separate(i == 0);
      value(sequence_item(state_, v, i));
    }
    close(']');
  }

  void key(Value k) {
    if (k.string()) return string(k.str());
    if (!k.number() && !k.none_type()) {
      type_error("keys must be str, int, float, bool or None, not " + std::string(short_type_name(k)));
    }
    out += '"';
    if (k.none_type()) {
      out += "null";
    } else if (k.is(Type::Bool)) {
      out += k.as_bool() ? "true" : "false";
    } else if (k.is(Type::Float)) {
      number(k.as_float());
    } else {
      append_str(state_, out, k);
    }
    out += '"';
  }

  void object(Value v) {
    v = state_.real(v);
    if (mapping_size(v) == 0) {
      out += "{}";
      return;
    }
    open(v.pointer(), '{');
    ArenaVector<Sortable> members;
    members.reserve(state_.arena, mapping_size(v));
    Value k, item;
    for (std::size_t at = 0; mapping_next(state_, v, at, k, item);)
      members.push_back(state_.arena, {k, item});
    if (style_.sort_keys) sort(state_, members, false);
    bool first = true;
    for (const Sortable& member : members) {
      separate(std::exchange(first, false));
      key(member.key);
      out += ": ";
      value(member.value);
    }
    close('}');
  }

  State& state_;
  const DumpStyle& style_;
  std::vector<const void*> open_;
};

}  // namespace

std::string dump_json(State& state, Value value, const DumpStyle& style) {
  Dumper dumper(state, style);
  dumper.value(value);
  return std::move(dumper.out);
}

}  // namespace tocsin::jinja
