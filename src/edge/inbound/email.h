// /integrations/v1/inbound_email_webhook: mails that a provider hands over become alerts.
//
// Providers are tried in the order of the option until one knows the request for its own; a mail goes to the
// integration whose token is the local part of the first envelope recipient in our domain. Answers: OnCall's,
// docs/spec/ingestion.md, section 3.8. All mails of a request become alerts, or none does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/world.h"
#include "edge/http/message.h"
#include "edge/http/outbound.h"
#include "edge/inbound/email_provider.h"
#include "edge/inbound/sns_certificates.h"
#include "language/json/value.h"

namespace tocsin::inbound {

struct AddressedMail {
  std::string token;
  json::Value payload;
};

class EmailReceiver {
 public:
  EmailReceiver(EmailSettings settings, const Clock& clock, Log& log, http::Outbound* outbound,
                SnsCertificates& certificates)
      : settings_(std::move(settings)),
        clock_(clock),
        log_(log),
        outbound_(outbound),
        certificates_(certificates) {}

  bool is_on() const { return !settings_.providers.empty(); }

  // Calls `deliver` with the mails of a genuine request, which then answers; everything else is answered
  // here.
  using Deliver = std::function<void(std::vector<AddressedMail> mails, const http::Respond& respond)>;
  void receive(http::Request request, Deliver deliver, http::Respond respond);

 private:
  // A request while its providers are tried.
  struct Trial {
    http::Request request;
    Deliver deliver;
    http::Respond respond;
  };
  void try_from(std::size_t provider, std::shared_ptr<Trial> trial);
  void refuse(std::size_t provider, const Error& error, std::shared_ptr<Trial> trial);
  void try_amazon(std::size_t provider, std::shared_ptr<Trial> trial);
  void confirm(const json::Value& envelope, std::size_t provider, std::shared_ptr<Trial> trial);
  void accept(const std::vector<InboundMail>& mails, const Trial& trial);
  bool is_for_us(const InboundMail& mail) const;
  void fetch_and_accept(std::vector<InboundMail> mails, std::size_t provider, std::shared_ptr<Trial> trial);

  EmailSettings settings_;
  const Clock& clock_;
  Log& log_;
  http::Outbound* outbound_;
  SnsCertificates& certificates_;
};

}  // namespace tocsin::inbound
