// Personal chains as a batch reads and writes them; those of groups that it holds were read with them.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "domain/model/notification.h"
#include "store/connection.h"

namespace tocsin::engine {

class PersonalChains {
 public:
  explicit PersonalChains(store::Connection& db) : db_(db) {}

  // These are all chains of a group whose row the batch holds.
  void foresee(const AlertGroupId& group, std::vector<PersonalChain> chains);
  // Before commands, which may be undone or change chains by themselves.
  void forget() { foreseen_.clear(); }
  // nullopt: never started.
  std::optional<PersonalChain> find(const AlertGroupId& group, const UserId& user) const;
  void save(const PersonalChain& chain);

 private:
  store::Connection& db_;
  std::map<AlertGroupId, std::map<UserId, PersonalChain>> foreseen_;
};

}  // namespace tocsin::engine
