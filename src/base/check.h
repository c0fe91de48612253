// TOCSIN_CHECK(condition): ours to keep true. Broken, it aborts in tests and throws InvariantBroken in
// production, where the engine loop sets the one alert group aside (STYLE: errors).
#pragma once

#include <stdexcept>
#include <string>

namespace tocsin {

class InvariantBroken : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace tocsin

#define TOCSIN_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::tocsin::check_failed(#condition, __FILE__, __LINE__))
