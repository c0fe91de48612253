#include "edge/inbound/sns.h"

#include "domain/integration/sns.h"
#include "language/json/read.h"

namespace tocsin::inbound {
namespace {

namespace sns = integration::sns;

http::Response plain(int status, std::string text) {
  return http::text_response(status, std::move(text), "text/html; charset=utf-8");
}

bool good(const http::Outcome& outcome) {
  const auto* response = std::get_if<http::OutboundResponse>(&outcome);
  return response != nullptr && response->status == 200;
}

}  // namespace

void SnsReceiver::receive(const http::Request& request, Notification notification,
                          const http::Respond& respond) {
  auto envelope = json::read(request.body);
  if (!envelope) return respond(plain(400, "Not Valid JSON"));
  const auto url = sns::certificate_url(*envelope);
  if (!url) return respond(plain(400, url.error().message));
  certificates_.with(*url, [this, envelope = std::move(envelope).value(),
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
    respond(good(outcome) ? plain(200, "OK") : plain(400, "{}"));
  });
}

}  // namespace tocsin::inbound
