// What libpq answers, as Rows. Integers and numbers are read by their types, everything else is text.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>

#include "store/connection.h"

namespace tocsin::store {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using QueryResult = std::unique_ptr<PGresult, ClearResult>;

// StorageError for a number that does not fit.
Rows read_rows(const PGresult* result);
std::int64_t read_changes(PGresult* result);  // rows that a statement changed; of a SELECT: 0

}  // namespace tocsin::store
