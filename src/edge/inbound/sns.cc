#include "edge/inbound/sns.h"

#include "domain/integration/sns.h"
#include "language/json/read.h"

namespace tocsin::inbound {
namespace {

namespace sns = integration::sns;

// Amazon has a few certificates a region and year; strangers must not fill the memory.
constexpr std::size_t kMostCertificates = 64;

http::Response plain(int status, std::string text) {
  return http::text_response(status, std::move(text), "text/html; charset=utf-8");
}

const http::OutboundResponse* good(const http::Outcome& outcome) {
  const auto* response = std::get_if<http::OutboundResponse>(&outcome);
  return response != nullptr && response->status == 200 ? response : nullptr;
}

}  // namespace

void SnsReceiver::receive(const http::Request& request, Notification notification,
                          const http::Respond& respond) {
  auto envelope = json::read(request.body);
  if (!envelope) return respond(plain(400, "Not Valid JSON"));
  const auto url = sns::certificate_url(*envelope);
  if (!url) return respond(plain(400, url.error().message));
  with_certificate(*url, [this, envelope = std::move(envelope).value(),
                          type = std::string(request.headers.find("x-amz-sns-message-type").value_or("")),
                          notification = std::move(notification), respond](const std::string* pem) {
    if (pem == nullptr) return respond(plain(400, "{}"));
    if (const auto genuine = sns::verify_signature(envelope, *pem); !genuine) {
      return respond(plain(400, genuine.error().message));
    }
    act_on(envelope, type, notification, respond);
  });
}

void SnsReceiver::act_on(const json::Value& envelope, std::string_view type_header,
                         const Notification& notification, const http::Respond& respond) {
  const auto type = sns::parse_message_type(type_header);
  if (!type) return respond(plain(400, type.error().message));
  switch (*type) {
    case sns::MessageType::SubscriptionConfirmation:
      return confirm(envelope, respond);
    case sns::MessageType::UnsubscribeConfirmation:
      return respond(plain(200, "UnsubscribeConfirmation Not Handled"));
    case sns::MessageType::Notification: {
      auto payload = sns::notification_payload(envelope);
      if (!payload) return respond(plain(400, payload.error().message));
      return notification(std::move(payload).value());
    }
  }
}

void SnsReceiver::confirm(const json::Value& envelope, const http::Respond& respond) {
  const auto url = sns::subscribe_url(envelope);
  if (!url) return respond(plain(400, url.error().message));
  outbound_->send({.url = *url}, [respond](http::Outcome outcome) {
    respond(good(outcome) != nullptr ? plain(200, "OK") : plain(400, "{}"));
  });
}

void SnsReceiver::with_certificate(const std::string& url, UseCertificate use) {
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
    const http::OutboundResponse* response = good(outcome);
    if (response == nullptr) return use(nullptr);
    {
      const std::lock_guard lock(cache->mutex);
      if (cache->certificates.size() < kMostCertificates) cache->certificates[url] = response->body;
    }
    use(&response->body);
  });
}

}  // namespace tocsin::inbound
