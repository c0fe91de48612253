// Where a PostgreSQL database is: the URL as libpq reads it.
#pragma once

#include <string>

namespace tocsin::store {

struct Address {
  std::string url;
  std::string name;  // without the password
};

// StorageError when libpq cannot read it; the message does not quote it.
Address parse_address(const std::string& url);

}  // namespace tocsin::store
