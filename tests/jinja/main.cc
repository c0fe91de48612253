// The tests, or with --batch the templates of standard input (tests/jinja/differential.py drives it so).
#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <string_view>

#include "language/jinja/batch.h"

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--batch") {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
      std::cout << tocsin::jinja::render_batch_line(line, {.now = tocsin::from_micros(1'700'000'000'000'000)})
                << '\n';
    }
    return 0;
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
