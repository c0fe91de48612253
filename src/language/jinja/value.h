// What an expression can be: two words, copied freely. Everything larger lies in the render's arena (or in
// the caller's payload, or in the compiled template) and is only pointed at.
//
// JSON containers are used where they are. A template that changes one gets a copy of that one container,
// found through State::real().
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "language/jinja/arena.h"
#include "language/json/value.h"

namespace tocsin::jinja {

class State;
struct Dict;
struct List;
struct BigInt;
struct Undefined;
struct DateTime;
struct Iterator;
struct MacroObject;
struct LoopContext;
struct BuiltinFunction;
struct Cycler;
struct Joiner;
struct BlockReference;
struct TimeZone;

enum class Type : std::uint8_t {
  Missing,  // no value at all: an unset slot, an argument not given
  Undefined,
  None,
  Bool,
  Int,
  BigInt,
  Float,
  Str,  // Markup when flagged
  Bytes,
  Tuple,
  List,
  Dict,
  JsonArray,
  JsonObject,
  DictView,
  Iterator,
  DateTime,
  Date,
  Time,
  TimeDelta,
  TimeZone,
  Function,  // a global
  Method,    // bound to its object
  DictType,  // the global `dict`
  Macro,
  Namespace,
  Cycler,
  Joiner,
  Loop,
  Self,
  BlockRef,
  Slice,
};

class Value {
 public:
  constexpr Value() = default;

  static constexpr Value none() { return Value(Type::None); }
  static constexpr Value boolean(bool b) { return Value(Type::Bool, 0, b ? 1 : 0); }
  static constexpr Value integer(std::int64_t i) { return Value(Type::Int, 0, i); }
  static Value real(double d) {
    Value v(Type::Float);
    v.float_ = d;
    return v;
  }
  static Value text(std::string_view s, bool markup = false) {
    Value v(Type::Str);
    v.flag_ = markup;
    v.size_ = static_cast<std::uint32_t>(s.size());
    v.chars_ = s.data();
    return v;
  }
  static Value bytes(std::string_view s) {
    Value v = text(s);
    v.type_ = Type::Bytes;
    return v;
  }
  static Value tuple(const Value* items, std::size_t count, bool group = false) {
    Value v(Type::Tuple);
    v.flag_ = group;  // made by groupby: has .grouper and .list
    v.size_ = static_cast<std::uint32_t>(count);
    v.pointer_ = items;
    return v;
  }
  static Value object(Type type, const void* pointer, std::uint32_t tag = 0) {
    Value v(type);
    v.size_ = tag;
    v.pointer_ = pointer;
    return v;
  }
  Type type() const { return type_; }
  bool is(Type t) const { return type_ == t; }
  bool missing() const { return type_ == Type::Missing; }
  bool undefined() const { return type_ == Type::Undefined; }
  bool none_type() const { return type_ == Type::None; }
  bool string() const { return type_ == Type::Str; }
  bool markup() const { return type_ == Type::Str && flag_; }
  bool flag() const { return flag_; }
  bool list_like() const { return type_ == Type::List || type_ == Type::JsonArray; }
  bool mapping() const { return type_ == Type::Dict || type_ == Type::JsonObject; }
  // bool counts as int, as in Python.
  bool small_int() const { return type_ == Type::Int || type_ == Type::Bool; }
  bool integral() const { return small_int() || type_ == Type::BigInt; }
  bool number() const { return integral() || type_ == Type::Float; }

  // Preconditions: of that type.
  bool as_bool() const { return int_ != 0; }
  std::int64_t as_int() const { return int_; }
  double as_float() const { return float_; }
  std::string_view str() const { return {chars_, size_}; }
  std::span<const Value> items() const { return {static_cast<const Value*>(pointer_), size_}; }
  std::uint32_t tag() const { return size_; }
  const void* pointer() const { return pointer_; }
  template <class T>
  T* as() const {
    return static_cast<T*>(const_cast<void*>(pointer_));
  }
  const json::Value& as_json() const { return *static_cast<const json::Value*>(pointer_); }

  bool same(const Value& other) const {
    return type_ == other.type_ && int_ == other.int_ && (type_ != Type::Str || size_ == other.size_);
  }

 private:
  constexpr explicit Value(Type type, std::uint32_t size = 0, std::int64_t i = 0)
      : type_(type), size_(size), int_(i) {}

  Type type_ = Type::Missing;
  bool flag_ = false;
  std::uint32_t size_ = 0;
  union {
    std::int64_t int_ = 0;
    double float_;
    const char* chars_;
    const void* pointer_;
  };
};
static_assert(sizeof(Value) == 16);

struct List {
  ArenaVector<Value> items;
};

// Sign and magnitude, least significant limb first (bigint.h works with it).
struct BigInt {
  bool negative;
  std::uint32_t size;
  const std::uint64_t* limbs;
};

// An insertion-ordered hash table with Python's keys (1, 1.0 and True are one key). Operations are in dict.h.
struct Dict {
  struct Entry {
    Value key;  // Missing: removed
    Value value;
    std::uint64_t hash = 0;
  };
  ArenaVector<Entry> entries;
  std::uint32_t* index = nullptr;  // entry number + 1, 0 for free; only above a few entries
  std::uint32_t index_size = 0;
  std::uint32_t live = 0;
};

struct Undefined {
  enum class Kind : std::uint8_t { Name, Attribute, Element, Hint, Unsafe };
  Kind kind;
  std::string_view type_name;  // "dict object", for Attribute and Element
  Value name;
  std::string_view hint;              // the message, for Hint and Unsafe
  const struct Expr* site = nullptr;  // where in the source it came from, to name its path
};

struct DictView {
  enum class Kind : std::uint8_t { Keys, Values, Items };
  Kind kind;
  Value dict;
};

struct Method {
  Value self;
  const struct MethodInfo* info;
};

// Something that yields values one at a time: generators and Python's iterators.
// A kind derives from it and brings its step function; no virtual destructor is needed, because nothing is
// destroyed.
struct Iterator {
  using Step = bool (*)(State& state, Iterator& self, Value& out);
  Step step;
  std::string_view name;  // "generator object sync_do_map"
  bool finished = false;
};

struct Namespace {
  Dict attributes;
};

struct Cycler {
  std::span<const Value> items;
  std::size_t position = 0;
};

struct Joiner {
  Value separator;
  bool used = false;
};

struct SliceObject {
  Value start, stop, step;
};

}  // namespace tocsin::jinja
