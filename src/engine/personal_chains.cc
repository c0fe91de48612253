#include "engine/personal_chains.h"

#include "store/escalations.h"

namespace tocsin::engine {

void PersonalChains::foresee(const AlertGroupId& group, std::vector<PersonalChain> chains) {
  auto& of_group = foreseen_[group] = {};
  for (PersonalChain& chain : chains) {
    const UserId user = chain.user;
    of_group.emplace(user, std::move(chain));
  }
}

std::optional<PersonalChain> PersonalChains::find(const AlertGroupId& group, const UserId& user) const {
  const auto of_group = foreseen_.find(group);
  if (of_group == foreseen_.end()) return store::find_personal_chain(db_, group, user);
  const auto found = of_group->second.find(user);
  return found == of_group->second.end() ? std::nullopt : std::optional(found->second);
}

void PersonalChains::save(const PersonalChain& chain) {
  store::save_personal_chain(db_, chain);
  const auto of_group = foreseen_.find(chain.group);
  if (of_group != foreseen_.end()) of_group->second.insert_or_assign(chain.user, chain);
}

}  // namespace tocsin::engine
