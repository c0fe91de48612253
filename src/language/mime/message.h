// E-mail messages as far as a reader of their text needs them: headers, the first plain and the first HTML
// part.
//
// Pure. Time is linear in the bytes for each level of nesting, and the levels are limited. Errors: none: mail
// programs write anything, and an alert must come out of it. What is beyond the limits is left out.
// Source: RFC 5322, RFC 2045, RFC 2046; which part counts: docs/spec/ingestion.md, section 3.8.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::mime {

inline constexpr int kDeepestPart = 20;
inline constexpr std::size_t kMostParts = 1000;
inline constexpr std::size_t kMostHeaders = 2000;

class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  // The first of that name, in any case; "" when there is none.
  std::string_view find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Message {
  Headers headers;   // unfolded; encoded words as they came (transfer.h reads them)
  std::string text;  // the first text/plain part that is no attachment, UTF-8; line ends as they came
  std::string html;  // the first text/html part likewise
};

Message read_message(std::string_view bytes);
// A block of headers alone, with or without the empty line that ends it.
Headers read_headers(std::string_view bytes);

}  // namespace tocsin::mime
