#include "domain/escalation/turn.h"

#include <algorithm>
#include <tuple>

namespace tocsin::escalation {
namespace {

bool by_username(const Person& a, const Person& b) {
  return std::tie(a.username, a.id) < std::tie(b.username, b.id);
}

}  // namespace

std::vector<Person> sorted(std::vector<Person> people) {
  std::sort(people.begin(), people.end(), by_username);
  return people;
}

const Person& next_in_turn(const std::vector<Person>& people, const std::optional<UserId>& last) {
  const auto before = std::ranges::find_if(people, [&](const Person& p) { return p.id == last; });
  const Person *first = &people.front(), *next = nullptr;
  for (const Person& person : people) {
    if (by_username(person, *first)) first = &person;
    const bool later = before != people.end() && by_username(*before, person);
    if (later && (next == nullptr || by_username(person, *next))) next = &person;
  }
  return next != nullptr ? *next : *first;
}

}  // namespace tocsin::escalation
