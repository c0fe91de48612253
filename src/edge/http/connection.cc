#include "edge/http/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

#include "edge/http/response_writer.h"

namespace tocsin::http {
namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

namespace {

constexpr std::size_t kMaxInFlight = 16;
constexpr std::chrono::seconds kLinger{2};
constexpr std::size_t kKeepScratch = 256 * 1024;  // larger scratch buffers are given back

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

Response detail_response(int status, std::string_view detail) {
  return json_response(status, "{\"detail\":\"" + std::string(detail) + "\"}");
}

Response server_error() {
  return detail_response(500, "A server error occurred.");
}

// A listener on "::" sees IPv4 clients as ::ffff:a.b.c.d.
std::string plain_text(const asio::ip::address& address) {
  const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  return (mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()) : address).to_string();
}

void clear_scratch(std::string& scratch) {
  scratch.clear();
  if (scratch.capacity() > kKeepScratch) scratch.shrink_to_fit();
}

bool would_block(const ErrorCode& ec) {
  return ec == asio::error::would_block || ec == asio::error::try_again;
}

}  // namespace

Connection::Connection(Worker& worker, std::uint64_t id, Socket socket)
    : worker_(worker), id_(id), socket_(std::move(socket)), reader_(worker.settings().limits) {
  if (worker.settings().tls) tls_ = std::make_unique<TlsSession>(*worker.settings().tls);
}

void Connection::start() {
  ErrorCode ec;
  const auto peer = socket_.remote_endpoint(ec);
  if (!ec) remote_address_ = plain_text(peer.address());
  if (!ec) socket_.non_blocking(true, ec);
  if (ec) return close();  // it hung up before we looked
  socket_.set_option(asio::ip::tcp::no_delay(true), ec);
  settle();
}

// ---------------------------------------------------------------------------------------------- reading

void Connection::wait_readable() {
  if (waits_readable_) return;
  waits_readable_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const ErrorCode& ec) {
    self->waits_readable_ = false;
    if (!ec) self->on_readable();
  });
}

void Connection::on_readable() {
  if (phase_ == Phase::Closed) return;
  ErrorCode ec;
  const std::size_t got = socket_.read_some(asio::buffer(worker_.input), ec);
  if (would_block(ec)) return settle();
  if (ec && ec != asio::error::eof) return close();
  worker_.counters.received.fetch_add(got, std::memory_order_relaxed);
  if (ec == asio::error::eof) {
    client_finished_ = true;
    return phase_ == Phase::Lingering ? close() : settle();
  }
  if (phase_ != Phase::Open) return settle();  // said goodbye already: read to throw away
  take_input({worker_.input.data(), got});
}

void Connection::take_input(std::string_view bytes) {
  if (!tls_) return step(bytes);
  clear_scratch(worker_.plain_input);
  const auto received = tls_->receive(bytes, worker_.plain_input, worker_.cipher_output);
  send(worker_.cipher_output);
  clear_scratch(worker_.cipher_output);
  if (phase_ == Phase::Closed) return;
  if (received == TlsSession::Received::Failed) return close();
  if (received == TlsSession::Received::Ended) client_finished_ = true;
  step(worker_.plain_input);
}

// ---------------------------------------------------------------------------------------------- the heart

// Moves everything that can move: answers out in order, held requests to the handler, bytes to requests.
// Handlers that answer at once do so while this runs; the loop picks their answers up.
void Connection::step(std::string_view arrived) {
  std::string_view unread = pending_.empty() ? arrived : std::string_view(pending_);
  while (phase_ == Phase::Open && (write_next_answer() || start_held() || read_next(unread))) {
  }
  if (phase_ != Phase::Open) {
    pending_ = {};
  } else if (pending_.empty()) {
    pending_ = unread;
  } else {
    pending_.erase(0, pending_.size() - unread.size());
  }
  if (pending_.empty() && pending_.capacity() > 1024) pending_ = {};
  flush();
  settle();
}

bool Connection::write_next_answer() {
  if (in_flight_.empty() || !in_flight_.front().response) return false;
  const Exchange exchange = std::move(in_flight_.front());
  in_flight_.erase(in_flight_.begin());
  const Response& response = *exchange.response;
  const bool keep_alive = exchange.keep_alive && !worker_.draining();
  const std::size_t before = worker_.output.size();
  append_response(worker_.output, response,
                  {.to_head = exchange.to_head,
                   .to_http_1_0 = exchange.http_1_0,
                   .keep_alive = keep_alive,
                   .date = worker_.date()});
  if (const auto& observer = worker_.settings().options.observer) {
    const auto took = std::chrono::steady_clock::now() - exchange.started;
    observer({.method = exchange.method,
              .route = response.route,
              .status = response.status,
              .bytes_in = exchange.bytes_in,
              .bytes_out = worker_.output.size() - before,
              .duration = std::chrono::duration_cast<std::chrono::microseconds>(took)});
  }
  if (!keep_alive) {  // requests behind it were not promised an answer; their handlers' answers go nowhere
    phase_ = Phase::Finishing;
    in_flight_.clear();
    held_.reset();
  }
  return true;
}

