#include "engine/personal_chains.h"

#include "store/escalations.h"

namespace tocsin::engine {

void PersonalChains::foresee(const std::vector<AlertGroupId>& groups) {
  const auto lists = store::personal_chains_of_each(db_, groups);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto& of_group = foreseen_[groups[i]] = {};
    for (const PersonalChain& chain : lists[i]) of_group.emplace(chain.user, chain);
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
