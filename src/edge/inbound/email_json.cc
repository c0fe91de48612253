// Providers that post JSON: Mailjet, Postal, Postmark, SparkPost.
#include "domain/integration/signature.h"
#include "edge/inbound/email_parts.h"
#include "language/json/member.h"
#include "language/json/read.h"
#include "language/mime/transfer.h"

namespace tocsin::inbound {
namespace {

Result<json::Value> read_object(const http::Request& request) {
  auto body = json::read(request.body);
  if (!body || !body->is_object()) return invalid("it is no JSON object");
  return body;
}

bool is_true(const json::Value& object, std::string_view member) {
  const json::Value* value = object.find(member);
  return value != nullptr && value->is_bool() && value->as_bool();
}

// Mailjet lists a header that came several times.
std::string_view header(const json::Value& headers, std::string_view name) {
  const json::Value* value = headers.find(name);
  if (value == nullptr || !value->is_array() || value->as_array().empty())
    return json::text_member(headers, name);
  const json::Value& first = value->as_array().front();
  return first.is_string() ? std::string_view(first.as_string()) : std::string_view();
}

// Raw mail, perhaps in base64.
integration::Mail raw_mail(std::string_view text, bool is_base64) {
  return is_base64 ? mail_of(mime::decode_base64(text)) : mail_of(text);
}

integration::Mail postmark_mail(const json::Value& body) {
  if (const std::string_view raw = json::text_member(body, "RawEmail"); !raw.empty()) return mail_of(raw);
  const json::Value* from = body.find("FromFull");
  const std::string_view address = from == nullptr ? std::string_view() : json::text_member(*from, "Email");
  return {.subject = std::string(json::text_member(body, "Subject")),
          .text = std::string(json::text_member(body, "TextBody")),
          .html = std::string(json::text_member(body, "HtmlBody")),
          .from = std::string(address.empty() ? json::text_member(body, "From") : address)};
}

}  // namespace

Result<std::vector<InboundMail>> read_mailjet(const http::Request& request) {
  TRY_AS(const json::Value body, read_object(request));
  const json::Value* headers = body.find("Headers");
  if (headers == nullptr) return invalid("it has no Headers");
  const std::string_view subject = header(*headers, "Subject"), from = header(*headers, "From");
  return std::vector{InboundMail{
      {.subject = mime::decode_words(subject.empty() ? json::text_member(body, "Subject") : subject),
       .text = std::string(json::text_member(body, "Text-part")),
       .html = std::string(json::text_member(body, "Html-part")),
       .from = std::string(from.empty() ? json::text_member(body, "From") : from)},
      split_recipients(json::text_member(body, "Recipient"))}};
}

Result<std::vector<InboundMail>> read_postal(const http::Request& request, const EmailSettings& settings) {
  const std::string_view signature = request.headers.find("X-Postal-Signature").value_or("");
  if (!integration::is_signed_by_key(settings.secret, Digest::Sha1, request.body, signature))
    return invalid("its signature is missing or wrong");
  TRY_AS(const json::Value body, read_object(request));
  if (body.find("rcpt_to") == nullptr) return invalid("it tells of a mail that was sent, not received");
  return std::vector{InboundMail{raw_mail(json::text_member(body, "message"), is_true(body, "base64")),
                                 split_recipients(json::text_member(body, "rcpt_to"))}};
}

Result<std::vector<InboundMail>> read_postmark(const http::Request& request) {
  TRY_AS(const json::Value body, read_object(request));
  const std::string_view kind = json::text_member(body, "RecordType");
  if (!kind.empty() && kind != "Inbound") return invalid("it tells of a mail that was sent, not received");
  if (body.find("OriginalRecipient") == nullptr) return invalid("it has no OriginalRecipient");
  return std::vector{
      InboundMail{postmark_mail(body), split_recipients(json::text_member(body, "OriginalRecipient"))}};
}

Result<std::vector<InboundMail>> read_sparkpost(const http::Request& request) {
  const auto body = json::read(request.body);
  if (!body || !body->is_array()) return invalid("it is no JSON list");
  std::vector<InboundMail> mails;
  for (const json::Value& event : body->as_array()) {
    const json::Value* wrapped = event.find("msys");
    if (wrapped == nullptr || !wrapped->is_object()) return invalid("an event has no msys");
    if (wrapped->as_object().empty()) continue;  // SparkPost tries whether we are there
    const json::Value* message = wrapped->find("relay_message");
    const json::Value* content = message == nullptr ? nullptr : message->find("content");
    if (content == nullptr) return invalid("it tells of a mail that was sent, not received");
    mails.push_back(
        {raw_mail(json::text_member(*content, "email_rfc822"), is_true(*content, "email_rfc822_is_base64")),
         split_recipients(json::text_member(*message, "rcpt_to"))});
  }
  return mails;
}

}  // namespace tocsin::inbound
