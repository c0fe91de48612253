#include "edge/http/request_reader.h"

#include <algorithm>
// Beast 1.81 asserts that a last chunk comes in at least five bytes; "0\r\n" may well come alone, and is
// handled right behind the assertion. Fuzzed under the address sanitizer instead (fuzz/http_request.cc).
#define BOOST_DISABLE_ASSERTS
#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <utility>

#include "base/check.h"
#include "edge/http/content_encoding.h"

namespace tocsin::http {
namespace beast = boost::beast::http;
using ErrorCode = boost::beast::error_code;
using Text = boost::beast::string_view;

namespace {

constexpr Refusal kMalformed{400, "Malformed request."};
constexpr Refusal kHeaderTooLarge{431, "Request header too large."};
constexpr Refusal kBodyTooLarge{413, "Request body too large."};
// Reserved ahead at most: a client may announce a large body and never send it.
constexpr std::size_t kReserve = 256 * 1024;

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "/a%20b?x=1" or "http://host/a%20b?x=1" -> path "/a b", query "x=1".
bool split_target(Request& request) {
  std::string_view rest = request.target;
  if (const std::size_t scheme = rest.find("://"); rest.front() != '/' && scheme != rest.npos) {
    const std::size_t slash = rest.find_first_of("/?", scheme + 3);
    rest = slash == rest.npos ? std::string_view("/") : rest.substr(slash);
  } else if (rest.front() != '/' && rest != "*" && request.method != "CONNECT") {
    return false;
  }
  const std::size_t question = std::min(rest.find('?'), rest.size());
  const std::string_view path = rest.substr(0, question);
  request.path = path.empty() ? "/" : path.find('%') == path.npos ? std::string(path) : percent_decode(path);
  request.query = rest.substr(std::min(rest.size(), question + 1));
  return true;
}

}  // namespace

class RequestReader::Parser : public beast::basic_parser<true> {
 public:
  explicit Parser(const ReadLimits& limits) : limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(boost::none);  // checked here, so that each limit has its own answer
    eager(true);
  }

  std::size_t feed(std::string_view bytes);
  std::optional<Refusal> refusal() const { return refusal_; }
  void refuse(const Refusal& why) {
    if (!refusal_) refusal_ = why;
  }
  bool undo_content_encoding();

  ReceivedRequest received;
  bool expects_continue = false;

 private:
  std::size_t feed_header(std::string_view bytes);
  std::size_t find_header_end(std::string_view text);
  std::size_t feed_body(std::string_view bytes);
  std::size_t put_contiguous(std::string_view bytes);
  void stop(ErrorCode& ec, const Refusal& why) {
    refuse(why);
    ec = beast::error::bad_value;
  }

  void on_request_impl(beast::verb, Text method, Text target, int version, ErrorCode& ec) override;
  void on_response_impl(int, Text, int, ErrorCode&) override {}
  void on_field_impl(beast::field field, Text name, Text value, ErrorCode& ec) override;
  void on_header_impl(ErrorCode& ec) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) override;
  std::size_t on_body_impl(Text piece, ErrorCode& ec) override;
  void on_chunk_header_impl(std::uint64_t, Text extensions, ErrorCode& ec) override;
  std::size_t on_chunk_body_impl(std::uint64_t, Text piece, ErrorCode& ec) override;
  void on_finish_impl(ErrorCode&) override {}

  const ReadLimits& limits_;
  std::optional<Refusal> refusal_;
  std::string carry_;           // an unfinished header block, or an unfinished chunk line
  std::size_t line_start_ = 0;  // in the header block: the line being looked at
  std::size_t searched_ = 0;    // in the header block: no line feed before this
  int content_lengths_ = 0;
  int hosts_ = 0;
  bool framed_by_transfer_encoding_ = false;
};

// ---------------------------------------------------------------------------------------------- framing

std::size_t RequestReader::Parser::feed(std::string_view bytes) {
  const std::size_t used = is_header_done() ? feed_body(bytes) : feed_header(bytes);
  received.bytes += used;
  return used;
}

