#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace tocsin {

void check_failed(const char* condition, const char* file, int line) {
  const std::string message =
      std::string("broken invariant: ") + condition + " at " + file + ":" + std::to_string(line);
#ifdef NDEBUG
  throw InvariantBroken(message);
#else
  std::fprintf(stderr, "%s\n", message.c_str());
  std::abort();
#endif
}

}  // namespace tocsin
