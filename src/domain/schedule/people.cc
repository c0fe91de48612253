#include "domain/schedule/people.h"

#include <algorithm>

namespace tocsin::schedule {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

People::People(std::vector<Person> in_order) : people_(std::move(in_order)) {
  for (std::size_t i = 0; i < people_.size(); ++i) {
    by_id_.emplace(people_[i].id, i);
    if (!people_[i].can_be_on_call) continue;
    by_username_.emplace(people_[i].username, i);
    if (!people_[i].email.empty()) by_email_.emplace(lower_case(people_[i].email), i);
  }
}

const Person* People::find(const UserId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &people_[found->second];
}

std::size_t People::rank(const UserId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? people_.size() : found->second;
}

std::vector<UserId> People::named(std::string_view text) const {
  if (text.empty()) return {};
  std::vector<std::size_t> found;
  const auto collect = [&](const auto& index, const std::string& key) {
    const auto [first, last] = index.equal_range(key);
    for (auto it = first; it != last; ++it) found.push_back(it->second);
  };
  collect(by_username_, std::string(text));
  collect(by_email_, lower_case(text));
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<UserId> ids;
  for (const std::size_t at : found) ids.push_back(people_[at].id);
  return ids;
}

}  // namespace tocsin::schedule