// Beast gets the header as one block: then the usual request is parsed where it lies, without a copy, and the
// guards below see whole lines.
std::size_t RequestReader::Parser::feed_header(std::string_view bytes) {
  if (carry_.empty()) {
    const std::size_t end = find_header_end(bytes);
    if (refusal_) return 0;
    if (end != 0) return put_contiguous(bytes);
    carry_ = bytes;
    return bytes.size();
  }
  const std::size_t before = carry_.size();
  carry_ += bytes.substr(0, limits_.header_bytes + 1 - std::min(limits_.header_bytes, before));
  const std::size_t end = find_header_end(carry_);
  if (refusal_) return 0;
  if (end == 0) return carry_.size() - before;
  const std::string block = std::exchange(carry_, {}).substr(0, end);
  put_contiguous(block);
  return end - before;
}

// Returns where the header block ends, 0 when it is not all there.
std::size_t RequestReader::Parser::find_header_end(std::string_view text) {
  for (;;) {
    const std::size_t feed = text.find('\n', searched_);
    if (std::min(feed, text.size()) >= limits_.header_bytes) return refuse(kHeaderTooLarge), 0;
    if (feed == text.npos) return searched_ = text.size(), 0;
    if (feed == 0 || text[feed - 1] != '\r') return refuse(kMalformed), 0;
    if (text[line_start_] == ' ' || text[line_start_] == '\t') return refuse(kMalformed), 0;
    const bool empty_line = feed == line_start_ + 1;
    line_start_ = searched_ = feed + 1;
    if (empty_line) return feed + 1;
  }
}

std::size_t RequestReader::Parser::feed_body(std::string_view bytes) {
  if (carry_.empty()) return put_contiguous(bytes);
  const std::size_t before = carry_.size();
  const std::string joined = std::exchange(carry_, {}).append(bytes);
  const std::size_t used = put_contiguous(joined);
  return used > before ? used - before : 0;
}

// What Beast wants to see again together with more bytes is kept in carry_ and counts as used.
std::size_t RequestReader::Parser::put_contiguous(std::string_view bytes) {
  ErrorCode ec;
  const std::size_t used = put({bytes.data(), bytes.size()}, ec);
  if (ec && ec != beast::error::need_more)
    refuse(ec == beast::error::header_limit ? kHeaderTooLarge : kMalformed);
  // Header blocks are complete when they get here: one that still wants more ("GET / H") is none.
  if (!is_header_done()) refuse(kMalformed);
  if (refusal_ || is_done()) return used;
  carry_ = bytes.substr(used);
  if (carry_.size() > limits_.header_bytes) refuse(kHeaderTooLarge);
  return bytes.size();
}

// ---------------------------------------------------------------------------------------------- what Beast
// found

void RequestReader::Parser::on_request_impl(beast::verb, Text method, Text target, int version,
                                            ErrorCode& ec) {
  received.request.method.assign(method.data(), method.size());
  received.request.target.assign(target.data(), target.size());
  received.http_1_0 = version == 10;
  if (!split_target(received.request)) stop(ec, kMalformed);
}

void RequestReader::Parser::on_field_impl(beast::field field, Text name, Text value, ErrorCode& ec) {
  if (is_header_done()) return;  // trailers say nothing that we use
  const std::string_view text(value.data(), value.size());
  switch (field) {
    case beast::field::content_length:
      if (++content_lengths_ > 1 || !all_digits(text)) return stop(ec, kMalformed);
      break;
    case beast::field::transfer_encoding:
      // A proxy in front may frame by the very field that we would ignore.
      if (received.http_1_0 || std::exchange(framed_by_transfer_encoding_, true)) return stop(ec, kMalformed);
      if (!equal_ignoring_case(text, "chunked")) return stop(ec, {501, "Unknown transfer encoding."});
      break;
    case beast::field::expect:
      if (!equal_ignoring_case(text, "100-continue")) return stop(ec, {417, "Unknown expectation."});
      expects_continue = !received.http_1_0;
      break;
    case beast::field::host:
      ++hosts_;
      break;
    default:
      break;
  }
  received.request.headers.add(std::string(name.data(), name.size()), std::string(text));
}

