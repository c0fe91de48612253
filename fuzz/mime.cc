// Any bytes as a mail: read without a fault, and what comes out is UTF-8.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "language/json/utf8.h"
#include "language/mime/message.h"
#include "language/mime/transfer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const mime::Message message = mime::read_message({reinterpret_cast<const char*>(data), size});
  for (const std::string& text :
       {message.text, message.html, mime::decode_words(message.headers.find("Subject"))}) {
    if (json::valid_utf8_prefix(text) != text.size()) std::abort();
  }
  return 0;
}
