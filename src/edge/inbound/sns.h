// Amazon SNS posts: is the message genuine, and is it an alert, a subscription to confirm, or neither.
//
// The certificate that signed is fetched once per URL and kept. Source: docs/spec/ingestion.md, section 3.6.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "edge/http/message.h"
#include "edge/http/outbound.h"
#include "language/json/value.h"

namespace tocsin::inbound {

class SnsReceiver {
 public:
  // Without `outbound` nothing can be verified and every message is refused. It must outlive what is in
  // flight.
  explicit SnsReceiver(http::Outbound* outbound) : outbound_(outbound) {}

  // Calls `notification` with the payload of a genuine notification; everything else is answered here.
  using Notification = std::function<void(json::Value payload)>;
  void receive(const http::Request& request, Notification notification, const http::Respond& respond);

 private:
  // `use` gets the certificate, or nothing when it cannot be had.
  using UseCertificate = std::function<void(const std::string* pem)>;
  void with_certificate(const std::string& url, UseCertificate use);
  void confirm(const json::Value& envelope, const http::Respond& respond);
  void act_on(const json::Value& envelope, std::string_view type_header, const Notification& notification,
              const http::Respond& respond);

  // Shared with fetches in flight.
  struct Cache {
    std::mutex mutex;  // guards certificates
    std::unordered_map<std::string, std::string> certificates;
  };
  http::Outbound* outbound_;
  std::shared_ptr<Cache> cache_ = std::make_shared<Cache>();
};

}  // namespace tocsin::inbound
