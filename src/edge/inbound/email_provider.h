// The webhooks of mail providers: is a request genuine, and which mails does it carry.
//
// Functions of the request, no I/O (the certificate of Amazon's signature is email.h's to fetch). Errors:
// Invalid, the message being for the log: it says why, never what a secret is.
// Source: docs/spec/ingestion.md, section 3.8.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "domain/integration/aws_signature.h"
#include "domain/integration/email.h"
#include "edge/http/message.h"
#include "language/json/value.h"

namespace tocsin::inbound {

enum class EmailProvider {
  AmazonSes,  // as OnCall's `amazon_ses`: nothing proves that Amazon sent it
  AmazonSesValidated,
  Mailgun,
  Mailjet,
  Mandrill,
  Postal,
  Postmark,
  Sendgrid,
  Sparkpost,
};

// By OnCall's names: "mailgun", "amazon_ses_validated".
std::optional<EmailProvider> parse_email_provider(std::string_view name);
std::string_view name_of(EmailProvider provider);

struct EmailSettings {
  std::vector<EmailProvider> providers;  // tried in order; none: the webhook is off
  std::string domain;
  // What it is depends on the provider: Mailgun's signing key, Mandrill's webhook key, Postal's public key,
  // "user:password" of the others.
  std::string secret;
  std::string sns_topic;   // the only topic that amazon_ses_validated listens to
  std::string public_url;  // as providers call us: Mandrill signs it
  // Who fetches mails that amazon_ses_validated left in S3; without an access key nobody does.
  integration::AwsCredentials aws = {};
  std::string s3_url = {};  // without a path, "https://s3.eu-west-1.amazonaws.com"
};
// "eu-west-1" of "arn:aws:sns:eu-west-1:123456789012:mails"; empty for what is no ARN.
std::string region_of_topic(std::string_view arn);
// What is missing or malformed for these providers, as an operator will read it.
Result<void> check_email_settings(const EmailSettings& settings);

// An object in S3.
struct StoredMail {
  std::string bucket;
  std::string key;
};

struct InboundMail {
  integration::Mail mail;
  std::vector<std::string> recipients;  // of the envelope
  std::optional<StoredMail> stored =
      {};  // where `mail` must be fetched from first; amazon_ses_validated only
};

// An error: not from this provider, or not genuine. No mails: a provider tries whether we are there.
// Of amazon_ses_validated only what can be told without the certificate is checked.
Result<std::vector<InboundMail>> read_mails(EmailProvider provider, const http::Request& request,
                                            const EmailSettings& settings, Instant now);

// Those of one kind of body, for read_mails.
Result<std::vector<InboundMail>> read_mailgun(const http::Request& request, const EmailSettings& settings,
                                              Instant now);
Result<std::vector<InboundMail>> read_mandrill(const http::Request& request, const EmailSettings& settings);
Result<std::vector<InboundMail>> read_sendgrid(const http::Request& request);
Result<std::vector<InboundMail>> read_mailjet(const http::Request& request);
Result<std::vector<InboundMail>> read_postal(const http::Request& request, const EmailSettings& settings);
Result<std::vector<InboundMail>> read_postmark(const http::Request& request);
Result<std::vector<InboundMail>> read_sparkpost(const http::Request& request);

// Amazon's envelope, whose headers must name the same message.
Result<json::Value> read_sns_envelope(const http::Request& request);
// Of a genuine notification.
Result<std::vector<InboundMail>> read_ses(const json::Value& envelope);
// The signed time and topic of an envelope for amazon_ses_validated.
Result<void> check_sns_origin(const json::Value& envelope, const EmailSettings& settings, Instant now);

}  // namespace tocsin::inbound
