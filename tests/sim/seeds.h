// Which worlds are played: TOCSIN_SIM_SEEDS of them from TOCSIN_SIM_FIRST (1) on, or TOCSIN_SIM_SEED alone.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <vector>

namespace tocsin::test {

inline std::optional<std::uint64_t> number_of(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

inline std::vector<std::uint64_t> seeds() {
  // Worlds crash on purpose and never lose power: their databases need no disk.
  if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
  if (const auto one = number_of("TOCSIN_SIM_SEED")) return {*one};
  std::vector<std::uint64_t> out(number_of("TOCSIN_SIM_SEEDS").value_or(200));
  const std::uint64_t first = number_of("TOCSIN_SIM_FIRST").value_or(1);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = first + i;
  return out;
}

}  // namespace tocsin::test
