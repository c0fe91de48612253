// The bytes of one connection -> its requests, without sockets: framing, limits, guards against request
// smuggling.
//
// Feed bytes as they come, cut anywhere; a request comes out when its last byte went in. Parsing itself is
// Boost.Beast's parser, fed by hand; what Beast lets pass and a proxy in front may read differently is
// refused here: obs-fold, bare line feeds, Content-Length lists or repeats, any Transfer-Encoding but
// "chunked", both framings at once. A refused stream cannot be read on, because nobody knows where its next
// request starts: answer and close.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "edge/http/message.h"

namespace tocsin::http {

struct ReadLimits {
  std::size_t header_bytes =
      16 * 1024;  // request line, header fields and, in chunked bodies, each chunk line
  std::size_t body_bytes = 10 * 1024 * 1024;  // before and after undoing the content encoding
};

struct ReceivedRequest {
  Request request;  // without remote_address
  bool http_1_0 = false;
  bool keep_alive = true;
  std::size_t bytes = 0;  // as received, framing included
};

struct Refusal {
  int status = 400;
  std::string_view detail;  // a literal without signs that JSON would have to escape
};

class RequestReader {
 public:
  enum class State { Idle, Reading, Complete, Refused };

  explicit RequestReader(const ReadLimits& limits);  // `limits` must outlive the reader
  RequestReader(RequestReader&&) noexcept;
  ~RequestReader();

  // Takes bytes from the front, up to the end of one request; returns how many; call again with the
  // rest. None are taken in Complete and Refused, at least one otherwise.
  std::size_t take(std::string_view bytes);
  State state() const { return state_; }

  // The client waits for "100 Continue" before it sends the body.
  bool wants_continue() const;
  void continued();

  // Only in Complete. The reader then holds no memory and is Idle.
  ReceivedRequest release();
  // Only in Refused.
  const Refusal& refusal() const { return refusal_; }

 private:
  class Parser;
  State conclude();

  const ReadLimits* limits_;
  State state_ = State::Idle;
  Refusal refusal_;
  std::unique_ptr<Parser> parser_;  // null while idle: thousands of idle connections cost next to nothing
};

}  // namespace tocsin::http