void RequestReader::Parser::on_header_impl(ErrorCode& ec) {
  if (content_lengths_ > 0 && framed_by_transfer_encoding_) return stop(ec, kMalformed);
  if (hosts_ > 1 || (hosts_ == 0 && !received.http_1_0)) return stop(ec, kMalformed);
  if (content_length().value_or(0) > limits_.body_bytes) return stop(ec, kBodyTooLarge);
  const auto encoding = received.request.headers.find("Content-Encoding");
  if (encoding && parse_content_encoding(*encoding) == ContentEncoding::Unknown) {
    return stop(ec, {415, "Unsupported content encoding."});
  }
  received.keep_alive = keep_alive();
}

void RequestReader::Parser::on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) {
  received.request.body.reserve(std::min<std::size_t>(length.value_or(0), kReserve));
}

std::size_t RequestReader::Parser::on_body_impl(Text piece, ErrorCode& ec) {
  expects_continue = false;
  if (piece.size() > limits_.body_bytes - received.request.body.size()) return stop(ec, kBodyTooLarge), 0;
  received.request.body.append(piece.data(), piece.size());
  return piece.size();
}

void RequestReader::Parser::on_chunk_header_impl(std::uint64_t, Text extensions, ErrorCode& ec) {
  // Beast allows any sign inside quotes; a proxy may end the line at a bare line feed there.
  if (std::any_of(extensions.begin(), extensions.end(),
                  [](char c) { return c >= 0 && c < ' ' && c != '\t'; })) {
    stop(ec, kMalformed);
  }
}

std::size_t RequestReader::Parser::on_chunk_body_impl(std::uint64_t, Text piece, ErrorCode& ec) {
  return on_body_impl(piece, ec);
}

bool RequestReader::Parser::undo_content_encoding() {
  const auto value = received.request.headers.find("Content-Encoding");
  if (!value || received.request.body.empty()) return true;
  const ContentEncoding encoding = parse_content_encoding(*value);
  if (encoding == ContentEncoding::Identity) return true;
  std::string plain;
  switch (inflate_body(encoding, received.request.body, limits_.body_bytes, plain)) {
    case Inflated::Ok:
      received.request.body = std::move(plain);
      return true;
    case Inflated::Malformed:
      refuse({400, "Malformed compressed body."});
      return false;
    case Inflated::TooLarge:
      refuse(kBodyTooLarge);
      return false;
  }
  return false;
}

// ---------------------------------------------------------------------------------------------- the reader

RequestReader::RequestReader(const ReadLimits& limits) : limits_(&limits) {}
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader::~RequestReader() = default;

std::size_t RequestReader::take(std::string_view bytes) {
  std::size_t used = 0;
  if (state_ == State::Idle) {
    // Some clients send an empty line after a body (RFC 9112, section 2.2).
    while (used < bytes.size() && (bytes[used] == '\r' || bytes[used] == '\n')) ++used;
    if (used == bytes.size()) return used;
    const bool letter = (bytes[used] | 0x20) >= 'a' && (bytes[used] | 0x20) <= 'z';
    if (!letter) {  // a TLS hello, say: do not wait for the end of a line that never comes
      refusal_ = kMalformed;
      state_ = State::Refused;
      return used;
    }
    parser_ = std::make_unique<Parser>(*limits_);
    state_ = State::Reading;
  }
  if (state_ != State::Reading) return 0;
  used += parser_->feed(bytes.substr(used));
  state_ = conclude();
  return used;
}

RequestReader::State RequestReader::conclude() {
  const bool done = !parser_->refusal() && parser_->is_done() && parser_->undo_content_encoding();
  if (const auto refusal = parser_->refusal()) {
    refusal_ = *refusal;
    parser_.reset();
    return State::Refused;
  }
  return done ? State::Complete : State::Reading;
}

bool RequestReader::wants_continue() const {
  return state_ == State::Reading && parser_->is_header_done() && parser_->expects_continue;
}

void RequestReader::continued() {
  if (parser_) parser_->expects_continue = false;
}

ReceivedRequest RequestReader::release() {
  TOCSIN_CHECK(state_ == State::Complete);
  ReceivedRequest out = std::move(parser_->received);
  parser_.reset();
  state_ = State::Idle;
  return out;
}

}  // namespace tocsin::http
