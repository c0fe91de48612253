#include "store/database.h"

namespace tocsin::store {

std::unique_ptr<Database> open_database(const std::string& address) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (address.starts_with(kSqlite) && address.size() > kSqlite.size()) {
    return open_sqlite(address.substr(kSqlite.size()));
  }
  if (address.starts_with("postgresql://") || address.starts_with("postgres://"))
    return open_postgres(address);
  // The address itself may hold a password and stays out of the message.
  throw StorageError("the database address must be \"sqlite:PATH\" or \"postgresql://user@host/database\"");
}

}  // namespace tocsin::store