bool Connection::may_start(const Request& request) const {
  if (in_flight_.empty()) return true;
  const bool all_safe =
      std::all_of(in_flight_.begin(), in_flight_.end(), [](const Exchange& e) { return e.safe; });
  return all_safe && is_safe(request.method) && in_flight_.size() < kMaxInFlight;
}

bool Connection::start_held() {
  // A client that does not read its answers gets no new ones.
  if (!held_ || !may_start(held_->request) || !unsent_.empty()) return false;
  ReceivedRequest received = *std::exchange(held_, std::nullopt);
  received.request.remote_address = remote_address_;
  in_flight_.push_back({.id = worker_.next_exchange(),
                        .method = received.request.method,
                        .safe = is_safe(received.request.method),
                        .to_head = received.request.method == "HEAD",
                        .http_1_0 = received.http_1_0,
                        .keep_alive = received.keep_alive,
                        .bytes_in = received.bytes,
                        .started = std::chrono::steady_clock::now(),
                        .response = std::nullopt});
  worker_.counters.requests.fetch_add(1, std::memory_order_relaxed);
  call_handler(std::move(received.request), in_flight_.back().id);
  return true;
}

void Connection::call_handler(Request request, std::uint64_t exchange) {
  Mailbox::Expected expected(*worker_.mailbox(), id_, exchange);
  try {
    const auto ticket = std::make_shared<Ticket>(worker_.mailbox(), id_, exchange);
    worker_.settings().handler(std::move(request),
                               [ticket](Response response) { ticket->answer(std::move(response)); });
  } catch (const std::exception& error) {
    worker_.settings().log.error("HTTP handler failed", {{"error", error.what()}});
  } catch (...) {
    worker_.settings().log.error("HTTP handler failed", {{"error", "not a std::exception"}});
  }
  // After a throw the ticket went down with the handler's Respond: its answer is the 500.
  if (expected.answer) store(*std::move(expected.answer));
}

void Connection::store(Answer answer) {
  const auto exchange = std::find_if(in_flight_.begin(), in_flight_.end(),
                                     [&](const Exchange& e) { return e.id == answer.exchange; });
  if (exchange == in_flight_.end()) return;
  if (answer.dropped)
    worker_.settings().log.error("HTTP request left without an answer", {{"method", exchange->method}});
  exchange->response = answer.dropped ? server_error() : std::move(answer.response);
}

void Connection::answer(Answer answer) {
  store(std::move(answer));
  step({});
}

bool Connection::read_next(std::string_view& unread) {
  if (reader_.wants_continue() && in_flight_.empty()) {
    worker_.output += "HTTP/1.1 100 Continue\r\n\r\n";
    reader_.continued();
  }
  if (held_ || unread.empty() || reader_.state() == RequestReader::State::Refused) return false;
  unread.remove_prefix(reader_.take(unread));
  if (reader_.state() == RequestReader::State::Refused) {
    refuse(reader_.refusal());
  } else if (reader_.state() == RequestReader::State::Complete) {
    held_ = reader_.release();
    ++requests_;
  }
  return true;
}

// Takes its turn behind the answers that are still to come.
void Connection::refuse(const Refusal& why) {
  in_flight_.push_back({.id = worker_.next_exchange(),
                        .method = {},
                        .safe = false,
                        .to_head = false,
                        .http_1_0 = false,
                        .keep_alive = false,
                        .bytes_in = 0,
                        .started = std::chrono::steady_clock::now(),
                        .response = detail_response(why.status, why.detail)});
}

// ---------------------------------------------------------------------------------------------- writing

void Connection::flush() {
  if (worker_.output.empty() || phase_ == Phase::Closed) return;
  if (!tls_) {
    send(worker_.output);
  } else if (tls_->send(worker_.output, worker_.cipher_output)) {
    send(worker_.cipher_output);
    clear_scratch(worker_.cipher_output);
  } else {
    close();
  }
  clear_scratch(worker_.output);
}

