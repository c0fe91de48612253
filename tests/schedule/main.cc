// Runs the tests; with --driver answers differential.py instead.
#include <gtest/gtest.h>

#include <iostream>
#include <string_view>

#include "schedule/driver.h"

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--driver") {
    tocsin::schedule::answer_lines(std::cin, std::cout);
    return 0;
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
