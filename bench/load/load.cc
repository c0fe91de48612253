#include "load/load.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

namespace tocsin::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kMarker = "@ID@";
constexpr std::size_t kDigits = 8;

// The request's bytes and the places in it where the counter stands.
class Template {
 public:
  explicit Template(const Options& options) : vary_(options.vary) {
    const std::string body = place(options.body);
    bytes_ = options.method + " " + place(options.path) + " HTTP/1.1\r\nHost: " + options.host + "\r\n";
    for (const std::string& header : options.headers) bytes_ += place(header) + "\r\n";
    if (!body.empty()) {
      bytes_ += "Content-Length: " + std::to_string(body.size()) + "\r\n";
      const bool typed = std::any_of(
          options.headers.begin(), options.headers.end(),
          [](const std::string& header) { return strncasecmp(header.c_str(), "content-type:", 13) == 0; });
      if (!typed) bytes_ += "Content-Type: application/json\r\n";
    }
    bytes_ += "\r\n" + body;
    const std::string zeros(kDigits, kSign);
    for (std::size_t at = bytes_.find(zeros); at != std::string::npos;
         at = bytes_.find(zeros, at + kDigits)) {
      places_.push_back(at);
    }
  }

  const std::string& bytes() const { return bytes_; }
  void number(std::string& request, std::uint64_t counter) const {
    std::array<char, kDigits> digits;
    counter %= vary_;
    for (std::size_t i = kDigits; i-- > 0; counter /= 10) digits[i] = static_cast<char>('0' + counter % 10);
    for (const std::size_t at : places_)
      std::copy(digits.begin(), digits.end(), request.begin() + static_cast<long>(at));
  }

 private:
  static constexpr char kSign = '\x01';  // stands in no request
  static std::string place(std::string text) {
    for (std::size_t at = text.find(kMarker); at != std::string::npos; at = text.find(kMarker, at)) {
      text.replace(at, kMarker.size(), kDigits, kSign);
    }
    return text;
  }

  std::uint64_t vary_;
  std::string bytes_;
  std::vector<std::size_t> places_;
};

struct Answer {
  std::size_t size = 0;
  int status = 0;
  bool close = false;
};

// A whole answer at the front of `text`, if there is one. Reads just what servers under test send.
std::optional<Answer> find_answer(std::string_view text, bool to_head) {
  const std::size_t head = text.find("\r\n\r\n");
  if (head == text.npos || head < 12) return std::nullopt;
  Answer answer{.size = head + 4, .status = std::atoi(text.data() + 9), .close = false};
  const auto field = [&](const char* name) -> const char* {
    const std::size_t length = std::strlen(name);
    for (std::size_t at = text.find("\r\n"); at < head; at = text.find("\r\n", at + 2)) {
      if (strncasecmp(text.data() + at + 2, name, length) == 0) return text.data() + at + 2 + length;
    }
    return nullptr;
  };
  if (const char* value = field("connection: ")) answer.close = strncasecmp(value, "close", 5) == 0;
  if (to_head || answer.status == 204 || answer.status == 304) return answer;
  if (const char* value = field("content-length: ")) {
    answer.size += std::strtoul(value, nullptr, 10);
  } else if (field("transfer-encoding: ") != nullptr) {
    const std::size_t last = text.find("0\r\n\r\n", head + 4);
    if (last == text.npos) return std::nullopt;
    answer.size = last + 5;
  }
  return answer.size <= text.size() ? std::optional(answer) : std::nullopt;
}

