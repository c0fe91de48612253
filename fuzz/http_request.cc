// Any bytes, cut anywhere, give the same requests: the reader of one connection, fed whole and in pieces.
// The first byte of the input is the size of the pieces.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "edge/http/request_reader.h"

namespace {

using tocsin::http::ReadLimits;
using tocsin::http::Request;
using tocsin::http::RequestReader;

struct Seen {
  std::vector<Request> requests;
  int refused = 0;
};

Seen read_all(std::string_view bytes, std::size_t piece, const ReadLimits& limits) {
  RequestReader reader(limits);
  Seen seen;
  while (!bytes.empty()) {
    const std::string copy(bytes.substr(0, piece));  // its own allocation: reading past it is seen
    const std::size_t used = reader.take(copy);
    if (used > copy.size()) std::abort();
    bytes.remove_prefix(used);
    if (reader.state() == RequestReader::State::Refused) {
      seen.refused = reader.refusal().status;
      return seen;
    }
    if (reader.state() == RequestReader::State::Complete) {
      seen.requests.push_back(reader.release().request);
    } else if (used == 0) {
      std::abort();  // it neither moves nor ends
    }
    if (reader.wants_continue()) reader.continued();
  }
  return seen;
}

bool same(const Request& a, const Request& b) {
  return a.method == b.method && a.target == b.target && a.path == b.path && a.query == b.query &&
         a.body == b.body &&
         std::equal(a.headers.begin(), a.headers.end(), b.headers.begin(), b.headers.end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ReadLimits limits{.header_bytes = 512, .body_bytes = 4096};
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Seen whole = read_all(bytes, bytes.size(), limits);
  const Seen pieces = read_all(bytes, 1U + data[0] % 64U, limits);
  for (const Request& request : whole.requests) {
    if (request.body.size() > limits.body_bytes || request.target.size() > limits.header_bytes) std::abort();
  }
  // A long chunk line counts against the limit only where it has to be kept.
  if (whole.refused == 431 || pieces.refused == 431) return 0;
  if (whole.refused != pieces.refused || whole.requests.size() != pieces.requests.size()) std::abort();
  for (std::size_t i = 0; i < whole.requests.size(); ++i) {
    if (!same(whole.requests[i], pieces.requests[i])) std::abort();
  }
  return 0;
}
