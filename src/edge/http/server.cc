#include "edge/http/server.h"

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "edge/http/worker.h"

namespace tocsin::http {
namespace asio = boost::asio;
using namespace std::chrono_literals;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

namespace {

constexpr auto kAcceptPause = 50ms;
constexpr auto kAcceptLogEvery = 10s;

Result<tcp::endpoint> parse_endpoint(const std::string& address, std::uint16_t port) {
  ErrorCode ec;
  const auto parsed = asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, ec);
  if (ec) return invalid("cannot listen on " + address + ": not an IP address");
  return tcp::endpoint(parsed, port);
}

}  // namespace

class Server::Impl {
 public:
  Impl(Options options, Handler handler, Log& log)
      : settings_{.options = options,
                  .limits = {.header_bytes = options.max_header_bytes, .body_bytes = options.max_body_bytes},
                  .handler = std::move(handler),
                  .log = log,
                  .tls = nullptr} {}

  Result<void> start();
  bool stop(std::chrono::milliseconds patience);
  std::uint16_t port() const { return port_; }
  ServerCounters counters() const {
    ServerCounters sum;
    for (const auto& worker : workers_) worker->add_to(sum);
    return sum;
  }

 private:
  Result<void> listen(const tcp::endpoint& endpoint);
  void accept();
  void pause_accepting(const ErrorCode& why);
  void take_in_who_waits();
  void stop_accepting();

  Settings settings_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Acceptor> acceptor_;  // on the first worker's thread
  std::unique_ptr<Timer> pause_;
  std::vector<std::thread> threads_;
  std::size_t next_worker_ = 0;
  std::uint16_t port_ = 0;
  Moment last_accept_log_{};
};

Result<void> Server::Impl::start() {
  const Options& options = settings_.options;
  if (!options.tls_cert.empty() || !options.tls_key.empty()) {
    TRY_AS(settings_.tls, TlsContext::load(options.tls_cert, options.tls_key));
  }
  TRY_AS(const tcp::endpoint endpoint, parse_endpoint(options.address, options.port));
  const unsigned threads =
      options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < threads; ++i) workers_.push_back(std::make_unique<Worker>(settings_));
  acceptor_ = std::make_unique<Acceptor>(workers_.front()->loop());
  pause_ = std::make_unique<Timer>(workers_.front()->loop());
  if (Result<void> listening = listen(endpoint); !listening) {
    acceptor_.reset();
    pause_.reset();
    workers_.clear();
    return listening;
  }
  accept();
  for (const auto& worker : workers_) threads_.emplace_back([&worker = *worker] { worker.run(); });
  return {};
}

Result<void> Server::Impl::listen(const tcp::endpoint& endpoint) {
  ErrorCode ec;
  acceptor_->open(endpoint.protocol(), ec);
  if (!ec) acceptor_->set_option(Acceptor::reuse_address(true), ec);
  if (!ec && endpoint.address().is_v6()) acceptor_->set_option(asio::ip::v6_only(false), ec);
  if (!ec) acceptor_->bind(endpoint, ec);
  if (!ec) acceptor_->listen(settings_.options.backlog, ec);
  if (ec) {
    return invalid("cannot listen on " + settings_.options.address + " port " +
                   std::to_string(endpoint.port()) + ": " + ec.message());
  }
  port_ = acceptor_->local_endpoint().port();
  return {};
}

// Connections go round the workers. Sharing the listening socket would let the kernel choose, which puts
// a client's handful of keep-alive connections on one thread as often as not.
void Server::Impl::accept() {
  Worker& worker = *workers_[next_worker_++ % workers_.size()];
  acceptor_->async_accept(worker.loop(), [this, &worker](const ErrorCode& ec, Socket socket) {
    if (!acceptor_->is_open()) return;
    if (ec) return pause_accepting(ec);
    worker.adopt(std::move(socket));
    accept();
  });
}

// Out of file descriptors, mostly: waiting costs nothing, trying again at once would spin. Clients wait in
// the backlog while connections that do nothing make room.
void Server::Impl::pause_accepting(const ErrorCode& why) {
  const Moment now = std::chrono::steady_clock::now();
  if (now - last_accept_log_ > kAcceptLogEvery) {
    last_accept_log_ = now;
    settings_.log.error("cannot accept connections; closing idle ones", {{"error", why.message()}});
  }
  for (const auto& worker : workers_) worker->close_longest_idle();
  pause_->expires_after(kAcceptPause);
  pause_->async_wait([this](const ErrorCode& ec) {
    if (!ec && acceptor_->is_open()) accept();
  });
}

// For clients in the backlog the connection stands already, and their request may be under way: closing the
// listener would reset it.
void Server::Impl::take_in_who_waits() {
  ErrorCode ec;
  acceptor_->non_blocking(true, ec);
  for (int i = 0; i < settings_.options.backlog && !ec; ++i) {
    Worker& worker = *workers_[next_worker_++ % workers_.size()];
    Socket socket = acceptor_->accept(worker.loop(), ec);
    if (!ec) worker.adopt(std::move(socket));
  }
}

void Server::Impl::stop_accepting() {
  std::promise<void> closed;
  asio::post(workers_.front()->loop(), [this, &closed] {
    take_in_who_waits();
    ErrorCode ignored;
    acceptor_->close(ignored);
    pause_->cancel();
    closed.set_value();
  });
  closed.get_future().wait();
}

bool Server::Impl::stop(std::chrono::milliseconds patience) {
  if (threads_.empty()) return true;
  stop_accepting();
  const Moment deadline = std::chrono::steady_clock::now() + patience;
  std::vector<std::future<void>> drained;
  for (const auto& worker : workers_) drained.push_back(worker->drain());
  bool all = true;
  for (const auto& one : drained) all = one.wait_until(deadline) == std::future_status::ready && all;
  for (const auto& worker : workers_) worker->end();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return all;
}

Server::Server(Options options, Handler handler, Log& log)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler), log)) {}
Server::~Server() {
  impl_->stop(0ms);
}
Result<void> Server::start() {
  return impl_->start();
}
std::uint16_t Server::port() const {
  return impl_->port();
}
bool Server::stop(std::chrono::milliseconds patience) {
  return impl_->stop(patience);
}
ServerCounters Server::counters() const {
  return impl_->counters();
}

}  // namespace tocsin::http
