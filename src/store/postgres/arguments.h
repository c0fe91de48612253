// Parameters as libpq wants them: NUL-terminated texts, and what each one says about its placeholder's type.
//
// Errors: StorageError for text with U+0000, which PostgreSQL cannot store and libpq would silently cut.
#pragma once

#include <libpq-fe.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "store/connection.h"

namespace tocsin::store {

// What a placeholder has been given so far. It only ever widens, so a statement is prepared a few times at
// most.
enum class Kind : std::uint8_t { Null, Integer, Real, Text };

Kind kind_of(const Param& param);
// The type that such a placeholder is declared with; 0: as the server sees fit.
Oid oid_of(Kind kind);

class Arguments {
 public:
  explicit Arguments(Params params);
  const char* const* values() const { return values_.data(); }
  int count() const { return static_cast<int>(values_.size()); }

 private:
  std::ptrdiff_t append(const Param& param);
  void append_text(std::string_view text);

  std::string buffer_;
  std::vector<const char*> values_;  // into the buffer; null for NULL
};

}  // namespace tocsin::store
