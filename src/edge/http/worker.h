// One network thread: event loop, its connections, its mailbox, one tick that ends what has waited too long.
// Private to the server (includes Asio).
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "edge/http/mailbox.h"
#include "edge/http/request_reader.h"
#include "edge/http/server.h"
#include "edge/http/tls_session.h"

namespace tocsin::http {

// Concrete executors: type-erased ones cost an allocation per operation.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Moment = std::chrono::steady_clock::time_point;

class Connection;

// What all workers share; outlives them.
struct Settings {
  ServerOptions options;
  ReadLimits limits;
  Handler handler;
  Log& log;
  std::shared_ptr<const TlsContext> tls;  // null: plain
};

class Worker {
 public:
  explicit Worker(const Settings& settings);
  ~Worker();

  boost::asio::io_context& loop() { return loop_; }
  void run();  // the thread's body; returns when the loop was ended

  // From any thread.
  void adopt(Socket socket);
  void close_longest_idle();  // out of file descriptors
  std::future<void>
  drain();     // close idle connections, the others after their answers; ready when none is left
  void end();  // cut off all connections and leave run()
  void add_to(ServerCounters& sum) const;

  // For connections, on the worker's thread.
  const Settings& settings() const { return settings_; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  bool draining() const { return draining_; }
  std::string_view date();
  void forget(std::uint64_t connection);
  std::uint64_t next_exchange() { return ++exchanges_; }

  // Shared by the thread's connections, valid within one event, so that waiting connections hold no buffers.
  std::array<char, 64 * 1024> input;
  std::string plain_input;  // decrypted
  std::string output;       // answers before they are sent or encrypted
  std::string cipher_output;

  struct Counters {
    std::atomic<std::uint64_t> open = 0, accepted = 0, requests = 0, received = 0, sent = 0;
  };
  Counters counters;  // written by this thread only

 private:
  void deliver_answers();
  void schedule_tick();
  void tick();
  void report_drained();

  const Settings& settings_;
  boost::asio::io_context loop_;
  Timer timer_;
  std::chrono::milliseconds tick_;
  std::shared_ptr<Mailbox> mailbox_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::vector<Answer> answers_;
  std::uint64_t exchanges_ = 0;
  bool draining_ = false;
  std::promise<void> drained_;
  std::time_t date_second_ = 0;
  std::string date_;
};

}  // namespace tocsin::http
