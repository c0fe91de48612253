#include "edge/inbound/sns_certificates.h"

namespace tocsin::inbound {
namespace {

// Amazon has a few certificates a region and year; strangers must not fill the memory.
constexpr std::size_t kMostCertificates = 64;

}  // namespace

void SnsCertificates::with(const std::string& url, Use use) {
  if (outbound_ == nullptr) return use(nullptr);
  {
    std::unique_lock lock(cache_->mutex);
    if (const auto found = cache_->certificates.find(url); found != cache_->certificates.end()) {
      const std::string pem = found->second;
      lock.unlock();
      return use(&pem);
    }
  }
  outbound_->send({.url = url}, [cache = cache_, url, use = std::move(use)](http::Outcome outcome) {
    const auto* response = std::get_if<http::OutboundResponse>(&outcome);
    if (response == nullptr || response->status != 200) return use(nullptr);
    {
      const std::lock_guard lock(cache->mutex);
      if (cache->certificates.size() < kMostCertificates) cache->certificates[url] = response->body;
    }
    use(&response->body);
  });
}

}  // namespace tocsin::inbound
