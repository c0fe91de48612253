// AWS Signature Version 4 of a GET without a body, in headers. A pure function: libcurl has one as well, but
// it takes the system's clock and, in Debian 12's version, signs headers that are then left out.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"

namespace tocsin::integration {

struct AwsCredentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string region;  // "eu-west-1"
};

struct AwsGet {
  std::string_view service;  // "s3"
  std::string_view host;     // as in the Host header
  std::string_view path;     // as in the URL, percent-encoded once
  std::string_view query;    // sorted, each name with its "="; empty: none
};

// The headers that go with the request besides Host; good for a quarter of an hour.
std::vector<std::pair<std::string, std::string>> sign_aws(const AwsGet& get,
                                                          const AwsCredentials& credentials, Instant now);

}  // namespace tocsin::integration