// Usually the kernel takes all at once and nothing is kept.
void Connection::send(std::string& bytes) {
  if (bytes.empty() || phase_ == Phase::Closed) return;
  if (!unsent_.empty()) {
    unsent_ += bytes;
    return;
  }
  ErrorCode ec;
  const std::size_t sent = socket_.write_some(asio::buffer(bytes), ec);
  if (ec && !would_block(ec)) return close();
  worker_.counters.sent.fetch_add(sent, std::memory_order_relaxed);
  if (sent < bytes.size()) unsent_.assign(bytes, sent);
}

void Connection::wait_writable() {
  if (waits_writable_) return;
  waits_writable_ = true;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const ErrorCode& ec) {
    self->waits_writable_ = false;
    if (!ec) self->send_rest();
  });
}

void Connection::send_rest() {
  if (phase_ == Phase::Closed || unsent_.empty()) return;
  ErrorCode ec;
  const auto rest = asio::buffer(unsent_) + unsent_from_;
  const std::size_t sent = socket_.write_some(rest, ec);
  if (ec && !would_block(ec)) return close();
  worker_.counters.sent.fetch_add(sent, std::memory_order_relaxed);
  unsent_from_ += sent;
  if (sent > 0) waiting_ = Waiting::Nothing;  // progress: the time-out starts again
  if (unsent_from_ < unsent_.size()) return settle();
  unsent_ = {};
  unsent_from_ = 0;
  step({});
}

// ---------------------------------------------------------------------------------------------- waiting and
// ending

// After every event: what do we wait for now, and until when?
void Connection::settle() {
  if (phase_ == Phase::Closed) return;
  if (phase_ == Phase::Finishing && unsent_.empty()) linger();
  const Waiting now = waiting_for();
  if (phase_ == Phase::Open && client_finished_ && now != Waiting::ForAnswer && now != Waiting::ForWriting) {
    return close();
  }
  if (phase_ == Phase::Closed) return;
  set_deadline(now);
  if (now == Waiting::ForWriting) wait_writable();
  if (!client_finished_ && !held_ && pending_.empty()) wait_readable();
}

Connection::Waiting Connection::waiting_for() const {
  if (!unsent_.empty()) return Waiting::ForWriting;
  if (phase_ == Phase::Lingering) return Waiting::ForHangUp;
  if (!in_flight_.empty() || held_) return Waiting::ForAnswer;
  if (reader_.state() == RequestReader::State::Reading || (tls_ && !tls_->established())) {
    return Waiting::ForRestOfRequest;
  }
  return Waiting::ForRequest;
}

void Connection::set_deadline(Waiting now) {
  if (now == waiting_ && requests_ == requests_at_deadline_) return;
  waiting_ = now;
  requests_at_deadline_ = requests_;
  const auto& options = worker_.settings().options;
  const auto after = [](auto wait) { return std::chrono::steady_clock::now() + wait; };
  switch (now) {
    case Waiting::Nothing:
    case Waiting::ForAnswer:
      deadline_ = Moment::max();
      break;
    case Waiting::ForRequest:
      deadline_ = after(options.idle_timeout);
      break;
    case Waiting::ForRestOfRequest:
      deadline_ = after(options.request_timeout);
      break;
    case Waiting::ForWriting:
      deadline_ = after(options.write_timeout);
      break;
    case Waiting::ForHangUp:
      deadline_ = after(kLinger);
      break;
  }
}

void Connection::end_if_overdue(Moment now) {
  if (now < deadline_) return;
  if (waiting_ == Waiting::ForRequest) return close_if_idle();
  if (waiting_ != Waiting::ForRestOfRequest || (tls_ && !tls_->established())) return close();
  refuse({408, "The request took too long to arrive."});
  step({});
}

bool Connection::idle() const {
  return phase_ == Phase::Open && waiting_for() == Waiting::ForRequest;
}

// A request may have arrived that nobody has looked at yet; it gets its answer.
void Connection::close_if_idle() {
  if (idle()) on_readable();
  if (idle()) close();
}

void Connection::linger() {
  phase_ = Phase::Lingering;
  if (tls_) {
    tls_->finish(worker_.cipher_output);
    send(worker_.cipher_output);
    clear_scratch(worker_.cipher_output);
  }
  ErrorCode ec;
  if (phase_ != Phase::Closed && unsent_.empty()) socket_.shutdown(Socket::shutdown_send, ec);
  if (ec || client_finished_) close();
}

void Connection::close() {
  if (phase_ == Phase::Closed) return;
  phase_ = Phase::Closed;
  if (tls_ && unsent_.empty()) {
    ErrorCode ignored;  // the notice is a courtesy
    std::string notice;
    tls_->finish(notice);
    if (!notice.empty()) socket_.write_some(asio::buffer(notice), ignored);
  }
  ErrorCode ignored;
  socket_.close(ignored);
  worker_.forget(id_);
}

}  // namespace tocsin::http
