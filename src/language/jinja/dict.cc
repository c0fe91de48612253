#include "language/jinja/dict.h"

#include <bit>
#include <cmath>
#include <functional>

#include "language/jinja/bigint.h"
#include "language/jinja/datetime.h"
#include "language/jinja/operators.h"
#include "language/jinja/state.h"

namespace tocsin::jinja {
namespace {

constexpr std::size_t kIndexFrom = 8;

std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 33;
  x *= 0xFF51AFD7ED558CCDU;
  x ^= x >> 33;
  return x;
}

std::uint64_t hash_double(double number) {
  if (number == std::floor(number) && std::abs(number) < 9e18) {
    return mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(number)));
  }
  return mix(std::bit_cast<std::uint64_t>(number));
}

// Finds the entry, or where it would stand in the index.
std::size_t probe(State& state, Dict& dict, Value key, std::uint64_t hash, std::size_t& slot) {
  const std::size_t mask = dict.index_size - 1;
  for (slot = hash & mask;; slot = (slot + 1) & mask) {
    const std::uint32_t number = dict.index[slot];
    if (number == 0) return SIZE_MAX;
    const Dict::Entry& entry = dict.entries[number - 1];
    if (!entry.key.missing() && entry.hash == hash && equal(state, entry.key, key)) return number - 1;
    state.charge();
  }
}

std::size_t position(State& state, Dict& dict, Value key, std::uint64_t hash) {
  if (dict.index == nullptr) {
    for (std::size_t i = 0; i < dict.entries.size(); ++i) {
      const Dict::Entry& entry = dict.entries[i];
      if (!entry.key.missing() && entry.hash == hash && equal(state, entry.key, key)) return i;
    }
    return SIZE_MAX;
  }
  std::size_t slot = 0;
  return probe(state, dict, key, hash, slot);
}

