// An answer -> its bytes on the wire (RFC 9112). Pure.
//
// The server owns Content-Length, Date, Connection and Transfer-Encoding: a handler's fields of these names
// are left out. Control signs in field values become spaces, so that no value can add a field or a second
// answer.
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "edge/http/message.h"

namespace tocsin::http {

struct AnswerFraming {
  bool to_head = false;      // the request was HEAD: the length of the body, but no body
  bool to_http_1_0 = false;  // such a client has to be told that the connection stays
  bool keep_alive = true;
  std::string_view date;  // from http_date()
};

void append_response(std::string& out, const Response& response, const AnswerFraming& framing);
std::string_view reason_phrase(int status);
// "Tue, 24 Nov 2026 14:50:00 GMT"
std::string http_date(std::time_t at);

}  // namespace tocsin::http
