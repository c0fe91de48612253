#include "edge/http/content_encoding.h"

#include <zlib.h>

#include <algorithm>

#include "edge/http/message.h"

namespace tocsin::http {
namespace {

constexpr int kZlibFrame = MAX_WBITS;
constexpr int kGzipFrame = MAX_WBITS + 16;
constexpr int kRaw = -MAX_WBITS;

class Stream {
 public:
  Stream(int frame, std::string_view input) {
    ready_ = inflateInit2(&z_, frame) == Z_OK;
    // zlib never writes through next_in; its interface is older than const.
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    z_.avail_in = static_cast<uInt>(input.size());
  }
  ~Stream() {
    if (ready_) inflateEnd(&z_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Inflated run(bool members, std::size_t limit, std::string& out) {
    if (!ready_) return Inflated::Malformed;
    char piece[16 * 1024];
    for (;;) {
      z_.next_out = reinterpret_cast<Bytef*>(piece);
      z_.avail_out = sizeof piece;
      const int status = ::inflate(&z_, Z_NO_FLUSH);
      const std::size_t made = sizeof piece - z_.avail_out;
      if (out.size() + made > limit) return Inflated::TooLarge;
      out.append(piece, made);
      if (status == Z_STREAM_END) {
        if (z_.avail_in == 0) return Inflated::Ok;
        if (!members || inflateReset(&z_) != Z_OK) return Inflated::Malformed;
      } else if (status != Z_OK || (z_.avail_in == 0 && made < sizeof piece)) {
        return Inflated::Malformed;  // broken, or it ends before its end mark
      }
    }
  }

 private:
  z_stream z_{};
  bool ready_ = false;
};

// The zlib frame starts with compression method 8 and a check that makes the first two bytes a multiple
// of 31.
bool has_zlib_frame(std::string_view body) {
  if (body.size() < 2) return false;
  const unsigned first = static_cast<unsigned char>(body[0]);
  const unsigned second = static_cast<unsigned char>(body[1]);
  return (first & 15U) == 8 && (first * 256 + second) % 31 == 0;
}

}  // namespace

ContentEncoding parse_content_encoding(std::string_view value) {
  if (value.empty() || equal_ignoring_case(value, "identity")) return ContentEncoding::Identity;
  if (equal_ignoring_case(value, "gzip") || equal_ignoring_case(value, "x-gzip"))
    return ContentEncoding::Gzip;
  if (equal_ignoring_case(value, "deflate")) return ContentEncoding::Deflate;
  return ContentEncoding::Unknown;
}

Inflated inflate_body(ContentEncoding encoding, std::string_view body, std::size_t limit, std::string& out) {
  if (encoding == ContentEncoding::Gzip) return Stream(kGzipFrame, body).run(true, limit, out);
  return Stream(has_zlib_frame(body) ? kZlibFrame : kRaw, body).run(false, limit, out);
}

}  // namespace tocsin::http
