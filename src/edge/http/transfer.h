// One transfer on its way: a curl handle and what it fills. Private to the client (includes curl).
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "edge/http/client.h"

namespace tocsin::http {

class Transfer {
 public:
  virtual ~Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const { return handle_.get(); }
  // Sets the handle up; false when the request cannot be sent: then outcome() has the reason.
  virtual bool prepare() = 0;
  // After curl is done with it. True: there is another hop, and it is prepared.
  virtual bool go_on(CURLcode) { return false; }
  virtual Outcome outcome(CURLcode code) = 0;

  OutboundCallback done;

 protected:
  Transfer(const ClientOptions& options, OutboundCallback on_done);
  void set_common(std::chrono::milliseconds connect, std::chrono::milliseconds total,
                  const std::string& ca_file);
  OutboundError error_of(CURLcode code) const;
  long info(CURLINFO what) const;

  const ClientOptions& options_;
  std::unique_ptr<CURL, void (*)(CURL*)> handle_;
  std::optional<OutboundError> error_;  // ours; goes before curl's
  std::array<char, CURL_ERROR_SIZE> curl_says_{};
};

class HttpTransfer : public Transfer {
 public:
  HttpTransfer(const ClientOptions& options, OutboundRequest request, OutboundCallback done);
  bool prepare() override;
  bool go_on(CURLcode code) override;
  Outcome outcome(CURLcode code) override;

 private:
  bool set_headers();
  void set_method();
  void fail(OutboundFault fault, std::string message);

  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* self);
  static curl_socket_t on_open_socket(void* self, curlsocktype, curl_sockaddr* address);
  static int on_before_request(void* self, char* address, char*, int, int);

  OutboundRequest request_;
  std::chrono::steady_clock::time_point deadline_;
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> header_list_{nullptr, curl_slist_free_all};
  OutboundResponse response_;
  std::size_t header_bytes_ = 0;
  int redirects_ = 0;
  bool refused_an_address_ = false;
  bool tried_an_address_ = false;
};

class MailTransfer : public Transfer {
 public:
  MailTransfer(const ClientOptions& options, Mail mail, OutboundCallback done);
  bool prepare() override;
  Outcome outcome(CURLcode code) override;

 private:
  static std::size_t on_answer(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t on_read(char* into, std::size_t, std::size_t size, void* self);

  Mail mail_;
  std::size_t read_ = 0;
  std::string last_answer_;
  std::string last_refusal_;
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> recipients_{nullptr, curl_slist_free_all};
};

}  // namespace tocsin::http