void reindex(State& state, Dict& dict) {
  // Forget removed entries, so that a dictionary used as a queue does not grow.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < dict.entries.size(); ++i) {
    if (!dict.entries[i].key.missing()) dict.entries[kept++] = dict.entries[i];
  }
  dict.entries.truncate(kept);
  std::size_t size = 32;
  while (size < kept * 3) size *= 2;
  if (size > dict.index_size) {
    dict.index = state.arena.array<std::uint32_t>(size);
    dict.index_size = static_cast<std::uint32_t>(size);
  } else {
    std::fill(dict.index, dict.index + dict.index_size, 0U);
  }
  for (std::size_t i = 0; i < kept; ++i) {
    std::size_t slot = dict.entries[i].hash & (dict.index_size - 1);
    while (dict.index[slot] != 0) slot = (slot + 1) & (dict.index_size - 1);
    dict.index[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace

std::uint64_t hash_of(State& state, Value key) {
  switch (key.type()) {
    case Type::Bool:
    case Type::Int:
      return mix(static_cast<std::uint64_t>(key.as_int()));
    case Type::Float:
      return hash_double(key.as_float());
    case Type::BigInt:
      return hash_double(big::to_double(state, key));
    case Type::Str:
    case Type::Bytes:
      state.charge_bytes(key.tag());
      return std::hash<std::string_view>{}(key.str());
    case Type::Tuple: {
      const Deeper guard(state);
      std::uint64_t hash = 7;
      for (const Value& item : key.items()) {
        state.charge();
        hash = mix(hash * 31 + hash_of(state, item));
      }
      return hash;
    }
    case Type::DateTime:
    case Type::Date:
    case Type::Time:
    case Type::TimeDelta:
      return mix(static_cast<std::uint64_t>(hash_of_date(key)));
    case Type::None:
    case Type::Undefined:
      return mix(static_cast<std::uint64_t>(key.type()));
    case Type::List:
    case Type::JsonArray:
    case Type::Dict:
    case Type::JsonObject:
    case Type::Slice:
      type_error("unhashable type: '" + std::string(type_name(key)) + "'");
    case Type::DictView:
      if (key.as<DictView>()->kind != DictView::Kind::Values)
        type_error("unhashable type: '" + std::string(type_name(key)) + "'");
      [[fallthrough]];
    default:
      return mix(reinterpret_cast<std::uintptr_t>(key.pointer()));
  }
}

Value* find(State& state, Dict& dict, Value key) {
  const std::uint64_t hash = hash_of(state, key);
  const std::size_t at = position(state, dict, key, hash);
  return at == SIZE_MAX ? nullptr : &dict.entries[at].value;
}

void set(State& state, Dict& dict, Value key, Value value) {
  const std::uint64_t hash = hash_of(state, key);
  const std::size_t at = position(state, dict, key, hash);
  if (at != SIZE_MAX) {
    dict.entries[at].value = value;
    return;
  }
  if (dict.index == nullptr ? dict.entries.size() >= kIndexFrom
                            : (dict.entries.size() + 1) * 2 > dict.index_size) {
    reindex(state, dict);
  }
  dict.entries.push_back(state.arena, {key, value, hash});
  ++dict.live;
  if (dict.index != nullptr) {
    std::size_t slot = 0;
    probe(state, dict, key, hash, slot);
    while (dict.index[slot] != 0) slot = (slot + 1) & (dict.index_size - 1);
    dict.index[slot] = static_cast<std::uint32_t>(dict.entries.size());
  }
}

bool erase(State& state, Dict& dict, Value key) {
  const std::size_t at = position(state, dict, key, hash_of(state, key));
  if (at == SIZE_MAX) return false;
  dict.entries[at].key = Value();
  --dict.live;
  return true;
}

void clear(Dict& dict) {
  dict.entries.clear();
  dict.live = 0;
  if (dict.index != nullptr) std::fill(dict.index, dict.index + dict.index_size, 0U);
}

std::size_t mapping_size(Value mapping) {
  return mapping.is(Type::Dict) ? mapping.as<Dict>()->live : mapping.as_json().as_object().size();
}

Value mapping_find(State& state, Value mapping, Value key) {
  if (mapping.is(Type::JsonObject)) {
    if (key.string()) return mapping_find(state, mapping, key.str());
    hash_of(state, key);  // unhashable keys raise; others are in no JSON object
    return {};
  }
  const Value* found = find(state, *mapping.as<Dict>(), key);
  return found != nullptr ? *found : Value();
}

Value mapping_find(State& state, Value mapping, std::string_view key) {
  if (mapping.is(Type::JsonObject)) {
    state.charge(2 + key.size() / 16);  // a payload's objects lie anywhere in memory
    const json::Value* found = mapping.as_json().as_object().find(key);
    return found != nullptr ? state.from_json(*found) : Value();
  }
  const Value* found = find(state, *mapping.as<Dict>(), Value::text(key));
  return found != nullptr ? *found : Value();
}

bool mapping_next(State& state, Value mapping, std::size_t& position, Value& key, Value& value) {
  if (mapping.is(Type::JsonObject)) {
    const json::Object& object = mapping.as_json().as_object();
    if (position >= object.size()) return false;
    state.charge();
    const json::Member& member = object.at(position++);
    key = Value::text(member.key);
    value = state.from_json(member.value);
    return true;
  }
  auto& entries = mapping.as<Dict>()->entries;
  std::size_t at = position;
  while (at < entries.size() && entries[at].key.missing()) ++at;
  state.charge(1 + (at - position) / 4);  // what was removed is still walked over
  position = at;
  if (position >= entries.size()) return false;
  key = entries[position].key;
  value = entries[position++].value;
  return true;
}

Dict* mapping_copy(State& state, Value mapping) {
  auto* copy = state.arena.make<Dict>();
  Value key, value;
  for (std::size_t at = 0; mapping_next(state, mapping, at, key, value);) {
    state.charge();
    set(state, *copy, key, value);
  }
  return copy;
}

void update_dict(State& state, Dict& to, Value source) {
  if (source.mapping()) {
    source = state.real(source);
    Value key, value;
    for (std::size_t at = 0; mapping_next(state, source, at, key, value);) {
      state.charge();
      set(state, to, key, value);
    }
    return;
  }
  if (source.undefined()) raise_undefined(state, source);  // Python asks it for its keys
  Walk walk(state, source);
  std::size_t number = 0;
  for (Value pair; walk.next(pair); ++number) {
    if (!iterable(pair))
      type_error("cannot convert dictionary update sequence element #" + std::to_string(number) +
                 " to a sequence");
    const ArenaVector<Value> parts = collect(state, pair);
    if (parts.size() != 2) {
      value_error("dictionary update sequence element #" + std::to_string(number) + " has length " +
                  std::to_string(parts.size()) + "; 2 is required");
    }
    set(state, to, parts[0], parts[1]);
  }
}

}  // namespace tocsin::jinja
