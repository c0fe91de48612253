#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <fstream>

#include "edge/http/server.h"
#include "http/certificate.h"
#include "http/raw_client.h"

namespace tocsin::http {
namespace {

using namespace std::chrono_literals;

// A blocking TLS client that trusts exactly one certificate.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, const Certificate& trusted, int highest_version = TLS1_3_VERSION)
      : raw_(port), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free), ssl_(nullptr, SSL_free) {
    SSL_CTX_load_verify_locations(context_.get(), trusted.certificate_file().c_str(), nullptr);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_max_proto_version(context_.get(), highest_version);
    ssl_.reset(SSL_new(context_.get()));
    static constexpr unsigned char kOffered[] = "\x02h2\x08http/1.1";
    SSL_set_alpn_protos(ssl_.get(), kOffered, sizeof kOffered - 1);
    SSL_set_fd(ssl_.get(), raw_.fd());
    connected_ = SSL_connect(ssl_.get()) == 1;
  }

  bool connected() const { return connected_; }
  std::string version() const { return SSL_get_version(ssl_.get()); }
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &length);
    return {reinterpret_cast<const char*>(name), length};
  }

  // Sends `bytes`, reads until the answer ends with `last`, or all there is.
  std::string ask(std::string_view bytes, std::string_view last) {
    SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    std::string answer;
    char piece[8192];
    while (!answer.ends_with(last) || last.empty()) {
      const int got = SSL_read(ssl_.get(), piece, sizeof piece);
      if (got <= 0) {
        ended_in_order_ = SSL_get_error(ssl_.get(), got) == SSL_ERROR_ZERO_RETURN;
        break;
      }
      answer.append(piece, static_cast<std::size_t>(got));
    }
    return answer;
  }
  bool ended_in_order() const { return ended_in_order_; }

 private:
  RawClient raw_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  bool connected_ = false;
  bool ended_in_order_ = false;
};

class HttpTls : public testing::Test {
 protected:
  void start(Server::Options options = {}) {
    options.tls_cert = certificate_.certificate_file();
    options.tls_key = certificate_.key_file();
    server_.emplace(
        std::move(options),
        [](Request request, Respond respond) {
          const std::size_t size = request.path == "/big" ? 5'000'000 : 0;
          respond(text_response(200, request.body + std::string(size, 'x') + "."));
        },
        log_);
    ASSERT_TRUE(server_->start());
  }

  Certificate certificate_;
  RecordingLog log_;
  std::optional<Server> server_;
};

TEST_F(HttpTls, AnswersManyRequestsOverOneSession) {
  start();
  for (const auto& [version, name] :
       {std::pair{TLS1_2_VERSION, "TLSv1.2"}, std::pair{TLS1_3_VERSION, "TLSv1.3"}}) {
    TlsClient client(server_->port(), certificate_, version);
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(client.version(), name);
    EXPECT_EQ(client.protocol(), "http/1.1");
    EXPECT_TRUE(client.ask(post("/", "hello"), "hello.").starts_with("HTTP/1.1 200 OK\r\n"));
    const std::string large(300'000, 'y');
    EXPECT_TRUE(client.ask(post("/", large), ".").ends_with("\r\n\r\n" + large + "."));
    EXPECT_GT(client.ask(get("/big"), ".").size(), 5'000'000U);
    client.ask(get("/", "Connection: close\r\n"), "");
    EXPECT_TRUE(client.ended_in_order());
  }
}

TEST_F(HttpTls, RefusesOldProtocolVersions) {
  start();
  EXPECT_FALSE(TlsClient(server_->port(), certificate_, TLS1_1_VERSION).connected());
  EXPECT_TRUE(TlsClient(server_->port(), certificate_).connected());
}

TEST_F(HttpTls, ClosesOnClientsThatSpeakPlainHttp) {
  start();
  RawClient plain(server_->port());
  EXPECT_NE(plain.ask(get("/")).status, 200);
}

TEST_F(HttpTls, CutsOffHandshakesThatNeverFinish) {
  start({.request_timeout = 80ms});
  RawClient silent(server_->port());
  EXPECT_TRUE(silent.ended());
}

TEST_F(HttpTls, SaysWhichFileIsWrong) {
  const Certificate other;
  const std::string nonsense = certificate_.certificate_file() + ".txt";
  std::ofstream(nonsense) << "no PEM";
  const struct {
    std::string certificate;
    std::string key;
    std::string message;
  } cases[] = {
      {certificate_.certificate_file(), "/no/key", "TLS key /no/key: No such file or directory"},
      {nonsense, other.key_file(), "TLS certificate " + nonsense + ": no start line"},
      {certificate_.certificate_file(), other.key_file(),
       "TLS key " + other.key_file() + ": key values mismatch"},
      {certificate_.certificate_file(), "", "TLS needs both a certificate and a key"},
  };
  for (const auto& c : cases) {
    Server server(
        {.tls_cert = c.certificate, .tls_key = c.key}, [](Request, Respond) {}, log_);
    const Result<void> started = server.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().message, c.message);
  }
}

}  // namespace
}  // namespace tocsin::http
