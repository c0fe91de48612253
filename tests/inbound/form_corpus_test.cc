// The fuzzer's corpus of forms as a plain test.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "../../fuzz/form.cc"

namespace tocsin::http {

TEST(FuzzCorpus, OfFormsIsReadWithinItsLimits) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TOCSIN_SOURCE_DIR "/fuzz/corpus/form")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++files;
  }
  EXPECT_GE(files, 6);
}

TEST(Form, HasABoundedNumberOfParts) {
  const auto multipart = [](std::size_t parts) {
    std::string body;
    for (std::size_t i = 0; i < parts; ++i)
      body += "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n";
    return parse_form("multipart/form-data; boundary=b", body + "--b--");
  };
  EXPECT_EQ(multipart(3)->fields.size(), 3U);
  EXPECT_TRUE(multipart(kMostFormParts));
  EXPECT_FALSE(multipart(kMostFormParts + 1));
  EXPECT_EQ(*multipart(2)->find("a"), "x");
  EXPECT_EQ(multipart(2)->find("b"), nullptr);
}

}  // namespace tocsin::http
