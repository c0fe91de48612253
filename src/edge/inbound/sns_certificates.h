// The certificates that Amazon SNS signs with: fetched once per URL and kept.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "edge/http/outbound.h"

namespace tocsin::inbound {

class SnsCertificates {
 public:
  // Without `outbound` no certificate can be had. It must outlive what is in flight.
  explicit SnsCertificates(http::Outbound* outbound) : outbound_(outbound) {}

  // `use` gets the certificate, or nothing when it cannot be had; maybe later, on the sender's thread. The
  // caller has checked that the URL is Amazon's.
  using Use = std::function<void(const std::string* pem)>;
  void with(const std::string& url, Use use);

 private:
  // Shared with fetches in flight.
  struct Cache {
    std::mutex mutex;  // guards certificates
    std::unordered_map<std::string, std::string> certificates;
  };
  http::Outbound* outbound_;
  std::shared_ptr<Cache> cache_ = std::make_shared<Cache>();
};

}  // namespace tocsin::inbound
