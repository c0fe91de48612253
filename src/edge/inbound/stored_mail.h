// Mails that Amazon SES left in a bucket of S3, because they are too large for its notifications or the
// operator wants to keep them.
//
// Source: docs/spec/ingestion.md, section 3.8 (`amazon_ses_validated`, action `S3`).
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "base/world.h"
#include "edge/http/outbound.h"
#include "edge/inbound/email_provider.h"

namespace tocsin::inbound {

// Calls `use` with the whole message in MIME, maybe later and on the sender's thread. Errors: NotFound, there
// is no such object; Unavailable, it may be had later. `settings` must have credentials.
using UseStored = std::function<void(Result<std::string> mime)>;
void fetch_stored(const StoredMail& where, const EmailSettings& settings, const Clock& clock,
                  http::Outbound& outbound, UseStored use);

}  // namespace tocsin::inbound
