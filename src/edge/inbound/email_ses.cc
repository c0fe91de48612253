// Amazon SES: mails inside the notifications of Amazon SNS.
#include "edge/inbound/email_parts.h"
#include "language/json/member.h"
#include "language/json/read.h"
#include "language/mime/transfer.h"

namespace tocsin::inbound {
namespace {

// What Amazon writes once after a subscription was confirmed.
constexpr std::string_view kTopicTried = "Successfully validated SNS topic for Amazon SES event publishing.";

std::vector<std::string> recipients_of(const json::Value& receipt) {
  std::vector<std::string> recipients;
  const json::Value* list = receipt.find("recipients");
  if (list == nullptr || !list->is_array()) return recipients;
  for (const json::Value& address : list->as_array()) {
    if (!address.is_string()) continue;
    for (std::string& one : split_recipients(address.as_string())) recipients.push_back(std::move(one));
  }
  return recipients;
}

Result<InboundMail> read_received(const json::Value& event) {
  if (json::text_member(event, "notificationType") != "Received")
    return invalid("it tells of a mail that was sent, not received");
  const json::Value* receipt = event.find("receipt");
  const json::Value* action = receipt == nullptr ? nullptr : receipt->find("action");
  if (action == nullptr) return invalid("it has no receipt with an action");
  if (json::text_member(*action, "type") == "S3") {
    StoredMail stored{std::string(json::text_member(*action, "bucketName")),
                      std::string(json::text_member(*action, "objectKey"))};
    if (stored.bucket.empty() || stored.key.empty())
      return invalid("it does not say where in S3 its mail is");
    return InboundMail{{}, recipients_of(*receipt), std::move(stored)};
  }
  if (json::text_member(*action, "type") != "SNS")
    return invalid("its receipt rule must publish the mail to SNS or store it in S3");
  const std::string_view content = json::text_member(event, "content");
  return InboundMail{json::text_member(*action, "encoding") == "BASE64"
                         ? mail_of(mime::decode_base64(content))
                         : mail_of(content),
                     recipients_of(*receipt)};
}

}  // namespace

Result<json::Value> read_sns_envelope(const http::Request& request) {
  auto envelope = json::read(request.body);
  if (!envelope || !envelope->is_object()) return invalid("it is no JSON object");
  const auto header = [&](std::string_view name) { return request.headers.find(name).value_or(""); };
  const std::string_view type = header("x-amz-sns-message-type"), id = header("x-amz-sns-message-id");
  if (type.empty() || type != json::text_member(*envelope, "Type"))
    return invalid("its type is not its header's");
  if (id.empty() || id != json::text_member(*envelope, "MessageId"))
    return invalid("its id is not its header's");
  return envelope;
}

Result<std::vector<InboundMail>> read_ses(const json::Value& envelope) {
  const std::string_view type = json::text_member(envelope, "Type");
  if (type == "SubscriptionConfirmation")
    return invalid(
        "a subscription is confirmed only with amazon_ses_validated; confirm it in Amazon's console");
  if (type != "Notification") return std::vector<InboundMail>{};
  const std::string_view message = json::text_member(envelope, "Message");
  if (message == kTopicTried) return std::vector<InboundMail>{};
  const auto event = json::read(message);
  if (!event || !event->is_object()) return invalid("its Message is no JSON object");
  TRY_AS(InboundMail mail, read_received(*event));
  return std::vector{std::move(mail)};
}

std::string region_of_topic(std::string_view arn) {
  for (int colons = 0; colons < 3; ++colons) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return std::string(arn.substr(0, arn.find(':')));
}

Result<void> check_sns_origin(const json::Value& envelope, const EmailSettings& settings, Instant now) {
  if (json::text_member(envelope, "TopicArn") != settings.sns_topic)
    return invalid("it is from another topic");
  const auto signed_at = parse_iso(json::text_member(envelope, "Timestamp"));
  if (!signed_at) return invalid("its Timestamp is no time");
  return check_age(*signed_at, now);
}

}  // namespace tocsin::inbound
