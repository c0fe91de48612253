// Amazon SNS posts: is the message genuine, and is it an alert, a subscription to confirm, or neither.
//
// Source: docs/spec/ingestion.md, section 3.6.
#pragma once

#include <functional>

#include "edge/http/message.h"
#include "edge/http/outbound.h"
#include "edge/inbound/sns_certificates.h"
#include "language/json/value.h"

namespace tocsin::inbound {

class SnsReceiver {
 public:
  // Without `outbound` nothing can be verified and every message is refused. It must outlive what is in
  // flight.
  SnsReceiver(http::Outbound* outbound, SnsCertificates& certificates)
      : outbound_(outbound), certificates_(certificates) {}

  // Calls `notification` with the payload of a genuine notification; everything else is answered here.
  using Notification = std::function<void(json::Value payload)>;
  void receive(const http::Request& request, Notification notification, const http::Respond& respond);

 private:
  void confirm(const json::Value& envelope, const http::Respond& respond);
  void act_on(const json::Value& envelope, std::string_view type_header, const Notification& notification,
              const http::Respond& respond);

  http::Outbound* outbound_;
  SnsCertificates& certificates_;
};

}  // namespace tocsin::inbound
