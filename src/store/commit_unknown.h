// The connection was lost while the answer to a commit was awaited: the transaction may stand or not.
//
// Nothing may be done again on its account: whoever asked for it is told that it failed, and decides. What is
// due (timers, claims) is looked at anew and found done or not.
#pragma once

#include "store/connection.h"

namespace tocsin::store {

class CommitUnknown : public StorageError {
 public:
  using StorageError::StorageError;
};

}  // namespace tocsin::store
