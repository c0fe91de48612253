// Fetches a calendar behind a URL that a user gave (docs/spec/schedules.md, section 4.1;
// docs/spec/api-people.md, section 9.3).
//
// The address policy applies (RULINGS 18), at most 5 redirects, 10 MiB, 10 s. The HTTP status is not looked
// at: what is no calendar shows by itself.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "edge/http/outbound.h"

namespace tocsin::feeds {

// An error: nothing came. `done` is called once, on the sender's thread.
void fetch_calendar(http::Outbound& outbound, const std::string& url,
                    std::function<void(Result<std::string>)> done);

}  // namespace tocsin::feeds
