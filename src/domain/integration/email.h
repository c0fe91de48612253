// Inbound e-mail: which integration a mail is for, and the payload it becomes.
//
// Pure. Providers (webhook formats, signatures) are edge/inbound's; they hand over the parts below.
// Source: docs/spec/ingestion.md, section 3.8.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/integration/html.h"
#include "language/json/value.h"

namespace tocsin::integration {

struct Mail {
  std::string subject;
  std::string text;  // the text/plain part; empty: none
  std::string html;  // the text/html part; empty: none
  std::string from;  // the header as it came: "Ann <ann@example.org>"
};

// {"subject", "message", "sender"}
json::Value mail_payload(const Mail& mail);

// The token: local part of the first envelope recipient in `domain` (compared without regard to case); To and
// Cc headers are never consulted.
std::optional<std::string> mail_token(std::span<const std::string> envelope_recipients,
                                      std::string_view domain);

// The address inside a From header; the trimmed header itself when there is none to be found.
std::string sender_address(std::string_view from_header);

}  // namespace tocsin::integration
