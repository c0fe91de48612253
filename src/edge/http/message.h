// A request and its answer, without sockets: what handlers take and give.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::http {

// Header names compare case-insensitively; order and duplicates are kept.
class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void set(std::string_view name, std::string value);
  // The first value of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
  std::string method;  // upper-case as received
  std::string target;  // as received: "/api/v1/alerts/?page=2"
  std::string path;    // percent-escapes decoded, without the query: "/api/v1/alerts/"
  std::string query;   // raw, without "?"
  Headers headers;
  std::string body;  // content-encoding gzip and deflate already undone
  std::string remote_address;
};

struct Response {
  int status = 200;
  Headers headers;  // Content-Length, Date, Connection are the server's
  std::string body;
  // For metrics, as in "/api/v1/alerts/{id}/"; a literal, because it has to outlive the answer.
  std::string_view route = {};
};

Response json_response(int status, std::string body);
Response text_response(int status, std::string body, std::string content_type = "text/plain; charset=utf-8");

// Called exactly once, from any thread.
using Respond = std::function<void(Response)>;
// Must not block for long: it runs on a network thread. Exceptions become a 500 with a JSON body.
using Handler = std::function<void(Request, Respond)>;

// "a=1&b=%20" -> pairs in order, "+" and percent-escapes decoded. Malformed escapes stay as they are.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);
std::string percent_decode(std::string_view text);
// Escapes all but letters, digits and "-_.~".
std::string percent_encode(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace tocsin::http
