// A mail to hand to a mail server (RFC 5321), sent by Outbound::send_mail(). The server is the operator's
// setting, so that the address policy does not apply.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace tocsin::http {

enum class StartTls {
  Required,   // a server that does not offer it gets no mail
  IfOffered,  // may be stripped by whoever sits between
  Never,
};

struct Mail {
  std::string url =
      {};  // "smtp://host:587", "smtps://host:465" (TLS from the start, `start_tls` has no meaning)
  StartTls start_tls = StartTls::Required;
  std::string user = {};  // empty: no login
  std::string password = {};
  std::string from = {};  // envelope addresses, bare: "a@example.org"
  std::vector<std::string> to = {};
  std::string message = {};  // RFC 5322 headers, empty line, body; line ends of either kind
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds total_timeout{30'000};
  std::string ca_file = {};  // PEM; empty: the system's
};

}  // namespace tocsin::http
