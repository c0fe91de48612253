#include "domain/integration/sns.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <span>

#include "domain/integration/signature.h"
#include "language/json/read.h"

namespace tocsin::integration::sns {
namespace {

const std::string* find_text(const json::Value& envelope, std::string_view member) {
  const json::Value* value = envelope.find(member);
  return value != nullptr && value->is_string() ? &value->as_string() : nullptr;
}

Error unreadable() {
  return invalid("{}");
}

std::optional<std::string_view> cut_suffix(std::string_view text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return std::nullopt;
  text.remove_suffix(suffix.size());
  return text;
}

bool is_region(std::string_view text) {
  return text.size() >= 3 && std::ranges::all_of(text, [](unsigned char sign) {
           return std::islower(sign) || std::isdigit(sign) || sign == '-';
         });
}

Result<std::string> amazon_url(const json::Value& envelope, std::string_view member, const char* refusal) {
  const std::string* url = find_text(envelope, member);
  if (url == nullptr) return unreadable();
  if (!is_amazon_url(*url)) return invalid(refusal);
  return *url;
}

struct SignedMember {
  std::string_view name;
  bool required = true;
};
constexpr std::array kSignedNotification{SignedMember{"Message"},        SignedMember{"MessageId"},
                                         SignedMember{"Subject", false}, SignedMember{"Timestamp"},
                                         SignedMember{"TopicArn"},       SignedMember{"Type"}};
constexpr std::array kSignedConfirmation{SignedMember{"Message"},      SignedMember{"MessageId"},
                                         SignedMember{"SubscribeURL"}, SignedMember{"Timestamp"},
                                         SignedMember{"Token"},        SignedMember{"TopicArn"},
                                         SignedMember{"Type"}};

}  // namespace

Result<MessageType> parse_message_type(std::string_view header) {
  if (header.empty()) return invalid("HTTP_X_AMZ_SNS_MESSAGE_TYPE not set");
  if (header == "Notification") return MessageType::Notification;
  if (header == "SubscriptionConfirmation") return MessageType::SubscriptionConfirmation;
  if (header == "UnsubscribeConfirmation") return MessageType::UnsubscribeConfirmation;
  return invalid("Invalid Notification Type");
}

bool is_amazon_url(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (!url.starts_with(kScheme)) return false;
  // Signs that make parsers disagree on where the host ends are refused wherever they stand.
  const bool is_plain = std::ranges::all_of(
      url, [](unsigned char sign) { return sign > 0x20 && sign < 0x7f && sign != '\\' && sign != '@'; });
  if (!is_plain) return false;

  url.remove_prefix(kScheme.size());
  std::string_view host = url.substr(0, url.find_first_of("/?#"));
  host = cut_suffix(host, ":443").value_or(host);
  if (!host.starts_with("sns.")) return false;
  host.remove_prefix(4);
  for (const std::string_view domain : {".amazonaws.com", ".amazonaws.com.cn"}) {
    if (const auto region = cut_suffix(host, domain); region && is_region(*region)) return true;
  }
  return false;
}

Result<std::string> certificate_url(const json::Value& envelope) {
  return amazon_url(envelope, "SigningCertURL", "Improper Certificate Location");
}

Result<std::string> subscribe_url(const json::Value& envelope) {
  return amazon_url(envelope, "SubscribeURL", "Improper Subscription Domain");
}

Result<std::string> canonical_text(const json::Value& envelope) {
  const std::string* type = find_text(envelope, "Type");
  if (type == nullptr) return unreadable();
  const auto members = *type == "Notification" ? std::span<const SignedMember>(kSignedNotification)
                                               : std::span<const SignedMember>(kSignedConfirmation);
  std::string text;
  for (const SignedMember& member : members) {
    const std::string* value = find_text(envelope, member.name);
    if (value == nullptr && member.required) return unreadable();
    if (value != nullptr) text.append(member.name).append("\n").append(*value).append("\n");
  }
  return text;
}

Result<void> verify_signature(const json::Value& envelope, std::string_view certificate_pem) {
  TRY_AS(const std::string text, canonical_text(envelope));
  const std::string* signature = find_text(envelope, "Signature");
  const std::string* version = find_text(envelope, "SignatureVersion");
  if (signature == nullptr || version == nullptr) return unreadable();
  const Error improper = invalid("Improper Signature");
  if (*version != "1" && *version != "2") return improper;
  const Digest digest = *version == "1" ? Digest::Sha1 : Digest::Sha256;
  if (!is_signed_by(certificate_pem, digest, text, *signature)) return improper;
  return {};
}

Result<json::Value> notification_payload(const json::Value& envelope) {
  const std::string* message = find_text(envelope, "Message");
  if (message == nullptr) return unreadable();
  if (auto parsed = json::read(*message); parsed && parsed->is_object()) return std::move(parsed).value();
  return json::Value(json::Object{{"message", *message}});
}

}  // namespace tocsin::integration::sns
