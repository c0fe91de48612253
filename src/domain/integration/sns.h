// Amazon SNS messages: are they genuine, and what do they carry.
//
// Pure functions of bytes: fetching the certificate and the confirmation URL is the caller's (edge/inbound).
// The order of checks and the answers' texts are docs/spec/ingestion.md, section 3.6. Signature version 1 is
// RSA with SHA-1, version 2 with SHA-256 (OnCall knows version 1 only). Errors: Invalid, the message being
// the answer's text.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "language/json/value.h"

namespace tocsin::integration::sns {

enum class MessageType { Notification, SubscriptionConfirmation, UnsubscribeConfirmation };

// From the x-amz-sns-message-type header; empty means that the header is absent.
Result<MessageType> parse_message_type(std::string_view header);

// Whether `url` is https on host sns.<region>.amazonaws.com (or .amazonaws.com.cn) and nothing else: no user
// part, no port but 443. Anchored on both sides, unlike OnCall's.
bool is_amazon_url(std::string_view url);
// The URL to fetch the signing certificate from, `Improper Certificate Location` otherwise.
Result<std::string> certificate_url(const json::Value& envelope);
// The URL to confirm a subscription with, `Improper Subscription Domain` otherwise.
Result<std::string> subscribe_url(const json::Value& envelope);

// The text that Amazon signed: the message type's members, one name and one value a line.
// `{}` as error text when a member is missing.
Result<std::string> canonical_text(const json::Value& envelope);
// `Improper Signature` unless the certificate's key signed the canonical text.
Result<void> verify_signature(const json::Value& envelope, std::string_view certificate_pem);

// The alert's payload: the object inside `Message`, or {"message": <text>} when that is no JSON object.
Result<json::Value> notification_payload(const json::Value& envelope);

}  // namespace tocsin::integration::sns
