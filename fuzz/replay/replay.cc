// Feeds every file of a corpus to the very function that libFuzzer calls, without libFuzzer: so what fuzzing
// once found is tried again in each build, under any compiler and sanitizer.
//
//   replay_corpora TARGET FOLDER
//
// It fails when the target is unknown, the folder is empty, or an input crashes or trips a sanitizer.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

// One function a target; CMakeLists.txt gives each its own name and lists them in targets.inc.
#define TARGET(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size);
#include "targets.inc"
#undef TARGET

namespace {

using Target = int (*)(const std::uint8_t* data, std::size_t size);

Target find_target(std::string_view name) {
#define TARGET(target) \
  if (name == #target) return &fuzz_##target;
#include "targets.inc"
#undef TARGET
  return nullptr;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int argc, char** argv) {
  const Target target = argc == 3 ? find_target(argv[1]) : nullptr;
  if (target == nullptr) {
    std::cerr << "usage: replay_corpora TARGET FOLDER\n";
    return 2;
  }
  std::vector<std::filesystem::path> inputs;
  for (const auto& entry : std::filesystem::directory_iterator(argv[2])) inputs.push_back(entry.path());
  std::sort(inputs.begin(), inputs.end());
  for (const std::filesystem::path& input : inputs) {
    const std::string bytes = read_file(input);
    // Printed first, so that the last line names the input that crashed.
    std::cout << input.filename().string() << ' ' << bytes.size() << std::endl;
    target(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  std::cout << inputs.size() << " inputs\n";
  return inputs.empty() ? 1 : 0;
}
