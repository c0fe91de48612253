// The one that really sends: HTTP/1.1, HTTPS and SMTP on libcurl, one thread, any number of transfers side by
// side.
//
// The address policy is checked where it cannot be evaded: at the socket, with the very address that is about
// to be connected to, and again before a request goes out on a kept connection. Names are resolved once per
// hop, and what was checked is what is connected to. Proxies from the environment are not used: the policy
// could not see past them.
#pragma once

#include <memory>
#include <string>

#include "edge/http/address_policy.h"
#include "edge/http/outbound.h"

namespace tocsin::http {

struct ClientOptions {
  AddressPolicy policy = {};
  std::string user_agent = "Tocsin";
  std::string ca_file = {};  // PEM; empty: the system's
};

class Client : public Outbound {
 public:
  using Options = ClientOptions;

  explicit Client(Options options);
  ~Client() override;  // what is in flight ends as Other
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Thread-safe, callbacks included.
  void send(OutboundRequest request, OutboundCallback done) override;
  void send_mail(Mail mail, OutboundCallback done) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin::http
