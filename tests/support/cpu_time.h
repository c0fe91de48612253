// CPU time of this process: what other processes on the machine do does not count.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "support/sanitized.h"

namespace tocsin {

inline double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// With TOCSIN_SHOW_BUDGETS, one line on each bomb; the figures of docs/figures.md are these of a -O2 build.
inline void show_cost(std::string_view name, double ms, std::size_t memory_bytes) {
  if (std::getenv("TOCSIN_SHOW_BUDGETS") == nullptr) return;
  std::printf("bomb %7.1f ms %6.1f MiB  %.*s\n", ms, static_cast<double>(memory_bytes) / (1 << 20),
              static_cast<int>(name.size()), name.data());
}

}  // namespace tocsin
