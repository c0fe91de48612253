// Providers that post forms: Mailgun, Mandrill, SendGrid.
#include <charconv>
#include <map>

#include "base/digest.h"
#include "base/text.h"
#include "edge/http/form.h"
#include "edge/inbound/email_parts.h"
#include "language/json/member.h"
#include "language/json/read.h"
#include "language/mime/charset.h"
#include "language/mime/message.h"
#include "language/mime/transfer.h"

namespace tocsin::inbound {
namespace {

Result<http::Form> read_form(const http::Request& request) {
  auto form = http::parse_form(request.headers.find("Content-Type").value_or(""), request.body);
  if (!form) return invalid("it is no form");
  return std::move(*form);
}

std::string_view field(const http::Form& form, std::string_view name) {
  const std::string* value = form.find(name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

std::string utf8_field(const http::Form& form, std::string_view name) {
  return mime::to_utf8(field(form, name), "utf-8");
}

json::Value json_field(const http::Form& form, std::string_view name) {
  auto value = json::read(field(form, name));
  return value ? std::move(value).value() : json::Value();
}

Result<void> check_mailgun(const http::Form& form, const EmailSettings& settings, Instant now) {
  const std::string_view timestamp = field(form, "timestamp");
  const std::string signed_text = std::string(timestamp).append(field(form, "token"));
  if (!same_secret(field(form, "signature"), to_hex(hmac(Digest::Sha256, settings.secret, signed_text))))
    return invalid("its signature is missing or wrong");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  // Beyond this, microseconds do not fit.
  if (error != std::errc() || seconds < 0 || seconds > 1'000'000'000'000)
    return invalid("its timestamp is no time");
  return check_age(Instant{std::chrono::seconds(seconds)}, now);
}

// [["Subject", "..."], ...]
mime::Headers headers_of_pairs(const json::Value& pairs) {
  mime::Headers headers;
  if (!pairs.is_array()) return headers;
  for (const json::Value& pair : pairs.as_array()) {
    if (!pair.is_array() || pair.as_array().size() != 2) continue;
    const json::Value &name = pair.as_array()[0], &value = pair.as_array()[1];
    if (name.is_string() && value.is_string()) headers.add(name.as_string(), value.as_string());
  }
  return headers;
}

integration::Mail mailgun_mail(const http::Form& form) {
  if (const std::string* mime = form.find("body-mime")) return mail_of(*mime);
  const mime::Headers headers = headers_of_pairs(json_field(form, "message-headers"));
  const std::string_view subject = headers.find("Subject"), from = headers.find("From");
  return {.subject = mime::decode_words(subject.empty() ? field(form, "subject") : subject),
          .text = utf8_field(form, "body-plain"),
          .html = utf8_field(form, "body-html"),
          .from = mime::to_utf8(from.empty() ? field(form, "from") : from, "utf-8")};
}

// Mandrill signs the URL that it was told and each field, sorted by name.
Result<void> check_mandrill(const http::Request& request, const http::Form& form,
                            const EmailSettings& settings) {
  std::string_view base = settings.public_url;
  if (base.ends_with('/')) base.remove_suffix(1);
  std::string signed_text = std::string(base) + request.target;
  std::map<std::string_view, std::string_view> fields;
  for (const auto& [name, value] : form.fields) fields[name] = value;
  for (const auto& [name, value] : fields) signed_text.append(name).append(value);
  const std::string signature =
      mime::decode_base64(request.headers.find("X-Mandrill-Signature").value_or(""));
  if (!same_secret(signature, hmac(Digest::Sha1, settings.secret, signed_text)))
    return invalid("its signature is missing or wrong (signed for " + std::string(base) + request.target +
                   "?)");
  return {};
}

integration::Mail sendgrid_mail(const http::Form& form) {
  if (form.find("headers") == nullptr) return mail_of(field(form, "email"));
  const json::Value charsets = json_field(form, "charsets");
  const auto text = [&](std::string_view name) {
    const std::string_view charset = json::text_member(charsets, name);
    return mime::to_utf8(field(form, name), charset.empty() ? "utf-8" : charset);
  };
  const mime::Headers headers = mime::read_headers(field(form, "headers"));
  return {.subject = mime::decode_words(headers.find("Subject")),
          .text = text("text"),
          .html = text("html"),
          .from = mime::to_utf8(headers.find("From"), "utf-8")};
}

}  // namespace

Result<std::vector<InboundMail>> read_mailgun(const http::Request& request, const EmailSettings& settings,
                                              Instant now) {
  TRY_AS(const http::Form form, read_form(request));
  TRY(check_mailgun(form, settings, now));
  if (const std::string* event = form.find("event"); event != nullptr && *event != "inbound")
    return invalid("it tells of a mail that was sent, not received");
  return std::vector{InboundMail{mailgun_mail(form), split_recipients(field(form, "recipient"))}};
}

Result<std::vector<InboundMail>> read_mandrill(const http::Request& request, const EmailSettings& settings) {
  TRY_AS(const http::Form form, read_form(request));
  TRY(check_mandrill(request, form, settings));
  const json::Value events = json_field(form, "mandrill_events");
  if (!events.is_array()) return invalid("mandrill_events is no list");
  std::vector<InboundMail> mails;
  for (const json::Value& event : events.as_array()) {
    const json::Value* message = event.find("msg");
    if (json::text_member(event, "event") != "inbound" || message == nullptr) continue;
    mails.push_back({mail_of(json::text_member(*message, "raw_msg")),
                     split_recipients(json::text_member(*message, "email"))});
  }
  return mails;
}

Result<std::vector<InboundMail>> read_sendgrid(const http::Request& request) {
  TRY_AS(const http::Form form, read_form(request));
  if (form.find("headers") == nullptr && form.find("email") == nullptr)
    return invalid("it has neither headers nor email");
  InboundMail mail{sendgrid_mail(form), {}};
  const json::Value envelope = json_field(form, "envelope");
  if (const json::Value* to = envelope.find("to"); to != nullptr && to->is_array()) {
    for (const json::Value& address : to->as_array()) {
      if (address.is_string()) mail.recipients.push_back(address.as_string());
    }
  }
  return std::vector{std::move(mail)};
}

}  // namespace tocsin::inbound
