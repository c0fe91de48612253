#include "language/json/value.h"

#include <algorithm>

namespace tocsin::json {
namespace {

// Most objects have a few members; one allocation holds them.
constexpr std::size_t kFirstMembers = 4;

}  // namespace

Object::Object(std::initializer_list<Member> members) {
  members_.reserve(members.size());
  for (const Member& member : members) set(member.key, member.value);
}
Object::Object(const Object& other) : members_(other.members_) {
  reindex();
}
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object& other) {
  if (this != &other) {
    members_ = other.members_;
    reindex();
  }
  return *this;
}
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

void Object::reindex() {
  index_.reset();
  if (members_.size() < kIndexFrom) return;
  index_ = std::make_unique<Index>();
  index_->reserve(members_.size() * 2);
  for (std::size_t i = 0; i < members_.size(); ++i) index_->emplace(members_[i].key, i);
}

std::size_t Object::position(std::string_view key) const {
  if (index_) {
    const auto found = index_->find(std::string(key));
    return found == index_->end() ? members_.size() : found->second;
  }
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (members_[i].key == key) return i;
  }
  return members_.size();
}

const Value* Object::find(std::string_view key) const {
  const std::size_t at = position(key);
  return at == members_.size() ? nullptr : &members_[at].value;
}
Value* Object::find(std::string_view key) {
  const std::size_t at = position(key);
  return at == members_.size() ? nullptr : &members_[at].value;
}

Value& Object::set(std::string_view key, Value value) {
  const std::size_t at = position(key);
  if (at != members_.size()) return members_[at].value = std::move(value);
  if (members_.empty()) members_.reserve(kFirstMembers);
  if (index_) index_->emplace(std::string(key), at);
  members_.push_back({std::string(key), std::move(value)});
  if (!index_ && members_.size() == kIndexFrom) reindex();
  return members_.back().value;
}

bool Object::erase(std::string_view key) {
  const std::size_t at = position(key);
  if (at == members_.size()) return false;
  members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(at));
  reindex();
  return true;
}

const Member& Object::at(std::size_t position) const {
  return members_[position];
}

bool operator==(const Object& a, const Object& b) {
  return a.members_ == b.members_;
}

std::string_view Value::python_type() const {
  switch (kind()) {
    case Kind::Null:
      return "NoneType";
    case Kind::Bool:
      return "bool";
    case Kind::Int:
    case Kind::BigInt:
      return "int";
    case Kind::Float:
      return "float";
    case Kind::String:
      return "str";
    case Kind::Array:
      return "list";
    case Kind::Object:
      return "dict";
  }
  return "";
}

}  // namespace tocsin::json
