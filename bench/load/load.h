// Closed-loop load: every connection sends its next request when the answer to the one before has come.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/options.h"

namespace tocsin::bench {

struct Report {
  std::uint64_t requests = 0;  // answered
  std::uint64_t non_2xx = 0;
  std::uint64_t failed = 0;  // sent, but the connection ended before the answer
  double seconds = 0;
  std::vector<std::uint32_t> latencies_us;

  std::string json();  // sorts the latencies
};

Report run_load(const Options& options);

}  // namespace tocsin::bench
