// The PostgreSQL driver follows in the next commits of this branch.
#include "store/database.h"

namespace tocsin::store {

std::unique_ptr<Database> open_postgres(const std::string&) {
  throw StorageError("this build has no PostgreSQL driver");
}

}  // namespace tocsin::store
