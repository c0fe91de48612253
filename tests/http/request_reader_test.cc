#include "edge/http/request_reader.h"

#include <gtest/gtest.h>

#include "http/gzip.h"

namespace tocsin::http {
namespace {

using State = RequestReader::State;

const ReadLimits kLimits{.header_bytes = 400, .body_bytes = 1000};

// Feeds `bytes` in pieces of `size`; what came of the first request.
struct Outcome {
  State state = State::Idle;
  Refusal refusal;
  ReceivedRequest received;
  std::size_t used = 0;
};
Outcome read(std::string_view bytes, std::size_t size = std::string_view::npos) {
  RequestReader reader(kLimits);
  Outcome out;
  while (!bytes.empty() && (reader.state() == State::Idle || reader.state() == State::Reading)) {
    const std::size_t used = reader.take(bytes.substr(0, size));
    out.used += used;
    bytes.remove_prefix(used);
  }
  out.state = reader.state();
  if (out.state == State::Refused) out.refusal = reader.refusal();
  if (out.state == State::Complete) out.received = reader.release();
  return out;
}

std::string with_encoding(std::string_view encoding, std::string_view body) {
  return "POST /x HTTP/1.1\r\nHost: a\r\nContent-Encoding: " + std::string(encoding) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

TEST(RequestReader, GivesMethodTargetHeadersAndBody) {
  const std::string bytes =
      "POST /a%20b/?x=1&y=%2F HTTP/1.1\r\nHost: h:80\r\nX-Twice: 1\r\nx-twice:  2 \r\n"
      "Content-Length: 5\r\n\r\nhelloGET";
  for (const std::size_t size : {bytes.size(), std::size_t{1}, std::size_t{7}}) {
    SCOPED_TRACE(size);
    const Outcome got = read(bytes, size);
    ASSERT_EQ(got.state, State::Complete);
    EXPECT_EQ(got.used, bytes.size() - 3);
    const Request& request = got.received.request;
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a%20b/?x=1&y=%2F");
    EXPECT_EQ(request.path, "/a b/");
    EXPECT_EQ(request.query, "x=1&y=%2F");
    EXPECT_EQ(request.body, "hello");
    ASSERT_EQ(request.headers.size(), 4U);
    EXPECT_EQ((request.headers.begin() + 2)->second, "2");
    EXPECT_EQ(request.headers.find("host"), "h:80");
    EXPECT_TRUE(got.received.keep_alive);
    EXPECT_EQ(got.received.bytes, bytes.size() - 3);
  }
}

TEST(RequestReader, ReadsOneRequestAfterTheOther) {
  const std::string bytes = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /2 HTTP/1.0\r\n\r\n";
  RequestReader reader(kLimits);
  std::size_t used = reader.take(bytes);
  ASSERT_EQ(reader.state(), State::Complete);
  EXPECT_EQ(reader.take(bytes), 0U) << "nothing is taken before the first was released";
  EXPECT_EQ(reader.release().request.path, "/1");
  EXPECT_EQ(reader.state(), State::Idle);
  used += reader.take(std::string_view(bytes).substr(used));
  ASSERT_EQ(reader.state(), State::Complete);
  EXPECT_EQ(used, bytes.size());
  const ReceivedRequest second = reader.release();
  EXPECT_EQ(second.request.path, "/2");
  EXPECT_TRUE(second.http_1_0);
  EXPECT_FALSE(second.keep_alive);
}

TEST(RequestReader, JoinsChunks) {
  const std::string bytes =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5;name=\"value\"\r\nhello\r\n1\r\n \r\n0A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nrest";
  for (const std::size_t size : {bytes.size(), std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    SCOPED_TRACE(size);
    const Outcome got = read(bytes, size);
    ASSERT_EQ(got.state, State::Complete) << got.refusal.status << got.refusal.detail;
    EXPECT_EQ(got.received.request.body, "hello 0123456789");
    EXPECT_EQ(got.received.request.headers.size(), 2U) << "trailers are not headers";
    EXPECT_EQ(got.used, bytes.size() - 4);
  }
}

TEST(RequestReader, TellsWhetherTheConnectionStays) {
  const struct {
    const char* head;
    bool keep_alive;
  } cases[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n", true},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n", false},
      {"GET / HTTP/1.0\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.head);
    const Outcome got = read(std::string(c.head) + "\r\n");
    ASSERT_EQ(got.state, State::Complete);
    EXPECT_EQ(got.received.keep_alive, c.keep_alive);
  }
}

TEST(RequestReader, FindsThePathInEveryFormOfTarget) {
  const struct {
    const char* line;
    const char* path;
    const char* query;
  } cases[] = {
      {"GET /", "/", ""},
      {"GET /?", "/", ""},
      {"GET /a?b?c", "/a", "b?c"},
      {"OPTIONS *", "*", ""},
      {"GET http://h/p?q", "/p", "q"},
      {"GET http://h", "/", ""},
      {"GET http://h?q", "/", "q"},
      {"GET /%zz%41", "/%zzA", ""},
      {"CONNECT h:1", "h:1", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    const Outcome got = read(std::string(c.line) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_EQ(got.state, State::Complete);
    EXPECT_EQ(got.received.request.path, c.path);
    EXPECT_EQ(got.received.request.query, c.query);
  }
}

// What a proxy in front could read differently, and what is no HTTP at all.
TEST(RequestReader, RefusesWhatCanBeReadInTwoWays) {
  const std::string host = "Host: a\r\n";
  const std::string post = "POST / HTTP/1.1\r\n" + host;
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  const struct {
    const char* name;
    std::string bytes;
    int status;
  } cases[] = {
      {"length and transfer encoding", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"transfer encoding and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400},
      {"unknown transfer encoding and length",
       post + "Content-Length: 3\r\nTransfer-Encoding: xchunked\r\n\r\n", 400},
      {"transfer encoding twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"transfer encoding list", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"transfer encoding identity", post + "Transfer-Encoding: identity\r\n\r\n", 501},
      {"transfer encoding with a tab", post + "Transfer-Encoding: chunked\x0b\r\n\r\n", 400},
      {"transfer encoding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"two lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
      {"the same length twice", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\n", 400},
      {"length list", post + "Content-Length: 3, 3\r\n\r\n", 400},
      {"negative length", post + "Content-Length: -1\r\n\r\n", 400},
      {"length with a sign", post + "Content-Length: +3\r\n\r\n", 400},
      {"length in hex", post + "Content-Length: 0x3\r\n\r\n", 400},
      {"length beyond 64 bits", post + "Content-Length: 18446744073709551617\r\n\r\n", 400},
      {"empty length", post + "Content-Length: \r\n\r\n", 400},
      {"folded line", post + "X: a\r\n b\r\n\r\n", 400},
      {"folded length", post + "Content-Length:\r\n 3\r\n\r\nabc", 400},
      {"space before the colon", post + "Content-Length : 3\r\n\r\nabc", 400},
      {"bare line feeds", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"one bare line feed", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
      {"bare carriage return", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400},
      {"zero byte in a value", post + std::string("X: a\0b\r\n\r\n", 10), 400},
      {"empty field name", post + ": x\r\n\r\n", 400},
      {"line without a colon", post + "nonsense\r\n\r\n", 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
      {"unfinished version", "GET / H\r\n\r\n", 400},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"HTTP/0.9", "GET /\r\n\r\n", 400},
      {"two spaces", "GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"target without a slash", "GET x HTTP/1.1\r\n" + host + "\r\n", 400},
      {"a TLS hello", "\x16\x03\x01\x02", 400},
      {"chunk size is no number", chunked + "x\r\n", 400},
      {"chunk size beyond 64 bits", chunked + "fffffffffffffffff\r\n", 400},
      {"chunk longer than said", chunked + "1\r\nab\r\n0\r\n\r\n", 400},
      {"chunk line ends in a bare line feed", chunked + "1\na\n0\n\n\r\n", 400},
      {"line feed inside a chunk extension", chunked + "1;a=\"\n\"\r\na\r\n0\r\n\r\n", 400},
      {"length as a trailer", chunked + "0\r\nContent-Length: 3\r\n\r\n", 400},
      {"unknown expectation", post + "Expect: miracles\r\n\r\n", 417},
      {"unknown content encoding", with_encoding("br", "x"), 415},
      {"several content encodings", with_encoding("gzip, gzip", "x"), 415},
  };
  for (const auto& c : cases) {
    for (const std::size_t size : {c.bytes.size(), std::size_t{1}}) {
      SCOPED_TRACE(std::string(c.name) + ", pieces of " + std::to_string(size));
      const Outcome got = read(c.bytes, size);
      ASSERT_EQ(got.state, State::Refused);
      EXPECT_EQ(got.refusal.status, c.status);
    }
  }
}

TEST(RequestReader, HoldsItsLimits) {
  const auto header_of = [](std::size_t size) {
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
  };
  const auto body_of = [](std::size_t size) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
           std::string(size, 'x');
  };
  const std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const struct {
    const char* name;
    std::string bytes;
    int status;  // 0: accepted
  } cases[] = {
      {"header of the limit", header_of(400), 0},
      {"header one too long", header_of(401), 431},
      {"header without an end", "GET / HTTP/1.1\r\nX: " + std::string(1000, 'x'), 431},
      {"request line without an end", "GET /" + std::string(1000, 'x'), 431},
      {"body of the limit", body_of(1000), 0},
      {"body one too long", body_of(1001), 413},
      {"body only announced", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", 413},
      {"chunks of the limit",
       chunked + "1f4\r\n" + std::string(500, 'x') + "\r\n1f4\r\n" + std::string(500, 'x') + "\r\n0\r\n\r\n",
       0},
      {"chunks over the limit",
       chunked + "1f4\r\n" + std::string(500, 'x') + "\r\n1f5\r\n" + std::string(501, 'x'), 413},
      {"chunk line without an end", chunked + "1;" + std::string(1000, 'x'), 431},
      {"trailers without an end", chunked + "0\r\nX: " + std::string(1000, 'x'), 431},
  };
  for (const auto& c : cases) {
    for (const std::size_t size : {c.bytes.size(), std::size_t{1}}) {
      SCOPED_TRACE(std::string(c.name) + ", pieces of " + std::to_string(size));
      const Outcome got = read(c.bytes, size);
      EXPECT_EQ(got.state, c.status == 0 ? State::Complete : State::Refused);
      EXPECT_EQ(got.state == State::Refused ? got.refusal.status : 0, c.status);
    }
  }
}

TEST(RequestReader, UndoesCompressedBodies) {
  const std::string text(900, 'a');
  const std::string gzip = compress(text.substr(0, 400), 31);
  const struct {
    const char* name;
    std::string bytes;
    int status;  // 0: the body is `text`
  } cases[] = {
      {"gzip", with_encoding("gzip", compress(text, 31)), 0},
      {"x-gzip in capitals", with_encoding("X-GZip", compress(text, 31)), 0},
      {"gzip of two members", with_encoding("gzip", gzip + compress(text.substr(400), 31)), 0},
      {"deflate", with_encoding("deflate", compress(text, 15)), 0},
      {"raw deflate", with_encoding("deflate", compress(text, -15)), 0},
      {"identity", with_encoding("identity", text), 0},
      {"truncated", with_encoding("gzip", compress(text, 31).substr(0, 20)), 400},
      {"not gzip", with_encoding("gzip", "plain"), 400},
      {"bytes behind the end", with_encoding("gzip", gzip + "junk"), 400},
      {"inflates beyond the limit", with_encoding("gzip", compress(std::string(1001, 'a'), 31)), 413},
      {"a bomb", with_encoding("gzip", compress(std::string(500'000, 'a'), 31)), 413},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Outcome got = read(c.bytes);
    ASSERT_EQ(got.state, c.status == 0 ? State::Complete : State::Refused);
    if (c.status == 0) {
      EXPECT_EQ(got.received.request.body, text);
    } else {
      EXPECT_EQ(got.refusal.status, c.status);
    }
  }
}

TEST(RequestReader, SaysWhenTheClientWaitsForContinue) {
  RequestReader reader(kLimits);
  reader.take("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n");
  EXPECT_FALSE(reader.wants_continue());
  reader.take("\r\n");
  EXPECT_TRUE(reader.wants_continue());
  reader.continued();
  EXPECT_FALSE(reader.wants_continue());
  reader.take("ab");
  EXPECT_EQ(reader.state(), State::Complete);
}

}  // namespace
}  // namespace tocsin::http
