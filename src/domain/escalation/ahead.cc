#include "domain/escalation/ahead.h"

#include <utility>

#include "base/overloaded.h"
#include "domain/escalation/turn.h"

namespace tocsin::escalation {
namespace {

std::vector<UserId> ids_of(const std::vector<Person>& people) {
  std::vector<UserId> ids;
  for (const Person& person : people) ids.push_back(person.id);
  return ids;
}

std::optional<Need> need_of(const Step& step) {
  using Answer = std::optional<Need>;
  return std::visit(Overloaded{
                        [](const step::NotifyPersons& s) { return Answer(need::Users{s.users}); },
                        [](const step::NotifyPersonNextEachTime& s) { return Answer(need::Users{s.users}); },
                        [](const step::NotifyOnCallFromSchedule& s) {
                          return s.schedule ? Answer(need::OnCall{*s.schedule}) : Answer();
                        },
                        [](const auto&) { return Answer(); },  // pages nobody by name
                    },
                    step);
}

}  // namespace

std::vector<StepAhead> steps_ahead(const Escalation& escalation) {
  std::vector<StepAhead> ahead;
  if (!escalation.snapshot) return ahead;
  const auto& steps = escalation.snapshot->steps;
  for (std::size_t i = escalation.snapshot->next_step; i < steps.size(); ++i) {
    const Step& step = steps[i].policy.step;
    if (auto need = need_of(step)) ahead.push_back({step, *std::move(need)});
  }
  return ahead;
}

std::vector<UserId> will_notify(const StepAhead& ahead, const std::vector<Person>& people) {
  if (const auto* turns = std::get_if<step::NotifyPersonNextEachTime>(&ahead.step)) {
    if (people.empty()) return {};
    return {next_in_turn(people, turns->last_notified).id};
  }
  if (std::holds_alternative<step::NotifyPersons>(ahead.step)) return ids_of(people);
  std::vector<Person> on_call = sorted(people);
  std::erase_if(on_call, [](const Person& person) { return !person.may_be_notified; });
  return ids_of(on_call);
}

}  // namespace tocsin::escalation