class Load {
 public:
  explicit Load(const Options& options) : options_(options), template_(options) {
    connections_.resize(options.connections);
    epoll_ = epoll_create1(0);
    resolve();
  }
  ~Load() {
    for (const Connection& c : connections_) close(c.fd);
    freeaddrinfo(address_);
    close(epoll_);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  Report run() {
    report_.latencies_us.reserve(1 << 20);
    const Clock::time_point start = Clock::now();
    end_ = options_.seconds > 0 ? start + std::chrono::duration_cast<Clock::duration>(
                                              std::chrono::duration<double>(options_.seconds))
                                : Clock::time_point::max();
    for (Connection& c : connections_) connect(c);
    for (Connection& c : connections_) send_next(c);
    std::array<epoll_event, 256> events;
    while (in_flight_ > 0) {
      const int count = epoll_wait(epoll_, events.data(), events.size(), 10'000);
      if (count == 0) break;  // the server hangs: what is in flight counts as failed
      for (int i = 0; i < count; ++i)
        on_event(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
    }
    report_.failed += in_flight_;
    report_.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return std::move(report_);
  }

 private:
  struct Connection {
    int fd = -1;
    std::string request;
    std::size_t sent = 0;
    std::string received;
    Clock::time_point started;
    bool waiting = false;
  };

  void resolve() {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(options_.host.c_str(), std::to_string(options_.port).c_str(), &hints, &address_) != 0) {
      std::fprintf(stderr, "bench_load: cannot resolve %s\n", options_.host.c_str());
      std::exit(1);
    }
  }

  void connect(Connection& c) {
    if (c.fd >= 0) close(c.fd);
    c.fd = ::socket(address_->ai_family, SOCK_STREAM, 0);
    if (::connect(c.fd, address_->ai_addr, address_->ai_addrlen) != 0) {
      std::perror("bench_load: connect");
      std::exit(1);
    }
    const int one = 1;
    setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    epoll_event event{.events = EPOLLIN, .data = {.ptr = &c}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &event);
    c.request = template_.bytes();
    c.received.clear();
  }

  void send_next(Connection& c) {
    if (options_.requests != 0 ? started_ == options_.requests : Clock::now() >= end_) return;
    template_.number(c.request, started_++);
    c.started = Clock::now();
    c.sent = 0;
    c.waiting = true;
    ++in_flight_;
    send_rest(c);
  }

  // Requests are small against a socket's buffer: blocking here would take a server that does not read.
  void send_rest(Connection& c) {
    while (c.sent < c.request.size()) {
      const ssize_t sent = ::send(c.fd, c.request.data() + c.sent, c.request.size() - c.sent, MSG_NOSIGNAL);
      if (sent <= 0) return;  // the read side will see the end
      c.sent += static_cast<std::size_t>(sent);
    }
  }

  void on_event(Connection& c) {
    const ssize_t got = ::recv(c.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return on_end(c);
    std::string_view text(buffer_.data(), static_cast<std::size_t>(got));
    if (!c.received.empty()) text = c.received.append(text);
    const auto answer = find_answer(text, options_.method == "HEAD");
    if (!answer) {
      if (c.received.empty()) c.received = text;
      return;
    }
    c.received.clear();
    on_answer(c, *answer);
  }

  void on_answer(Connection& c, const Answer& answer) {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - c.started).count();
    report_.latencies_us.push_back(static_cast<std::uint32_t>(took));
    ++report_.requests;
    if (answer.status / 100 != 2) ++report_.non_2xx;
    c.waiting = false;
    --in_flight_;
    if (answer.close) connect(c);
    send_next(c);
  }

  void on_end(Connection& c) {
    if (c.waiting) {
      ++report_.failed;
      --in_flight_;
      c.waiting = false;
    }
    connect(c);
    send_next(c);
  }

  const Options& options_;
  Template template_;
  std::vector<Connection> connections_;
  addrinfo* address_ = nullptr;
  int epoll_ = -1;
  std::uint64_t started_ = 0;
  std::uint64_t in_flight_ = 0;
  Clock::time_point end_;
  std::array<char, 64 * 1024> buffer_;
  Report report_;
};

}  // namespace

std::string Report::json() {
  std::sort(latencies_us.begin(), latencies_us.end());
  const auto at = [&](double share) -> unsigned {
    if (latencies_us.empty()) return 0;
    const auto index = static_cast<std::size_t>(share * static_cast<double>(latencies_us.size()));
    return latencies_us[std::min(index, latencies_us.size() - 1)];
  };
  std::array<char, 400> line;
  std::snprintf(
      line.data(), line.size(),
      R"({"requests": %llu, "seconds": %.3f, "rate": %.0f, "p50_us": %u, "p99_us": %u, "max_us": %u, )"
      R"("non_2xx": %llu, "failed": %llu})",
      static_cast<unsigned long long>(requests), seconds, static_cast<double>(requests) / seconds, at(0.5),
      at(0.99), at(1.0), static_cast<unsigned long long>(non_2xx), static_cast<unsigned long long>(failed));
  return line.data();
}

Report run_load(const Options& options) {
  return Load(options).run();
}

}  // namespace tocsin::bench
