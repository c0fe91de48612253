#include "edge/inbound/email.h"

#include "domain/integration/sns.h"
#include "edge/inbound/email_parts.h"
#include "edge/inbound/stored_mail.h"

namespace tocsin::inbound {
namespace {

namespace sns = integration::sns;

http::Response empty(int status) {
  return {.status = status, .headers = {}, .body = {}};
}

http::Response ok() {
  return http::json_response(200, "\"OK\"");
}

http::Response only_head_and_post() {
  http::Response response = empty(405);
  response.headers.add("Allow", "head, post");
  return response;
}

http::Response try_again() {
  http::Response response = empty(503);
  response.headers.add("Retry-After", "60");
  return response;
}

bool is_confirmed(const http::Outcome& outcome) {
  const auto* response = std::get_if<http::OutboundResponse>(&outcome);
  return response != nullptr && response->status == 200;
}

}  // namespace

void EmailReceiver::receive(http::Request request, Deliver deliver, http::Respond respond) {
  if (request.method == "HEAD") return respond(empty(200));  // providers try the URL this way
  if (request.method != "POST") return respond(only_head_and_post());
  try_from(0, std::make_shared<Trial>(Trial{std::move(request), std::move(deliver), std::move(respond)}));
}

void EmailReceiver::try_from(std::size_t provider, std::shared_ptr<Trial> trial) {
  for (; provider < settings_.providers.size(); ++provider) {
    const EmailProvider one = settings_.providers[provider];
    if (one == EmailProvider::AmazonSesValidated) return try_amazon(provider, std::move(trial));
    const auto mails = read_mails(one, trial->request, settings_, clock_.now());
    if (mails) return accept(*mails, *trial);
    log_.info("inbound e-mail: not taken as this provider's",
              {{"provider", name_of(one)}, {"because", mails.error().message}});
  }
  trial->respond(empty(400));
}

void EmailReceiver::refuse(std::size_t provider, const Error& error, std::shared_ptr<Trial> trial) {
  log_.info("inbound e-mail: not taken as this provider's",
            {{"provider", name_of(settings_.providers[provider])}, {"because", error.message}});
  try_from(provider + 1, std::move(trial));
}

void EmailReceiver::try_amazon(std::size_t provider, std::shared_ptr<Trial> trial) {
  auto envelope = read_sns_envelope(trial->request);
  if (!envelope) return refuse(provider, envelope.error(), std::move(trial));
  if (const auto origin = check_sns_origin(*envelope, settings_, clock_.now()); !origin)
    return refuse(provider, origin.error(), std::move(trial));
  const auto url = sns::certificate_url(*envelope);
  if (!url) return refuse(provider, url.error(), std::move(trial));
  certificates_.with(
      *url, [this, provider, trial, envelope = std::move(envelope).value()](const std::string* pem) {
        if (pem == nullptr) return refuse(provider, invalid("its certificate cannot be had"), trial);
        if (const auto genuine = sns::verify_signature(envelope, *pem); !genuine)
          return refuse(provider, genuine.error(), trial);
        const json::Value* type = envelope.find("Type");
        if (type != nullptr && type->is_string() && type->as_string() == "SubscriptionConfirmation")
          return confirm(envelope, provider, trial);
        auto mails = read_ses(envelope);
        if (!mails) return refuse(provider, mails.error(), trial);
        fetch_and_accept(std::move(mails).value(), provider, trial);
      });
}

// A notification tells of one mail. Amazon repeats it for a while unless the answer is a 2xx or 4xx.
void EmailReceiver::fetch_and_accept(std::vector<InboundMail> mails, std::size_t provider,
                                     std::shared_ptr<Trial> trial) {
  if (mails.empty() || !mails.front().stored || !is_for_us(mails.front())) return accept(mails, *trial);
  if (settings_.aws.access_key_id.empty())
    return refuse(provider, invalid("its mail is in S3: give --inbound-email-aws-access-key-id"), trial);
  const StoredMail where = *mails.front().stored;
  fetch_stored(where, settings_, clock_, *outbound_,
               [this, where, provider, trial, mails = std::move(mails)](Result<std::string> mime) mutable {
                 if (mime) {
                   mails.front().mail = mail_of(*mime);
                   return accept(mails, *trial);
                 }
                 if (mime.error().kind == ErrorKind::NotFound) return refuse(provider, mime.error(), trial);
                 log_.warning(
                     "inbound e-mail: the mail cannot be fetched from S3; Amazon is asked to try again",
                     {{"bucket", where.bucket}, {"because", mime.error().message}});
                 trial->respond(try_again());
               });
}

// The message is signed and from the operator's own topic, so its subscription is wanted.
void EmailReceiver::confirm(const json::Value& envelope, std::size_t provider, std::shared_ptr<Trial> trial) {
  const auto url = sns::subscribe_url(envelope);
  if (!url) return refuse(provider, url.error(), std::move(trial));
  outbound_->send({.url = *url}, [trial](http::Outcome outcome) {
    trial->respond(is_confirmed(outcome) ? ok() : empty(400));
  });
}

bool EmailReceiver::is_for_us(const InboundMail& mail) const {
  return integration::mail_token(mail.recipients, settings_.domain).has_value();
}

void EmailReceiver::accept(const std::vector<InboundMail>& mails, const Trial& trial) {
  if (mails.empty()) return trial.respond(ok());
  std::vector<AddressedMail> addressed;
  for (const InboundMail& mail : mails) {
    if (auto token = integration::mail_token(mail.recipients, settings_.domain))
      addressed.push_back({std::move(*token), integration::mail_payload(mail.mail)});
  }
  if (addressed.empty()) {
    log_.info("inbound e-mail: no recipient in our domain", {{"domain", settings_.domain}});
    return trial.respond(empty(400));
  }
  trial.deliver(std::move(addressed), trial.respond);
}

}  // namespace tocsin::inbound
