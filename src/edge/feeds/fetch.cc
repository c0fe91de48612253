#include "edge/feeds/fetch.h"

#include "base/overloaded.h"
#include "language/ical/calendar.h"

namespace tocsin::feeds {

void fetch_calendar(http::Outbound& outbound, const std::string& url,
                    std::function<void(Result<std::string>)> done) {
  http::OutboundRequest request;
  request.url = url;
  request.headers.add("User-Agent", "Grafana OnCall");  // what calendar servers may have been told to let in
  request.headers.add("Accept", "text/calendar, */*");
  request.max_response_bytes = ical::kMaxCalendarBytes;
  request.max_redirects = 5;
  outbound.send(std::move(request), [done = std::move(done)](http::Outcome outcome) {
    std::visit(Overloaded{[&](http::OutboundResponse& response) { done(std::move(response.body)); },
                          [&](http::OutboundError& error) {
                            done(Error{ErrorKind::Unavailable, {}, std::move(error.message), {}});
                          }},
               outcome);
  });
}

}  // namespace tocsin::feeds
