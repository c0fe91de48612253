// The fuzzer's corpus as a plain test.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "../../fuzz/http_request.cc"

TEST(FuzzCorpus, GivesTheSameRequestsWholeAndInPieces) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(TOCSIN_SOURCE_DIR "/fuzz/corpus/http_request")) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(file), {});
    ASSERT_FALSE(bytes.empty());
    for (int piece = 0; piece < 64; ++piece) {  // the first byte is the size of the pieces
      bytes[0] = static_cast<char>(piece);
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    }
    ++files;
  }
  EXPECT_GE(files, 12);
}
