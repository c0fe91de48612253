// The histories of two worlds, compared stream by stream: a group's, or a person's in a group.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace tocsin::test {

// Lines such as "311 T call": the second, and what happened then.
using Streams = std::map<std::string, std::vector<std::string>>;

void expect_same(const Streams& got, const Streams& model);

}  // namespace tocsin::test
