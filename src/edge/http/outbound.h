// What leaves for other people's servers: the requests, what can come of them, and the interface that sends
// them (client.h is the one that uses the network; tests give their own).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "edge/http/message.h"
#include "edge/http/smtp.h"

namespace tocsin::http {

enum class AddressRule {
  PublicOnly,     // the URL comes from a user: address_policy.h applies, for every hop
  SetByOperator,  // a provider's base URL: no check
};

struct OutboundRequest {
  std::string method = "GET";
  std::string url = {};  // http or https
  Headers headers = {};  // no Content-Type unless given here
  std::string body = {};
  AddressRule addresses = AddressRule::PublicOnly;
  std::chrono::milliseconds connect_timeout{5'000};  // resolving and TLS included
  std::chrono::milliseconds total_timeout{10'000};   // redirects included
  std::chrono::seconds stall_timeout{0};  // without a byte in either direction; 0: only the total counts
  std::size_t max_response_bytes = 1024 * 1024;  // after undoing gzip
  int max_redirects = 0;
  std::string ca_file = {};  // PEM; empty: the client's
};

struct OutboundResponse {
  int status = 0;  // HTTP status, or the code of the mail server's last answer
  Headers headers = {};
  std::string body = {};
};

enum class OutboundFault {
  Malformed,  // the request itself: URL, header, mail address
  Refused,    // by the address policy
  Resolve,
  Connect,
  Tls,
  TimedOut,
  TooLarge,  // the answer
  TooManyRedirects,
  Rejected,  // by the mail server: `status` is its code
  Other,
};

struct OutboundError {
  OutboundFault fault = OutboundFault::Other;
  std::string message = {};  // fit for users: holds no URL, because those may hold secrets
  int status = 0;            // if an answer had begun
  bool sent = false;         // the other side may have got the request, and acted on it
};

using Outcome = std::variant<OutboundResponse, OutboundError>;
using OutboundCallback = std::function<void(Outcome)>;

class Outbound {
 public:
  virtual ~Outbound() = default;
  // The callback comes exactly once, on the sender's thread; it must neither block nor throw.
  virtual void send(OutboundRequest request, OutboundCallback done) = 0;
  // An answer of class 2 to the whole mail is an OutboundResponse.
  virtual void send_mail(Mail mail, OutboundCallback done) = 0;
};

}  // namespace tocsin::http
