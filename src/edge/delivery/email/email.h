// Pages by mail: the integration's e-mail templates as HTML and as text, handed to the operator's mail
// server.
//
// All mails about one group are one thread for mail programs; the Message-ID is the outbox row's, so that a
// repeated attempt is recognised as the same mail. Source: docs/spec/channels.md, section 6.
#pragma once

#include "edge/delivery/provider.h"

namespace tocsin::delivery {

struct EmailSettings {
  std::string url;  // "smtp://host:587", "smtps://host:465"
  http::StartTls start_tls = http::StartTls::Required;
  std::string user;
  std::string password;
  std::string from;  // bare: "oncall@example.org"
  std::string ca_file = {};
  std::chrono::milliseconds total_timeout{30'000};
};

// The mail as it travels; line ends are CRLF.
std::string compose_mail(const Page& page, const std::string& from);

class EmailProvider : public Provider {
 public:
  EmailProvider(http::Outbound& outbound, EmailSettings settings)
      : outbound_(outbound), settings_(std::move(settings)) {}
  std::string_view name() const override { return "email"; }
  bool carries(NotifyBy by) const override { return by == NotifyBy::Email; }
  integration::Channel channel() const override { return integration::Channel::Email; }
  std::optional<Failed> obstacle(const User& user) const override;
  void send(const Page& page, Done done) override;

 private:
  http::Outbound& outbound_;
  EmailSettings settings_;
};

}  // namespace tocsin::delivery
