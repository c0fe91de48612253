// Errors and pages as the public API answers them (docs/spec/api-common.md, sections 6 and 7).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "edge/http/message.h"
#include "language/json/value.h"

namespace tocsin::api {

// Error::field decides the shape of a 400: empty -> {"detail": text}; "name" -> {"name": [text]};
// "slack.channel_id" -> nested; kPlain + name -> {"name": text} (the few errors that are no list); kNested +
// name -> {"name": message}, the message being JSON text; kBare -> the text alone.
inline constexpr char kPlain = '=';
inline constexpr char kNested = '{';
inline constexpr std::string_view kBare = "!";

http::Response error_response(const Error& error);
http::Response detail_response(int status, std::string_view text);
http::Response ok(const json::Value& value, int status = 200);
http::Response no_content();
http::Response empty_ok();

struct Paging {
  std::int64_t page = 1;
  std::int64_t per_page = 50;
};

// Reads ?page= and ?perpage=; whatever is not a positive integer counts as absent, perpage is capped at 100.
Paging read_paging(std::string_view query, std::int64_t default_per_page);

// The page that is really answered: beyond the end it is the last one.
Paging clamp(Paging paging, std::int64_t count);

// `base_url` + `path` + sorted query with `page` set, or removed for page 1.
std::string page_link(std::string_view base_url, std::string_view path, std::string_view query,
                      std::int64_t page);

// {"count", "next", "previous", "results", "page_size", "current_page_number", "total_pages"}; `results` is
// JSON text of the list.
http::Response page_response(std::string_view base_url, const http::Request& request, Paging paging,
                             std::int64_t count, std::string_view results);

}  // namespace tocsin::api
