// What a client, a payload, a template or a configured object did wrong, as a value.
//
// Machine faults (disk, connection) are exceptions of store/; broken invariants are TOCSIN_CHECK (check.h).
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tocsin {

enum class ErrorKind { Invalid, NotFound, Conflict, Forbidden, Unavailable };

struct Error {
  ErrorKind kind = ErrorKind::Invalid;
  std::string field;               // API field at fault; empty when the whole request is
  std::string message;             // as the client will read it
  std::vector<Error> others = {};  // further faults of the same request, in the order of its fields
};

inline Error invalid(std::string field, std::string message) {
  return {ErrorKind::Invalid, std::move(field), std::move(message), {}};
}
inline Error invalid(std::string message) {
  return {ErrorKind::Invalid, {}, std::move(message), {}};
}
inline Error not_found(std::string message = "Not found.") {
  return {ErrorKind::NotFound, {}, std::move(message), {}};
}

}  // namespace tocsin
