#include "edge/http/worker.h"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "edge/http/connection.h"
#include "edge/http/response_writer.h"

namespace tocsin::http {
namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// Deadlines are looked at now and then, not armed one by one: a timer for each request would cost more than
// parsing it.
std::chrono::milliseconds tick_for(const ServerOptions& options) {
  const auto shortest = std::min({options.idle_timeout, options.request_timeout, options.write_timeout});
  return std::clamp<std::chrono::milliseconds>(shortest / 8, 5ms, 500ms);
}

}  // namespace

Worker::Worker(const Settings& settings)
    : settings_(settings),
      loop_(1),  // one thread runs it
      timer_(loop_),
      tick_(tick_for(settings.options)),
      mailbox_(std::make_shared<Mailbox>([this] { asio::post(loop_, [this] { deliver_answers(); }); })) {}

Worker::~Worker() {
  mailbox_->close();
}

void Worker::run() {
  mailbox_->set_owner();
  schedule_tick();
  while (!loop_.stopped()) {
    try {
      loop_.run();
    } catch (const std::exception& error) {  // out of memory, say: that event is lost, the thread is not
      settings_.log.error("HTTP network thread caught an exception", {{"error", error.what()}});
    }
  }
}

void Worker::adopt(Socket socket) {
  asio::dispatch(loop_, [this, moved = std::move(socket)]() mutable {
    if (draining_) return;
    const std::uint64_t id = counters.accepted.fetch_add(1, std::memory_order_relaxed) + 1;
    counters.open.fetch_add(1, std::memory_order_relaxed);
    const auto connection = std::make_shared<Connection>(*this, id, std::move(moved));
    connections_.emplace(id, connection);
    connection->start();
  });
}

void Worker::forget(std::uint64_t connection) {
  if (connections_.erase(connection) == 0) return;
  counters.open.fetch_sub(1, std::memory_order_relaxed);
  report_drained();
}

void Worker::deliver_answers() {
  answers_.clear();  // an exception may have left some
  mailbox_->take(answers_);
  for (Answer& answer : answers_) {
    const auto found = connections_.find(answer.connection);
    if (found == connections_.end()) continue;  // it hung up
    const auto connection = found->second;
    connection->answer(std::move(answer));
  }
  answers_.clear();
}

void Worker::schedule_tick() {
  timer_.expires_after(tick_);
  timer_.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) tick();
  });
}

void Worker::tick() {
  const Moment now = std::chrono::steady_clock::now();
  std::vector<std::shared_ptr<Connection>> overdue;  // ending one takes it out of the map
  for (const auto& [id, connection] : connections_) {
    if (connection->deadline() <= now) overdue.push_back(connection);
  }
  for (const auto& connection : overdue) connection->end_if_overdue(now);
  schedule_tick();
}

void Worker::close_longest_idle() {
  asio::post(loop_, [this] {
    std::vector<std::shared_ptr<Connection>> idle;
    for (const auto& [id, connection] : connections_) {
      if (connection->idle()) idle.push_back(connection);
    }
    const std::size_t some = std::min<std::size_t>(32, (idle.size() + 7) / 8);
    const auto sooner = [](const auto& a, const auto& b) { return a->deadline() < b->deadline(); };
    std::partial_sort(idle.begin(), idle.begin() + static_cast<std::ptrdiff_t>(some), idle.end(), sooner);
    for (std::size_t i = 0; i < some; ++i) idle[i]->close_if_idle();
  });
}

std::future<void> Worker::drain() {
  asio::post(loop_, [this] {
    draining_ = true;
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [id, connection] : connections_) all.push_back(connection);
    for (const auto& connection : all) connection->close_if_idle();  // the others close after their answers
    if (all.empty()) report_drained();
  });
  return drained_.get_future();
}

void Worker::report_drained() {
  if (draining_ && connections_.empty()) drained_.set_value();
}

void Worker::end() {
  asio::post(loop_, [this] {
    mailbox_->close();
    draining_ = false;  // nobody waits any more
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [id, connection] : connections_) all.push_back(connection);
    for (const auto& connection : all) connection->close();
    loop_.stop();
  });
}

void Worker::add_to(ServerCounters& sum) const {
  const auto read = [](const std::atomic<std::uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
  };
  sum.connections_open += read(counters.open);
  sum.connections_accepted += read(counters.accepted);
  sum.requests += read(counters.requests);
  sum.bytes_received += read(counters.received);
  sum.bytes_sent += read(counters.sent);
}

std::string_view Worker::date() {
  const std::time_t now = std::time(nullptr);
  if (now != date_second_) {
    date_second_ = now;
    date_ = http_date(now);
  }
  return date_;
}

}  // namespace tocsin::http
