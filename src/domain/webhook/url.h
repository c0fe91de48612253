// The parts of a web address that decide where a webhook goes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::webhook {

struct Target {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case, without brackets
  std::string port;    // the scheme's own when none is written
};

// Nullopt: not http(s), or without a host.
std::optional<Target> split_url(std::string_view url);

}  // namespace tocsin::webhook
