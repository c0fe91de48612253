#include "language/timezone/zone_file.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace tocsin::timezone {

bool has_zone_file(const std::string& name) {
  const char* folder = std::getenv("TZDIR");  // where cctz looks too
  const std::string path = std::string(folder != nullptr ? folder : "/usr/share/zoneinfo") + "/" + name;
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rb"), close);
  char mark[4] = {};
  return file != nullptr && std::fread(mark, 1, 4, file.get()) == 4 && std::string_view(mark, 4) == "TZif";
}

}  // namespace tocsin::timezone
