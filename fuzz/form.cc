// Any bytes as a form, multipart or not; the first line is the content type.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "edge/http/form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view type = bytes.substr(0, bytes.find('\n'));
  bytes.remove_prefix(std::min(bytes.size(), type.size() + 1));
  const auto form = http::parse_form(type, bytes);
  if (!form) return 0;
  std::size_t total = 0;
  for (const auto& [name, value] : form->fields) total += value.size();
  if (total > bytes.size() || form->fields.size() > http::kMostFormParts) std::abort();
  return 0;
}
