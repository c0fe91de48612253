// A mail server for one connection at a time that follows a script: which command is answered how. TLS on
// demand.
#pragma once

#include <openssl/ssl.h>

#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "http/certificate.h"
#include "http/raw_client.h"

namespace tocsin::http {

struct MailScript {
  std::string extensions = "AUTH PLAIN";  // one a line
  std::map<std::string, std::string> answers =
      {};  // by command word, "." after the data: instead of the usual one
  bool tls_from_the_start = false;
  const Certificate* certificate = nullptr;  // for STARTTLS, which then is offered
  bool silent_after_data = false;
  // Hangs up instead of answering this command ("." after the data; ".half": after half of that answer).
  std::string hang_up_at = {};
};

class MailServer {
 public:
  explicit MailServer(MailScript script)
      : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 5);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~MailServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& scheme = "smtp") const {
    return scheme + "://127.0.0.1:" + std::to_string(port_) + "/tocsin.test";
  }
  // All lines of the client, "<TLS>" where encryption began. Wait for the outcome first.
  std::string transcript() const {
    const std::lock_guard lock(mutex_);
    return transcript_;
  }

 private:
  void serve() {
    for (;;) {
      fd_ = ::accept(listener_, nullptr, nullptr);
      if (fd_ < 0) return;
      input_.clear();
      if (script_.tls_from_the_start) start_tls();
      talk();
      if (ssl_ != nullptr) SSL_free(std::exchange(ssl_, nullptr));
      ::close(fd_);
    }
  }

  void talk() {
    say("220 mail.test ready\r\n");
    for (auto line = hear(); line; line = hear()) {
      const std::string command = line->substr(0, line->find(' '));
      if (command == script_.hang_up_at) return;
      if (const auto special = script_.answers.find(command); special != script_.answers.end()) {
        say(special->second + "\r\n");
        if (special->second.starts_with("421")) return;
        continue;
      }
      if (command == "EHLO") {
        say("250-mail.test\r\n");
        if (!script_.extensions.empty()) say("250-" + script_.extensions + "\r\n");
        if (script_.certificate != nullptr && ssl_ == nullptr) say("250-STARTTLS\r\n");
        say("250 8BITMIME\r\n");
      } else if (command == "STARTTLS") {
        say("220 go on\r\n");
        start_tls();
      } else if (command == "AUTH") {
        if (line->size() < 12) say("334 \r\n"), hear();
        say("235 welcome\r\n");
      } else if (command == "DATA") {
        say("354 go on\r\n");
        while (auto text = hear()) {
          if (*text == ".") break;
        }
        if (script_.silent_after_data) continue;
        if (script_.hang_up_at == ".") return;
        if (script_.hang_up_at == ".half") return say(script_.answers.at("."));
        const auto end = script_.answers.find(".");
        say(end == script_.answers.end() ? "250 queued as 42\r\n" : end->second + "\r\n");
      } else if (command == "QUIT") {
        say("221 bye\r\n");
        return;
      } else {
        say("250 ok\r\n");
      }
    }
  }

  void start_tls() {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_chain_file(context, script_.certificate->certificate_file().c_str());
    SSL_CTX_use_PrivateKey_file(context, script_.certificate->key_file().c_str(), SSL_FILETYPE_PEM);
    ssl_ = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_fd(ssl_, fd_);
    SSL_accept(ssl_);
    note("<TLS>");
  }

  void say(const std::string& text) {
    if (ssl_ != nullptr) {
      SSL_write(ssl_, text.data(), static_cast<int>(text.size()));
    } else {
      ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
    }
  }
  std::optional<std::string> hear() {
    std::size_t end;
    while ((end = input_.find("\r\n")) == std::string::npos) {
      char piece[4096];
      const auto got =
          ssl_ != nullptr ? SSL_read(ssl_, piece, sizeof piece) : ::recv(fd_, piece, sizeof piece, 0);
      if (got <= 0) return std::nullopt;
      input_.append(piece, static_cast<std::size_t>(got));
    }
    const std::string line = input_.substr(0, end);
    input_.erase(0, end + 2);
    note(line);
    return line;
  }
  void note(const std::string& line) {
    const std::lock_guard lock(mutex_);
    transcript_ += line + "\n";
  }

  MailScript script_;
  int listener_;
  std::uint16_t port_ = 0;
  int fd_ = -1;
  SSL* ssl_ = nullptr;
  std::string input_;
  mutable std::mutex mutex_;
  std::string transcript_;
  std::thread thread_;
};

}  // namespace tocsin::http
