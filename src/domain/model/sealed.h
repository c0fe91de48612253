// A secret as it is stored: unreadable without the key that is kept apart from the database
// (store/sealing.h).
//
// A type of its own, so that nobody sends, shows or stores the one where the other is meant.
#pragma once

#include <string>
#include <string_view>

namespace tocsin {

// What people see in place of a secret that is set.
inline constexpr std::string_view kSecretMask = "****************";

struct SealedText {
  std::string text;  // "": nothing is hidden, the secret is the empty text
  bool empty() const { return text.empty(); }
  friend bool operator==(const SealedText&, const SealedText&) = default;
};

}  // namespace tocsin
