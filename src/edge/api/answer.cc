#include "edge/api/answer.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "edge/api/body.h"
#include "language/json/read.h"
#include "language/json/write.h"

namespace tocsin::api {
namespace {

constexpr std::int64_t kMaxPerPage = 100;

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Invalid:
      return 400;
    case ErrorKind::NotFound:
      return 404;
    case ErrorKind::Conflict:
      return 409;
    case ErrorKind::Forbidden:
      return 403;
    case ErrorKind::Unavailable:
      return 503;
  }
  return 500;
}

// Puts the message at a dotted path, as a list that grows with each error of the same field.
void add_at(json::Object& body, std::string_view path, const std::string& message) {
  const std::size_t dot = path.find('.');
  const std::string_view key = path.substr(0, dot);
  json::Value* slot = body.find(key);
  if (dot == std::string_view::npos) {
    if (slot == nullptr || !slot->is_array()) slot = &body.set(key, json::Array{});
    slot->as_array().emplace_back(message);
    return;
  }
  if (slot == nullptr || !slot->is_object()) slot = &body.set(key, json::Object{});
  add_at(slot->as_object(), path.substr(dot + 1), message);
}

void add(json::Object& body, const Error& error) {
  if (error.field.empty()) {
    body.set("detail", error.message);
  } else if (error.field.front() == kPlain) {
    body.set(std::string_view(error.field).substr(1), error.message);
  } else if (error.field.front() == kNested) {
    auto nested = json::read(error.message);
    TOCSIN_CHECK(nested.has_value());
    body.set(std::string_view(error.field).substr(1), std::move(nested).value());
  } else {
    add_at(body, error.field, error.message);
  }
}

std::int64_t positive(std::string_view text, std::int64_t fallback) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range && text.front() != '-')
    return std::numeric_limits<std::int64_t>::max();
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number : fallback;
}

}  // namespace

http::Response error_response(const Error& error) {
  if (error.field == kUnsupported) return detail_response(415, error.message);
  if (error.field == kBare) return ok(json::Value(error.message), status_of(error.kind));
  json::Object body;
  add(body, error);
  for (const Error& other : error.others) add(body, other);
  return ok(json::Value(std::move(body)), status_of(error.kind));
}

http::Response detail_response(int status, std::string_view text) {
  return ok(json::Value(json::Object{{"detail", json::Value(text)}}), status);
}

http::Response ok(const json::Value& value, int status) {
  return http::json_response(status, json::write(value));
}
http::Response no_content() {
  return {.status = 204, .headers = {}, .body = {}};
}
http::Response empty_ok() {
  return {.status = 200, .headers = {}, .body = {}};
}

Paging read_paging(std::string_view query, std::int64_t default_per_page) {
  Paging paging{1, default_per_page};
  for (const auto& [name, value] : http::parse_query(query)) {
    if (value.empty()) continue;
    if (name == "page") paging.page = positive(value, 1);
    if (name == "perpage") paging.per_page = std::min(positive(value, default_per_page), kMaxPerPage);
  }
  return paging;
}

Paging clamp(Paging paging, std::int64_t count) {
  const std::int64_t pages = std::max<std::int64_t>(1, (count + paging.per_page - 1) / paging.per_page);
  return {std::min(paging.page, pages), paging.per_page};
}

std::string page_link(std::string_view base_url, std::string_view path, std::string_view query,
                      std::int64_t page) {
  auto pairs = http::parse_query(query);
  std::erase_if(pairs, [](const auto& pair) { return pair.first == "page"; });
  if (page > 1) pairs.emplace_back("page", std::to_string(page));
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string link = std::string(base_url) + std::string(path);
  char separator = '?';
  for (const auto& [name, value] : pairs) {
    link += separator;
    link += http::percent_encode(name) + "=" + http::percent_encode(value);
    separator = '&';
  }
  return link;
}

http::Response page_response(std::string_view base_url, const http::Request& request, Paging paging,
                             std::int64_t count, std::string_view results) {
  paging = clamp(paging, count);
  const std::int64_t pages = std::max<std::int64_t>(1, (count + paging.per_page - 1) / paging.per_page);
  std::string body = "{\"count\":" + std::to_string(count) + ",\"next\":";
  const auto link = [&](bool there, std::int64_t page) {
    if (there) {
      json::append_string(body, page_link(base_url, request.path, request.query, page));
    } else {
      body += "null";
    }
  };
  link(paging.page < pages, paging.page + 1);
  body += ",\"previous\":";
  link(paging.page > 1, paging.page - 1);
  body += ",\"results\":";
  body += results;
  body += ",\"page_size\":" + std::to_string(paging.per_page) +
          ",\"current_page_number\":" + std::to_string(paging.page) +
          ",\"total_pages\":" + std::to_string(pages) + "}";
  return http::json_response(200, std::move(body));
}

}  // namespace tocsin::api
