#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "edge/http/transfer.h"

namespace tocsin::http {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
constexpr const char* kRefused = "This address is not allowed for outgoing requests.";

struct Origin {
  std::string scheme;
  std::string host;
  std::string port;
  friend bool operator==(const Origin&, const Origin&) = default;
};

std::optional<Origin> parse_origin(const std::string& url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    curl_url_get(parsed.get(), which, &text, CURLU_DEFAULT_PORT);
    const std::string copy = text != nullptr ? text : "";
    curl_free(text);
    return copy;
  };
  Origin origin{part(CURLUPART_SCHEME), part(CURLUPART_HOST), part(CURLUPART_PORT)};
  if ((origin.scheme != "http" && origin.scheme != "https") || origin.host.empty()) return std::nullopt;
  return origin;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

std::optional<Address> address_of(const sockaddr& from) {
  Address address;
  if (from.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &from, sizeof v6);
    std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
    return address;
  }
  if (from.sa_family != AF_INET) return std::nullopt;
  sockaddr_in v4;
  std::memcpy(&v4, &from, sizeof v4);
  address.bytes[10] = address.bytes[11] = 0xff;
  std::memcpy(address.bytes.data() + 12, &v4.sin_addr, 4);
  return address;
}

// docs/spec/outgoing-webhooks.md, section 4: after 301 a POST becomes a GET, after 302 and 303 all but GET
// and HEAD do.
bool becomes_get(const std::string& method, int status) {
  if (method == "GET" || method == "HEAD") return false;
  return status == 302 || status == 303 || (status == 301 && method == "POST");
}

Headers without(const Headers& headers, std::initializer_list<std::string_view> names) {
  Headers rest;
  for (const auto& field : headers) {
    const bool drop = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      return equal_ignoring_case(name, field.first);
    });
    if (!drop) rest.add(field.first, field.second);
  }
  return rest;
}

}  // namespace

HttpTransfer::HttpTransfer(const ClientOptions& options, OutboundRequest request, OutboundCallback on_done)
    : Transfer(options, std::move(on_done)),
      request_(std::move(request)),
      deadline_(std::chrono::steady_clock::now() + request_.total_timeout) {}

void HttpTransfer::fail(OutboundFault fault, std::string message) {
  if (!error_) error_ = OutboundError{.fault = fault, .message = std::move(message)};
}

bool HttpTransfer::prepare() {
  if (!parse_origin(request_.url) || has_control(request_.url)) {
    return fail(OutboundFault::Malformed, "Malformed URL."), false;
  }
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
  CURL* const curl = handle();
  set_common(std::min(request_.connect_timeout, left), left, request_.ca_file);
  response_ = {};
  header_bytes_ = 0;
  refused_an_address_ = tried_an_address_ = false;
  if (!set_headers()) return false;
  set_method();
  curl_easy_setopt(curl, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.max_response_bytes));
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  if (request_.stall_timeout.count() > 0) {
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request_.stall_timeout.count()));
  }
  if (request_.addresses == AddressRule::PublicOnly) {
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, on_before_request);
    curl_easy_setopt(curl, CURLOPT_PREREQDATA, this);
  }
  return true;
}

bool HttpTransfer::set_headers() {
  curl_slist* list = nullptr;
  const auto append = [&](const std::string& line) { list = curl_slist_append(list, line.c_str()); };
  append("Expect:");  // no waiting for "100 Continue"
  if (!request_.headers.find("Content-Type")) append("Content-Type:");
  if (!request_.headers.find("User-Agent")) append("User-Agent: " + options_.user_agent);
  bool clean = true;
  for (const auto& [name, value] : request_.headers) {
    clean = clean && !name.empty() && !has_control(name) && name.find_first_of(": ") == name.npos &&
            !has_control(value);
    append(value.empty() ? name + ";" : name + ": " + value);
  }
  header_list_.reset(list);
  curl_easy_setopt(handle(), CURLOPT_HTTPHEADER, list);
  if (!clean) fail(OutboundFault::Malformed, "Malformed header.");
  return clean;
}

