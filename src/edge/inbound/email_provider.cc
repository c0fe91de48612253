#include "edge/inbound/email_provider.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "edge/inbound/email_parts.h"
#include "language/mime/charset.h"
#include "language/mime/message.h"
#include "language/mime/transfer.h"

namespace tocsin::inbound {
namespace {

enum class Secret { None, Required, Credentials };

struct Known {
  EmailProvider provider;
  std::string_view name;
  Secret secret;
};
constexpr std::array kKnown{Known{EmailProvider::AmazonSes, "amazon_ses", Secret::None},
                            Known{EmailProvider::AmazonSesValidated, "amazon_ses_validated", Secret::None},
                            Known{EmailProvider::Mailgun, "mailgun", Secret::Required},
                            Known{EmailProvider::Mailjet, "mailjet", Secret::Credentials},
                            Known{EmailProvider::Mandrill, "mandrill", Secret::Required},
                            Known{EmailProvider::Postal, "postal", Secret::Required},
                            Known{EmailProvider::Postmark, "postmark", Secret::Credentials},
                            Known{EmailProvider::Sendgrid, "sendgrid", Secret::Credentials},
                            Known{EmailProvider::Sparkpost, "sparkpost", Secret::Credentials}};

const Known& known(EmailProvider provider) {
  return *std::ranges::find(kKnown, provider, &Known::provider);
}

bool is_origin(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (url.starts_with(scheme))
      return url.size() > scheme.size() && url.find('/', scheme.size()) == url.npos;
  }
  return false;
}

}  // namespace

std::optional<EmailProvider> parse_email_provider(std::string_view name) {
  const auto found = std::ranges::find(kKnown, name, &Known::name);
  return found == kKnown.end() ? std::nullopt : std::optional(found->provider);
}

std::string_view name_of(EmailProvider provider) {
  return known(provider).name;
}

Result<void> check_email_settings(const EmailSettings& settings) {
  if (!settings.providers.empty() && settings.domain.empty())
    return invalid("--inbound-email-domain", "is needed to receive e-mail");
  for (const EmailProvider provider : settings.providers) {
    const std::string name(name_of(provider));
    const Secret secret = known(provider).secret;
    if (secret == Secret::Required && settings.secret.empty())
      return invalid("--inbound-email-secret", name + " signs its requests with a key: give it here");
    if (secret == Secret::Credentials && !settings.secret.empty() &&
        settings.secret.find(':') == std::string::npos)
      return invalid("--inbound-email-secret", name + " sends credentials: expected USER:PASSWORD");
    if (provider == EmailProvider::AmazonSesValidated && settings.sns_topic.empty())
      return invalid("--inbound-email-sns-topic",
                     "is needed for " + name + ": anybody can sign with a topic of theirs");
  }
  const integration::AwsCredentials& aws = settings.aws;
  if (aws.access_key_id.empty() != aws.secret_access_key.empty())
    return invalid("--inbound-email-aws-secret-access-key",
                   "and --inbound-email-aws-access-key-id are needed together");
  if (!aws.access_key_id.empty() && aws.region.empty())
    return invalid("--inbound-email-aws-region", "is needed to fetch mails from S3");
  if (!settings.s3_url.empty() && !is_origin(settings.s3_url))
    return invalid("--inbound-email-s3-url", "expected http(s)://HOST[:PORT] without a path");
  return {};
}

Result<std::vector<InboundMail>> read_mails(EmailProvider provider, const http::Request& request,
                                            const EmailSettings& settings, Instant now) {
  if (known(provider).secret == Secret::Credentials) TRY(check_basic_auth(request, settings.secret));
  switch (provider) {
    case EmailProvider::AmazonSes:
    case EmailProvider::AmazonSesValidated: {
      TRY_AS(const json::Value envelope, read_sns_envelope(request));
      TRY_AS(std::vector<InboundMail> mails, read_ses(envelope));
      // What nobody signed must not make us read other objects.
      if (!mails.empty() && mails.front().stored)
        return invalid("a mail in S3 is fetched only with amazon_ses_validated");
      return mails;
    }
    case EmailProvider::Mailgun:
      return read_mailgun(request, settings, now);
    case EmailProvider::Mailjet:
      return read_mailjet(request);
    case EmailProvider::Mandrill:
      return read_mandrill(request, settings);
    case EmailProvider::Postal:
      return read_postal(request, settings);
    case EmailProvider::Postmark:
      return read_postmark(request);
    case EmailProvider::Sendgrid:
      return read_sendgrid(request);
    case EmailProvider::Sparkpost:
      return read_sparkpost(request);
  }
  return invalid("no such provider");
}

Result<void> check_age(Instant signed_at, Instant now) {
  if (signed_at < now - kOldestSignature) return invalid("its signature is older than a day");
  if (signed_at > now + kClockDifference) return invalid("its signature is from the future");
  return {};
}

Result<void> check_basic_auth(const http::Request& request, std::string_view secret) {
  if (secret.empty()) return {};
  std::string_view header = request.headers.find("Authorization").value_or("");
  if (header.size() < 6 || !http::equal_ignoring_case(header.substr(0, 6), "Basic "))
    return invalid("it has no basic credentials");
  if (!same_secret(mime::decode_base64(header.substr(6)), secret))
    return invalid("its credentials are wrong");
  return {};
}

integration::Mail mail_of(std::string_view mime) {
  mime::Message message = mime::read_message(mime);
  return {.subject = mime::decode_words(message.headers.find("Subject")),
          .text = std::move(message.text),
          .html = std::move(message.html),
          .from = mime::to_utf8(message.headers.find("From"), "utf-8")};
}

std::vector<std::string> split_recipients(std::string_view list) {
  std::vector<std::string> recipients;
  while (true) {
    const std::size_t comma = list.find(',');
    recipients.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return recipients;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace tocsin::inbound
