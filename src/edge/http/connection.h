// One client connection: bytes -> requests -> handler -> answers in order -> bytes. Lives on its worker's
// thread. Private to the server (includes Asio).
//
// Invariant: at most one wait for readable and one for writable are out, and none for readable while there is
// input that must not be read on yet (`held_`, `pending_`); what a client sends too early stays in the
// kernel.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/http/request_reader.h"
#include "edge/http/tls_session.h"
#include "edge/http/worker.h"

namespace tocsin::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Worker& worker, std::uint64_t id, Socket socket);

  void start();
  void answer(Answer answer);
  void end_if_overdue(Moment now);
  void close_if_idle();
  bool idle() const;
  Moment deadline() const { return deadline_; }
  void close();

 private:
  enum class Phase {
    Open,
    Finishing,  // the last answer is on its way out
    Lingering,  // all is said: wait for the client to hang up, so that a reset does not destroy what it has
                // not read
    Closed,
  };
  enum class Waiting { Nothing, ForRequest, ForRestOfRequest, ForAnswer, ForWriting, ForHangUp };

  struct Exchange {
    std::uint64_t id = 0;
    std::string method;
    bool safe = false;
    bool to_head = false;
    bool http_1_0 = false;
    bool keep_alive = true;
    std::size_t bytes_in = 0;
    Moment started;
    std::optional<Response> response;
  };

  void wait_readable();
  void wait_writable();
  void on_readable();
  void take_input(std::string_view bytes);
  void step(std::string_view arrived);
  bool write_next_answer();
  bool start_held();
  bool read_next(std::string_view& unread);
  void call_handler(Request request, std::uint64_t exchange);
  void store(Answer answer);
  void refuse(const Refusal& why);
  bool may_start(const Request& request) const;
  void flush();
  void send(std::string& bytes);
  void send_rest();
  void settle();
  void linger();
  Waiting waiting_for() const;
  void set_deadline(Waiting now);

  Worker& worker_;
  const std::uint64_t id_;
  Socket socket_;
  std::unique_ptr<TlsSession> tls_;
  std::string remote_address_;
  RequestReader reader_;
  std::optional<ReceivedRequest> held_;  // complete, but must wait for the answers before it
  std::string pending_;                  // received behind held_
  std::vector<Exchange> in_flight_;      // in the order of the requests
  std::string unsent_;                   // what the kernel did not take yet
  std::size_t unsent_from_ = 0;
  Phase phase_ = Phase::Open;
  bool waits_readable_ = false;
  bool waits_writable_ = false;
  bool client_finished_ = false;  // it will send no more, but may still read
  Waiting waiting_ = Waiting::Nothing;
  std::uint64_t requests_ = 0;
  std::uint64_t requests_at_deadline_ = 0;
  Moment deadline_ = Moment::max();
};

}  // namespace tocsin::http