void HttpTransfer::set_method() {
  CURL* const curl = handle();
  const std::string& method = request_.method;
  const bool carries_body =
      method == "POST" || method == "PUT" || method == "PATCH" || !request_.body.empty();
  if (method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    return;
  }
  if (carries_body) {  // an empty one says "Content-Length: 0"
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request_.body.data());
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
}

// Redirects are followed here and not by curl: the method has to change although it was set by hand.
bool HttpTransfer::go_on(CURLcode code) {
  char* location = nullptr;
  curl_easy_getinfo(handle(), CURLINFO_REDIRECT_URL, &location);
  if (code != CURLE_OK || error_ || request_.max_redirects == 0 || location == nullptr) return false;
  if (redirects_++ == request_.max_redirects)
    return fail(OutboundFault::TooManyRedirects, "Too many redirects."), false;
  const std::string next = location;
  const auto from = parse_origin(request_.url);
  const auto to = parse_origin(next);
  if (!to) return fail(OutboundFault::Malformed, "Redirected to a malformed URL."), false;
  const bool upgraded =
      from->host == to->host && from->scheme == "http" && from->port == "80" && to->port == "443";
  if (from != to && !upgraded) request_.headers = without(request_.headers, {"Authorization", "Cookie"});
  if (becomes_get(request_.method, static_cast<int>(info(CURLINFO_RESPONSE_CODE)))) {
    request_.method = "GET";
    request_.body.clear();
    request_.headers = without(request_.headers, {"Content-Type", "Content-Encoding"});
  }
  request_.url = next;
  return prepare();
}

Outcome HttpTransfer::outcome(CURLcode code) {
  if (code == CURLE_OK && !error_) {
    response_.status = static_cast<int>(info(CURLINFO_RESPONSE_CODE));
    return std::move(response_);
  }
  OutboundError error = error_ ? *error_ : error_of(code);
  if (error.fault == OutboundFault::Connect && refused_an_address_ && !tried_an_address_) {
    error = {.fault = OutboundFault::Refused, .message = kRefused};
  }
  const bool before_anything = error.fault == OutboundFault::Malformed && redirects_ == 0;
  error.status = before_anything ? 0 : static_cast<int>(info(CURLINFO_RESPONSE_CODE));
  error.sent = redirects_ > 0 || (!before_anything && info(CURLINFO_REQUEST_SIZE) > 0);
  return error;
}

// ---------------------------------------------------------------------------------------------- called by
// curl

std::size_t HttpTransfer::on_header(char* data, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  std::string_view line(data, size);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) transfer.response_.headers = {};  // after a "100 Continue"
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return size;
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  transfer.response_.headers.add(std::string(line.substr(0, colon)), std::string(value));
  if (transfer.header_bytes_ += size; transfer.header_bytes_ <= kMaxHeaderBytes) return size;
  transfer.fail(OutboundFault::TooLarge, "The answer is too large.");
  return 0;
}

std::size_t HttpTransfer::on_body(char* data, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  if (transfer.response_.body.size() + size > transfer.request_.max_response_bytes) {
    transfer.fail(OutboundFault::TooLarge, "The answer is too large.");
    return 0;
  }
  transfer.response_.body.append(data, size);
  return size;
}

curl_socket_t HttpTransfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  const auto target = address_of(address->addr);
  if (!target || !transfer.options_.policy.permits(*target)) {
    transfer.refused_an_address_ = true;
    return CURL_SOCKET_BAD;
  }
  transfer.tried_an_address_ = true;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Sees the connections as well that were kept from requests to which the policy did not apply.
int HttpTransfer::on_before_request(void* self, char* address, char*, int, int) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  const auto target = parse_address(address);
  if (target && transfer.options_.policy.permits(*target)) return CURL_PREREQFUNC_OK;
  transfer.fail(OutboundFault::Refused, kRefused);
  return CURL_PREREQFUNC_ABORT;
}

}  // namespace tocsin::http
