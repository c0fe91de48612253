#include "sim/streams.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tocsin::test {
namespace {

bool says(const std::string& line, std::string_view what) {
  return line.find(what) != std::string::npos;
}

// When a page leaves and when its receipt is written is no matter of the rules: other timers of the same
// instant may come first. Everything else has its order.
std::vector<std::string> in_stages(std::vector<std::string> log) {
  const auto instant = [](const std::string& line) { return line.substr(0, line.find(' ')); };
  const auto stage = [](const std::string& line) {
    return says(line, " ok ") ? 2 : says(line, " send ") ? 1 : 0;
  };
  for (auto from = log.begin(); from != log.end();) {
    const auto to = std::find_if(from, log.end(),
                                 [&](const std::string& line) { return instant(line) != instant(*from); });
    std::stable_sort(from, to,
                     [&](const std::string& a, const std::string& b) { return stage(a) < stage(b); });
    from = to;
  }
  return log;
}

// Each page after the record that announces it.
void expect_announced(const std::string& stream, const std::vector<std::string>& log) {
  std::map<std::string, int> announced;
  for (const std::string& line : log) {
    if (says(line, " T ")) ++announced[line.substr(line.find(" T ") + 3)];
    if (says(line, " send ") && !says(line, " bundle ")) {
      EXPECT_GE(--announced[line.substr(line.find(" send ") + 6)], 0) << "stream " << stream << ": " << line;
    }
  }
}

}  // namespace

void expect_same(const Streams& got, const Streams& model) {
  for (const auto& [stream, log] : model) {
    const auto found = got.find(stream);
    EXPECT_EQ(found == got.end() ? std::vector<std::string>() : in_stages(found->second), in_stages(log))
        << "stream " << stream;
  }
  for (const auto& [stream, log] : got) {
    EXPECT_TRUE(model.contains(stream)) << "stream " << stream << " began with " << log.front();
    if (says(stream, "@")) expect_announced(stream, log);
  }
}

}  // namespace tocsin::test
