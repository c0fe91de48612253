// The HTTP/1.1 server: sockets and threads around a Handler (message.h). Knows no alerts.
//
//   Server server({.address = "0.0.0.0", .port = 8080}, handler, log);
//   TRY(server.start());
//   ...
//   server.stop();      // finishes what is in flight, at most 10 s
//
// Each network thread has its own event loop and its own connections; a connection never changes its thread.
// The handler runs there and must not block. It may answer at once or later from any thread: answers travel
// back through the thread's mailbox, many for one wake-up. Answers leave in the order of the requests;
// requests of one connection run side by side only if all of them are safe (RFC 9112, section 9.3.2). A
// handler that throws, or drops its Respond, makes a 500 and a line in the log; a second answer is ignored.
// Limits answer 400, 408, 413, 415, 417, 431, 501 with {"detail": ...} and close the connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "edge/http/message.h"

namespace tocsin::http {

// One answered request, for metrics.
struct RequestInfo {
  std::string_view method;
  std::string_view route;  // Response::route
  int status = 0;
  std::size_t bytes_in = 0;  // framing included
  std::size_t bytes_out = 0;
  std::chrono::microseconds duration{0};  // from the last byte of the request to its answer
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // IPv4 or IPv6, or "localhost"
  std::uint16_t port = 0;             // 0: any free one, see Server::port()
  unsigned threads = 0;               // 0: one per core
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 10 * 1024 * 1024;
  // Longer than Go's 90 s and Alertmanager's 5 minutes: clients then hang up first, and no POST meets our
  // close.
  std::chrono::milliseconds idle_timeout{330'000};
  std::chrono::milliseconds request_timeout{60'000};  // from a request's first byte to its last
  std::chrono::milliseconds write_timeout{30'000};    // without the client taking a byte
  int backlog = 4096;                                 // capped by net.core.somaxconn
  std::string tls_cert = {};                          // PEM file with the chain; empty: plain HTTP
  std::string tls_key = {};
  std::function<void(const RequestInfo&)> observer =
      {};  // called on network threads; must not block or throw
};

struct ServerCounters {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t requests = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
};

class Server {
 public:
  using Options = ServerOptions;

  Server(Options options, Handler handler, Log& log);
  ~Server();  // stops without waiting for requests in flight
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds, listens and starts the threads. Fails on a bad or busy address and on unreadable TLS files.
  Result<void> start();
  std::uint16_t port() const;
  // Stops accepting, closes idle connections, answers requests in flight, then ends the threads. What is
  // still open after `patience` is cut off. Returns whether everything ended in time.
  bool stop(std::chrono::milliseconds patience = std::chrono::seconds(10));
  ServerCounters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin::http
