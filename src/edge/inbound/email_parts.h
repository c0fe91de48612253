// What the readers of several mail providers share.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "edge/inbound/email_provider.h"

namespace tocsin::inbound {

// A signature is good for a day: Mailgun repeats a refused mail for eight hours, Amazon for one, and a mail
// must not be lost because we were down. Clocks may differ by a quarter of an hour.
inline constexpr std::chrono::hours kOldestSignature{24};
inline constexpr std::chrono::minutes kClockDifference{15};
Result<void> check_age(Instant signed_at, Instant now);

// "Basic" credentials equal to the secret; an empty secret lets everybody in.
Result<void> check_basic_auth(const http::Request& request, std::string_view secret);

// From a whole message in MIME.
integration::Mail mail_of(std::string_view mime);
// "a@x, b@y" as its addresses.
std::vector<std::string> split_recipients(std::string_view list);

}  // namespace tocsin::inbound
