// Command line of bench_load.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tocsin::bench {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string method = "POST";
  std::string path = "/";
  std::vector<std::string> headers;  // "Name: value"
  std::string body;                  // --body-file, or the built-in Alertmanager payload for POST, PUT, PATCH
  unsigned connections = 64;
  double seconds = 0;  // one of the two ends the run; default 5 s
  std::uint64_t requests = 0;
  std::uint64_t vary = 1;  // number of distinct values of "@ID@"
  int cpu = -1;            // pin to this core
};

// Prints the usage and exits on --help and on anything unknown.
Options parse_options(int argc, char** argv);

// About 1.9 KB, as Alertmanager 0.25 posts two alerts of a group; "@ID@" names the group.
std::string alertmanager_payload();

}  // namespace tocsin::bench
