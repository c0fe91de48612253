// JSON as Python sees it: objects keep the order of their keys, integers have no bound, 1.0 is not 1.
//
// Strings are UTF-8; a lone surrogate (legal in JSON text, kept by Python) is stored as its three-byte form
// (WTF-8) and written back as a \uXXXX escape. Values own what they hold; copying copies.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tocsin::json {

class Value;
struct Member;

// An integer beyond 64 bits, as canonical decimal text ("-" allowed, no leading zeros).
struct BigInt {
  std::string digits;
  friend bool operator==(const BigInt&, const BigInt&) = default;
};

using Array = std::vector<Value>;

// Keys are unique. Look-up is a scan while small and a hash index from kIndexFrom members on; foreign keys
// cannot be chosen to collide in it (base/text_hash.h).
class Object {
 public:
  Object() = default;
  Object(std::initializer_list<Member> members);
  Object(const Object& other);
  Object(Object&& other) noexcept;
  Object& operator=(const Object& other);
  Object& operator=(Object&& other) noexcept;
  ~Object();

  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  // Replaces in place (the key keeps its position, as in Python) or appends.
  Value& set(std::string_view key, Value value);
  bool erase(std::string_view key);

  bool empty() const;
  std::size_t size() const;
  std::vector<Member>::const_iterator begin() const;
  std::vector<Member>::const_iterator end() const;
  std::vector<Member>::iterator begin();
  std::vector<Member>::iterator end();
  const Member& at(std::size_t position) const;

  friend bool operator==(const Object& a, const Object& b);

 private:
  static constexpr std::size_t kIndexFrom = 24;
  // Where each key's member stands: open addressing with linear probing, at most half full.
  struct Index {
    struct Slot {
      std::uint32_t number = 0;  // of the member, from 1; 0: free
      std::uint32_t hash = 0;    // the upper half, which spares most comparisons of keys that differ
    };
    // Room for `members` and as many again.
    explicit Index(std::size_t members);
    bool has_room_for(std::size_t members) const { return members * 2 <= slots.size(); }
    // The slot of the key, or the free one where it belongs.
    Slot& find(std::string_view key, std::uint64_t hash, const std::vector<Member>& members);
    static Slot filled(std::uint64_t hash, std::size_t position);

    std::vector<Slot> slots;
  };
  std::size_t position(std::string_view key) const;
  Value& set_indexed(std::string_view key, Value value);
  void reindex();

  std::vector<Member> members_;
  std::unique_ptr<Index> index_;
};

enum class Kind { Null, Bool, Int, BigInt, Float, String, Array, Object };

class Value {
 public:
  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(bool b) : data_(b) {}
  Value(double d) : data_(d) {}
  template <class Integer>
  requires(std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>) Value(Integer i)
      : data_(static_cast<std::int64_t>(i)) {}
  Value(BigInt big) : data_(std::move(big)) {}
  Value(std::string s) : data_(std::move(s)) {}
  Value(std::string_view s) : data_(std::string(s)) {}
  Value(const char* s) : data_(std::string(s)) {}
  Value(Array a) : data_(std::move(a)) {}
  Value(Object o) : data_(std::move(o)) {}

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return kind() == Kind::Null; }
  bool is_bool() const { return kind() == Kind::Bool; }
  bool is_int() const { return kind() == Kind::Int; }
  bool is_float() const { return kind() == Kind::Float; }
  bool is_string() const { return kind() == Kind::String; }
  bool is_array() const { return kind() == Kind::Array; }
  bool is_object() const { return kind() == Kind::Object; }

  // Precondition: of that kind.
  bool as_bool() const { return std::get<bool>(data_); }
  std::int64_t as_int() const { return std::get<std::int64_t>(data_); }
  const BigInt& as_big_int() const { return std::get<BigInt>(data_); }
  double as_float() const { return std::get<double>(data_); }
  const std::string& as_string() const { return std::get<std::string>(data_); }
  std::string& as_string() { return std::get<std::string>(data_); }
  const Array& as_array() const { return std::get<Array>(data_); }
  Array& as_array() { return std::get<Array>(data_); }
  const Object& as_object() const { return std::get<Object>(data_); }
  Object& as_object() { return std::get<Object>(data_); }

  // Member of an object; null pointer when this is no object or has no such key.
  const Value* find(std::string_view key) const { return is_object() ? as_object().find(key) : nullptr; }

  // Same kind and content; 1 and 1.0 differ (Python's looser equality lives in jinja/).
  friend bool operator==(const Value& a, const Value& b);

  // The name Python gives the type: NoneType, bool, int, float, str, list, dict.
  std::string_view python_type() const;

 private:
  std::variant<std::nullptr_t, bool, std::int64_t, BigInt, double, std::string, Array, Object> data_ =
      nullptr;
};

struct Member {
  std::string key;
  Value value;
  friend bool operator==(const Member&, const Member&) = default;
};

// Only here a Member is complete; clang insists.
inline bool Object::empty() const {
  return members_.empty();
}
inline std::size_t Object::size() const {
  return members_.size();
}
inline std::vector<Member>::const_iterator Object::begin() const {
  return members_.begin();
}
inline std::vector<Member>::const_iterator Object::end() const {
  return members_.end();
}
inline std::vector<Member>::iterator Object::begin() {
  return members_.begin();
}
inline std::vector<Member>::iterator Object::end() {
  return members_.end();
}

inline bool operator==(const Value& a, const Value& b) {
  return a.data_ == b.data_;
}

}  // namespace tocsin::json
