// Personal chains as a batch reads and writes them; those of groups that it has foreseen are read at once.
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

  // All chains of these groups, whose rows the batch holds, in one round trip.
  void foresee(const std::vector<AlertGroupId>& groups);
  // nullopt: never started.
  std::optional<PersonalChain> find(const AlertGroupId& group, const UserId& user) const;
  void save(const PersonalChain& chain);

 private:
  store::Connection& db_;
  std::map<AlertGroupId, std::map<UserId, PersonalChain>> foreseen_;
};

}  // namespace tocsin::engine
