#include "language/json/value.h"

#include "base/text_hash.h"

namespace tocsin::json {
namespace {

// Most objects have a few members; one allocation holds them.
constexpr std::size_t kFirstMembers = 4;

std::size_t scan(const std::vector<Member>& members, std::string_view key) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].key == key) return i;
  }
  return members.size();
}

Value& append(std::vector<Member>& members, std::string_view key, Value&& value) {
  Member& added = members.emplace_back();
  added.key = key;
  added.value = std::move(value);
  return added.value;
}

}  // namespace

Object::Index::Index(std::size_t members) {
  std::size_t size = 64;
  while (size < members * 4) size *= 2;
  slots.resize(size);
}

Object::Index::Slot& Object::Index::find(std::string_view key, std::uint64_t hash,
                                         const std::vector<Member>& members) {
  const std::size_t mask = slots.size() - 1;
  const auto upper = static_cast<std::uint32_t>(hash >> 32);
  std::size_t at = hash & mask;
  while (slots[at].number != 0 && (slots[at].hash != upper || members[slots[at].number - 1].key != key)) {
    at = (at + 1) & mask;
  }
  return slots[at];
}

Object::Index::Slot Object::Index::filled(std::uint64_t hash, std::size_t position) {
  return {static_cast<std::uint32_t>(position + 1), static_cast<std::uint32_t>(hash >> 32)};
}

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
  index_ = std::make_unique<Index>(members_.size());
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const std::uint64_t hash = hash_text(members_[i].key);
    index_->find(members_[i].key, hash, members_) = Index::filled(hash, i);
  }
}

std::size_t Object::position(std::string_view key) const {
  if (index_) {
    const Index::Slot& found = index_->find(key, hash_text(key), members_);
    return found.number == 0 ? members_.size() : found.number - 1;
  }
  return scan(members_, key);
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
  if (index_) return set_indexed(key, std::move(value));
  const std::size_t at = scan(members_, key);
  if (at != members_.size()) return members_[at].value = std::move(value);
  if (members_.empty()) members_.reserve(kFirstMembers);
  Value& added = append(members_, key, std::move(value));
  if (members_.size() == kIndexFrom) reindex();
  return added;
}

Value& Object::set_indexed(std::string_view key, Value value) {
  const std::uint64_t hash = hash_text(key);
  Index::Slot& slot = index_->find(key, hash, members_);
  if (slot.number != 0) return members_[slot.number - 1].value = std::move(value);
  Value& added = append(members_, key, std::move(value));
  if (index_->has_room_for(members_.size())) {
    slot = Index::filled(hash, members_.size() - 1);
  } else {
    reindex();
  }
  return added;
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
