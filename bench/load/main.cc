#include <sched.h>

#include <cstdio>

#include "load/load.h"

int main(int argc, char** argv) {
  const tocsin::bench::Options options = tocsin::bench::parse_options(argc, argv);
  if (options.cpu >= 0) {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(options.cpu, &cpus);
    if (sched_setaffinity(0, sizeof cpus, &cpus) != 0) std::perror("bench_load: --pin");
  }
  tocsin::bench::Report report = tocsin::bench::run_load(options);
  std::puts(report.json().c_str());
  return report.requests > 0 ? 0 : 1;
}
