// The template language's own dictionaries, and reading mappings of either kind.
#pragma once

#include "language/jinja/value.h"

namespace tocsin::jinja {

// Raise TypeError "unhashable type: 'list'" for keys that cannot be.
std::uint64_t hash_of(State& state, Value key);
Value* find(State& state, Dict& dict, Value key);
void set(State& state, Dict& dict, Value key, Value value);
bool erase(State& state, Dict& dict, Value key);
void clear(Dict& dict);

// Of a Dict or JsonObject that State::real() returned.
std::size_t mapping_size(Value mapping);
// Missing when there is no such key.
Value mapping_find(State& state, Value mapping, Value key);
Value mapping_find(State& state, Value mapping, std::string_view key);
// Steps through a mapping: `position` starts at 0; false at the end.
bool mapping_next(State& state, Value mapping, std::size_t& position, Value& key, Value& value);
// dict.update(source): a mapping, or pairs. Raises as Python does.
void update_dict(State& state, Dict& to, Value source);
// A new Dict with the same entries.
Dict* mapping_copy(State& state, Value mapping);

}  // namespace tocsin::jinja
