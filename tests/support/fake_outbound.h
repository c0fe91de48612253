// Other people's servers, as a table of URLs: what a request to each gets, at once, on the caller's thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "edge/http/outbound.h"

namespace tocsin::test {

class FakeOutbound : public http::Outbound {
 public:
  // A URL without an entry cannot be reached.
  std::map<std::string, std::string> pages;
  std::map<std::string, int> statuses;  // 200 for a URL without one
  std::vector<http::OutboundRequest> requests;

  void send(http::OutboundRequest request, http::OutboundCallback done) override {
    requests.push_back(request);
    const auto found = pages.find(request.url);
    if (found == pages.end()) {
      return done(http::OutboundError{.fault = http::OutboundFault::Connect, .message = "no such server"});
    }
    const auto status = statuses.find(request.url);
    done(http::OutboundResponse{
        .status = status == statuses.end() ? 200 : status->second, .headers = {}, .body = found->second});
  }
  void send_mail(http::Mail, http::OutboundCallback done) override {
    done(http::OutboundError{.message = "no mail here"});
  }
};

}  // namespace tocsin::test
