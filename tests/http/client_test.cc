#include "edge/http/client.h"

#include <gtest/gtest.h>

#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "edge/http/server.h"
#include "http/certificate.h"
#include "http/gzip.h"
#include "http/raw_client.h"

namespace tocsin::http {
namespace {

using namespace std::chrono_literals;

std::string line_of(const Request& request) {
  std::string out = request.method + " " + request.path;
  for (const char* name :
       {"Content-Type", "Content-Length", "User-Agent", "Authorization", "X-Own", "X-Empty"}) {
    if (const auto value = request.headers.find(name))
      out += "|" + std::string(name) + "=" + std::string(*value);
  }
  return out + "|" + request.body;
}

Response redirect(int status, const std::string& to) {
  Response response{.status = status, .headers = {}, .body = "moved"};
  response.headers.add("Location", to);
  return response;
}

// Listens on a free port of loopback and never accepts.
class SilentListener {
 public:
  SilentListener() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(fd_, 5);
  }
  ~SilentListener() { close(); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  std::string url(const std::string& scheme) const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    return scheme + "://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

class HttpClient : public testing::Test {
 protected:
  HttpClient() {
    server_.emplace(
        Server::Options{.threads = 1},
        [this](Request r, Respond respond) { handle(std::move(r), std::move(respond)); }, log_);
    EXPECT_TRUE(server_->start());
  }

  void handle(Request request, Respond respond) {
    ++hits_;
    if (request.path == "/park") {
      const std::lock_guard lock(mutex_);
      parked_.push_back(std::move(respond));
      return;
    }
    if (request.path.starts_with("/redirect/")) {
      return respond(redirect(std::stoi(request.path.substr(10)), percent_decode(request.query)));
    }
    if (request.path == "/loop") return respond(redirect(302, "/loop"));
    if (request.path == "/large") return respond(text_response(200, std::string(2000, 'x')));
    if (request.path == "/bomb" || request.path == "/gzip") {
      Response response =
          text_response(200, compress(std::string(request.path == "/bomb" ? 1'000'000 : 500, 'a')));
      response.headers.add("Content-Encoding", "gzip");
      return respond(std::move(response));
    }
    respond(text_response(request.path == "/missing" ? 404 : 200, line_of(request)));
  }

  static std::vector<AddressRange> loopback() { return *parse_address_ranges("127.0.0.1"); }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }

  static Outcome send(Client& client, OutboundRequest request) {
    std::promise<Outcome> promise;
    client.send(std::move(request), [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
    return promise.get_future().get();
  }
  Outcome send(OutboundRequest request) { return send(client_, std::move(request)); }
  // Body, or the fault's number and text.
  static std::string text(const Outcome& outcome) {
    if (const auto* error = std::get_if<OutboundError>(&outcome)) {
      return "fault " + std::to_string(static_cast<int>(error->fault)) + ": " + error->message;
    }
    return std::get<OutboundResponse>(outcome).body;
  }
  static OutboundError error(const Outcome& outcome) {
    if (const auto* found = std::get_if<OutboundError>(&outcome)) return *found;
    ADD_FAILURE() << "no error but " << text(outcome);
    return {};
  }

  RecordingLog log_;
  std::mutex mutex_;
  std::vector<Respond> parked_;
  std::atomic<int> hits_ = 0;
  std::optional<Server> server_;
  Client client_{{.policy = {loopback()}}};
};

TEST_F(HttpClient, SendsWhatItIsGivenAndNoContentTypeOfItsOwn) {
  Headers headers;
  headers.add("X-Own", "1");
  headers.add("X-Empty", "");
  const struct {
    const char* name;
    OutboundRequest request;
    const char* seen;
  } cases[] = {
      {"get", {.url = url("/a?q=1")}, "GET /a|User-Agent=Tocsin|"},
      {"headers", {.url = url("/a"), .headers = headers}, "GET /a|User-Agent=Tocsin|X-Own=1|X-Empty=|"},
      {"post",
       {.method = "POST", .url = url("/a"), .body = "b"},
       "POST /a|Content-Length=1|User-Agent=Tocsin|b"},
      {"empty post", {.method = "POST", .url = url("/a")}, "POST /a|Content-Length=0|User-Agent=Tocsin|"},
      {"put",
       {.method = "PUT", .url = url("/a"), .body = "b"},
       "PUT /a|Content-Length=1|User-Agent=Tocsin|b"},
      {"delete", {.method = "DELETE", .url = url("/a")}, "DELETE /a|User-Agent=Tocsin|"},
      {"options", {.method = "OPTIONS", .url = url("/a")}, "OPTIONS /a|User-Agent=Tocsin|"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(text(send(c.request)), c.seen);
  }
  Headers typed;
  typed.add("content-type", "application/json");
  typed.add("User-Agent", "own");
  const std::string large = text(send({.method = "POST",
                                       .url = url("/a"),
                                       .headers = typed,
                                       .body = std::string(3'000'000, 'x'),
                                       .max_response_bytes = 4'000'000}));
  EXPECT_TRUE(
      large.starts_with("POST /a|Content-Type=application/json|Content-Length=3000000|User-Agent=own|xxx"));
}

TEST_F(HttpClient, GivesStatusHeadersAndBodyOfEveryAnswer) {
  const Outcome missing = send({.url = url("/missing")});
  const auto& response = std::get<OutboundResponse>(missing);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.find("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(std::get<OutboundResponse>(send({.method = "HEAD", .url = url("/a")})).status, 200);
  EXPECT_EQ(text(send({.url = url("/gzip")})), std::string(500, 'a'));
}

TEST_F(HttpClient, KeepsConnections) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(std::get<OutboundResponse>(send({.url = url("/a")})).status, 200);
  EXPECT_EQ(server_->counters().connections_accepted, 1U);
}

TEST_F(HttpClient, SendsManyAtOnceAndMoreFromItsCallbacks) {
  std::promise<void> all;
  std::atomic<int> left = 200;
  for (int i = 0; i < 100; ++i) {
    client_.send({.url = url("/a")}, [&](Outcome) {
      client_.send({.url = url("/b")}, [&](Outcome outcome) {
        EXPECT_EQ(std::get<OutboundResponse>(outcome).status, 200);
        if (--left == 0) all.set_value();
      });
      if (--left == 0) all.set_value();
    });
  }
  EXPECT_EQ(all.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(HttpClient, GivesUpOnAHostThatDoesNotAnswerInTime) {
  const OutboundError slow = error(send({.method = "POST", .url = url("/park"), .total_timeout = 80ms}));
  EXPECT_EQ(slow.fault, OutboundFault::TimedOut);
  EXPECT_EQ(slow.message, "The host did not answer in time.");
  EXPECT_TRUE(slow.sent) << "it may have acted on the request";
  const SilentListener silent;
  const OutboundError unreachable = error(send({.url = silent.url("https"), .connect_timeout = 80ms}));
  EXPECT_EQ(unreachable.fault, OutboundFault::TimedOut);
  EXPECT_EQ(unreachable.message, "The host could not be reached in time.");
  EXPECT_FALSE(unreachable.sent);
}

TEST_F(HttpClient, GivesUpOnATransferThatStalls) {
  const OutboundError stalled = error(send({.url = url("/park"), .total_timeout = 9s, .stall_timeout = 1s}));
  EXPECT_EQ(stalled.fault, OutboundFault::TimedOut);
}

TEST_F(HttpClient, StopsReadingAnAnswerThatIsTooLarge) {
  EXPECT_EQ(text(send({.url = url("/large"), .max_response_bytes = 2000})).size(), 2000U);
  for (const char* path : {"/large", "/bomb"}) {
    SCOPED_TRACE(path);
    const OutboundError large = error(send({.url = url(path), .max_response_bytes = 1999}));
    EXPECT_EQ(large.fault, OutboundFault::TooLarge);
    EXPECT_EQ(large.message, "The answer is too large.");
    EXPECT_EQ(large.status, 200) << "the other side did accept the request";
    EXPECT_TRUE(large.sent);
  }
}

TEST_F(HttpClient, FollowsRedirectsOnlyWhenAsked) {
  const Outcome plain = send({.url = url("/redirect/302?/a")});
  EXPECT_EQ(std::get<OutboundResponse>(plain).status, 302);
  EXPECT_EQ(std::get<OutboundResponse>(plain).headers.find("Location"), "/a");
  EXPECT_EQ(text(send({.url = url("/redirect/302?/a"), .max_redirects = 1})), "GET /a|User-Agent=Tocsin|");
  const OutboundError loop = error(send({.url = url("/loop"), .max_redirects = 3}));
  EXPECT_EQ(loop.fault, OutboundFault::TooManyRedirects);
  EXPECT_EQ(error(send({.url = url("/redirect/302?ftp://127.0.0.1/"), .max_redirects = 3})).fault,
            OutboundFault::Malformed);
}

TEST_F(HttpClient, ChangesTheMethodAsTheStatusOfARedirectDemands) {
  const struct {
    int status;
    const char* method;
    const char* seen;
  } cases[] = {
      {301, "POST", "GET /a"},  {302, "POST", "GET /a"}, {303, "POST", "GET /a"}, {307, "POST", "POST /a"},
      {308, "POST", "POST /a"}, {301, "PUT", "PUT /a"},  {302, "PUT", "GET /a"},  {303, "DELETE", "GET /a"},
      {307, "PUT", "PUT /a"},   {302, "GET", "GET /a"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.method) + " " + std::to_string(c.status));
    const std::string body = std::string(c.method) == "GET" || std::string(c.method) == "DELETE" ? "" : "b";
    const std::string seen = text(send({.method = c.method,
                                        .url = url("/redirect/" + std::to_string(c.status) + "?/a"),
                                        .body = body,
                                        .max_redirects = 1}));
    EXPECT_EQ(seen.substr(0, seen.find('|')), c.seen);
    EXPECT_EQ(seen.ends_with("|b"), std::string(c.seen) != "GET /a");
  }
}

TEST_F(HttpClient, KeepsCredentialsFromOtherOrigins) {
  Server other(
      {.threads = 1}, [](Request r, Respond respond) { respond(text_response(200, line_of(r))); }, log_);
  ASSERT_TRUE(other.start());
  Headers headers;
  headers.add("authorization", "secret");
  headers.add("X-Own", "1");
  const std::string elsewhere = "http://127.0.0.1:" + std::to_string(other.port()) + "/a";
  EXPECT_EQ(text(send({.url = url("/redirect/302?/a"), .headers = headers, .max_redirects = 1})),
            "GET /a|User-Agent=Tocsin|Authorization=secret|X-Own=1|");
  EXPECT_EQ(text(send({.url = url("/redirect/302?" + elsewhere), .headers = headers, .max_redirects = 1})),
            "GET /a|User-Agent=Tocsin|X-Own=1|");
}

TEST_F(HttpClient, RefusesPrivateAddressesInEveryDisguise) {
  Client strict({});
  const std::string port = ":" + std::to_string(server_->port()) + "/";
  for (const char* host :
       {"127.0.0.1", "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1",
        "0177.0.0.1", "127.1", "0.0.0.0", "[::]", "user@127.0.0.1", "10.0.0.1", "169.254.169.254"}) {
    SCOPED_TRACE(host);
    const OutboundError refused = error(send(strict, {.url = std::string("http://") + host + port}));
    EXPECT_EQ(refused.fault, OutboundFault::Refused);
    EXPECT_EQ(refused.message, "This address is not allowed for outgoing requests.");
    EXPECT_FALSE(refused.sent);
  }
  EXPECT_EQ(hits_, 0);
}

TEST_F(HttpClient, RefusesARedirectToAPrivateAddress) {
  const std::string forbidden = "http://127.0.0.2:" + std::to_string(server_->port()) + "/a";
  const OutboundError refused = error(send({.url = url("/redirect/302?" + forbidden), .max_redirects = 3}));
  EXPECT_EQ(refused.fault, OutboundFault::Refused);
  EXPECT_EQ(hits_, 1);
}

TEST_F(HttpClient, LetsTheOperatorsUrlsPassAndKeepsTheirConnectionsFromOthers) {
  Client strict({});
  EXPECT_EQ(text(send(strict, {.url = url("/a"), .addresses = AddressRule::SetByOperator})),
            "GET /a|User-Agent=Tocsin|");
  EXPECT_EQ(error(send(strict, {.url = url("/a")})).fault, OutboundFault::Refused);
  EXPECT_EQ(hits_, 1);
  EXPECT_EQ(text(send(strict, {.url = url("/a"), .addresses = AddressRule::SetByOperator})),
            "GET /a|User-Agent=Tocsin|");
}

TEST_F(HttpClient, IgnoresProxiesOfTheEnvironment) {
  SilentListener proxy;
  setenv("http_proxy", proxy.url("http").c_str(), 1);
  EXPECT_EQ(text(send({.url = url("/a")})), "GET /a|User-Agent=Tocsin|");
  unsetenv("http_proxy");
}

TEST_F(HttpClient, TellsFaultsApart) {
  SilentListener closed;
  const std::string nobody = closed.url("http");
  closed.close();
  Headers split;
  split.add("X", "a\r\nY: b");
  const struct {
    const char* name;
    OutboundRequest request;
    OutboundFault fault;
    const char* message;
  } cases[] = {
      {"nobody listens", {.url = nobody}, OutboundFault::Connect, "Cannot connect to the host."},
      {"no such name",
       {.url = "http://" + std::string(64, 'a') + ".test/"},
       OutboundFault::Resolve,
       "Cannot resolve the host name."},
      {"no URL", {.url = "nonsense"}, OutboundFault::Malformed, "Malformed URL."},
      {"no host", {.url = "http://"}, OutboundFault::Malformed, "Malformed URL."},
      {"another scheme", {.url = "file:///etc/passwd"}, OutboundFault::Malformed, "Malformed URL."},
      {"a line feed in the URL", {.url = url("/a\r\nX: y")}, OutboundFault::Malformed, "Malformed URL."},
      {"a line feed in a header",
       {.url = url("/a"), .headers = split},
       OutboundFault::Malformed,
       "Malformed header."},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const OutboundError got = error(send(c.request));
    EXPECT_EQ(got.fault, c.fault);
    EXPECT_EQ(got.message, c.message);
    EXPECT_FALSE(got.sent);
  }
}

TEST_F(HttpClient, VerifiesTheOtherSidesCertificate) {
  const Certificate certificate;
  const Certificate other;
  Server secure(
      {.threads = 1, .tls_cert = certificate.certificate_file(), .tls_key = certificate.key_file()},
      [](Request r, Respond respond) { respond(text_response(200, line_of(r))); }, log_);
  ASSERT_TRUE(secure.start());
  const std::string target = "https://127.0.0.1:" + std::to_string(secure.port()) + "/a";
  for (const std::string& authorities : {std::string(), other.certificate_file()}) {
    const OutboundError failed = error(send({.url = target, .ca_file = authorities}));
    EXPECT_EQ(failed.fault, OutboundFault::Tls);
    EXPECT_TRUE(failed.message.starts_with("TLS failed: SSL certificate problem: ")) << failed.message;
    EXPECT_FALSE(failed.sent);
  }
  EXPECT_EQ(text(send({.url = target, .ca_file = certificate.certificate_file()})),
            "GET /a|User-Agent=Tocsin|");
  EXPECT_EQ(error(send({.url = target})).fault, OutboundFault::Tls)
      << "a kept connection trusts nobody else's authority";
  EXPECT_EQ(error(send({.url = target, .ca_file = "/no/such/file"})).fault, OutboundFault::Tls);
  EXPECT_EQ(error(send({.url = "https" + url("/a").substr(4)})).fault, OutboundFault::Tls) << "no TLS at all";
}

TEST_F(HttpClient, EndsWhatIsInFlightWhenItGoes) {
  std::atomic<int> ended = 0;
  {
    Client client({.policy = {loopback()}});
    for (int i = 0; i < 10; ++i) {
      client.send({.url = url("/park")}, [&](Outcome outcome) {
        EXPECT_EQ(error(outcome).fault, OutboundFault::Other);
        EXPECT_EQ(error(outcome).message, "The program is stopping.");
        ++ended;
      });
    }
    while (hits_ < 5) std::this_thread::yield();
  }
  EXPECT_EQ(ended, 10);
}

}  // namespace
}  // namespace tocsin::http
