// Secrets at rest: AES-256-GCM under one key per installation, which is kept apart from the database.
//
// What is sealed names the place that it belongs to ("webhook WH1 password"); moved to another row or column
// it does not open. The empty text stays empty. Pure: chance comes in through IdSource.
// Errors: text that does not open under this key is an answer, not an exception.
// Source: docs/decisions/0060-secrets-are-sealed.md.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/world.h"
#include "domain/model/sealed.h"

namespace tocsin::store {

class SecretKey {
 public:
  static SecretKey draw(IdSource& ids);
  static Result<SecretKey> from_hex(std::string_view text);  // 64 hexadecimal digits

  std::string hex() const;
  // Tells keys apart and says nothing of the key: for messages and for the sealed text itself.
  std::string id() const;
  const unsigned char* bytes() const { return bytes_.data(); }

 private:
  SecretKey() = default;
  std::array<unsigned char, 32> bytes_{};
};

SealedText seal(const SecretKey& key, IdSource& ids, std::string_view secret, std::string_view place);
Result<std::string> open(const SecretKey& key, const SealedText& sealed, std::string_view place);

}  // namespace tocsin::store
