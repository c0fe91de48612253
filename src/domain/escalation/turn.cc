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

std::vector<Person> in_queue_order(const std::vector<UserId>& queue, const std::vector<Person>& people) {
  std::vector<Person> out;
  for (const UserId& id : queue) {
    const auto found =
        std::find_if(people.begin(), people.end(), [&](const Person& p) { return p.id == id; });
    if (found != people.end()) out.push_back(*found);
  }
  return out;
}

const Person& next_in_turn(const std::vector<Person>& queue, const std::optional<UserId>& last) {
  const auto found = std::find_if(queue.begin(), queue.end(), [&](const Person& p) { return p.id == last; });
  return found == queue.end() || found + 1 == queue.end() ? queue.front() : found[1];
}

}  // namespace tocsin::escalation
