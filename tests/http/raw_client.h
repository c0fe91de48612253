// The tests' own HTTP client: a blocking socket that sends exactly the bytes it is given.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "edge/http/message.h"

namespace tocsin::http {

struct RawAnswer {
  int status = 0;  // 0: the connection ended before a whole answer came
  Headers headers;
  std::string body;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) close();
    const timeval patience{10, 0};
    const int one = 1;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  RawClient(RawClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), received_(std::move(other.received_)) {}
  ~RawClient() { close(); }

  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  int fd() const { return fd_; }
  bool connected() const { return fd_ >= 0; }
  void finish_sending() { ::shutdown(fd_, SHUT_WR); }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Interim answers ("100 Continue") count as answers of their own.
  RawAnswer receive(bool to_head = false) {
    std::size_t end;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return {};
    }
    RawAnswer answer;
    const std::string head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    answer.status = std::atoi(head.c_str() + 9);
    for (std::size_t line = head.find("\r\n") + 2; line < head.size();) {
      const std::size_t colon = head.find(": ", line);
      const std::size_t line_end = head.find("\r\n", line);
      answer.headers.add(head.substr(line, colon - line), head.substr(colon + 2, line_end - colon - 2));
      line = line_end + 2;
    }
    const auto length = answer.headers.find("Content-Length");
    const std::size_t size = to_head || !length ? 0 : std::stoul(std::string(*length));
    while (received_.size() < size) {
      if (!more()) return {};
    }
    answer.body = received_.substr(0, size);
    received_.erase(0, size);
    return answer;
  }
  RawAnswer ask(std::string_view bytes) { return send(bytes), receive(); }

  // True when the server ended the connection in order and sent nothing more.
  bool ended() { return received_.empty() && !more() && last_read_ == 0; }

 private:
  bool more() {
    char piece[4096];
    last_read_ = ::recv(fd_, piece, sizeof piece, 0);
    if (last_read_ > 0) received_.append(piece, static_cast<std::size_t>(last_read_));
    return last_read_ > 0;
  }

  int fd_;
  ssize_t last_read_ = 1;
  std::string received_;
};

class RecordingLog : public Log {
 public:
  void write(LogLevel, std::string_view sentence, Fields fields) override {
    const std::lock_guard lock(mutex_);
    std::string line(sentence);
    for (const LogField& field : fields) {
      if (const auto* text = std::get_if<std::string>(&field.value))
        line += " " + std::string(field.key) + "=" + *text;
    }
    lines_.push_back(std::move(line));
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

inline std::string get(std::string_view target, std::string_view more = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(more) + "\r\n";
}
inline std::string post(std::string_view target, std::string_view body, std::string_view more = "") {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(more) + "\r\n" + std::string(body);
}

}  // namespace tocsin::http
