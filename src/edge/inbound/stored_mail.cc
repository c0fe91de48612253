#include "edge/inbound/stored_mail.h"

namespace tocsin::inbound {
namespace {

constexpr std::size_t kLargestMail = 40 * 1024 * 1024;  // Amazon's limit
constexpr int kNoSuchObject = 404;

// Keys may have folders: their slashes stay.
std::string encode_path(std::string_view path) {
  std::string out;
  while (true) {
    const std::size_t slash = path.find('/');
    out += http::percent_encode(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    out += '/';
    path.remove_prefix(slash + 1);
  }
}

Result<std::string> body_of(http::Outcome outcome) {
  if (const auto* error = std::get_if<http::OutboundError>(&outcome))
    return Error{ErrorKind::Unavailable, {}, error->message};
  auto& response = std::get<http::OutboundResponse>(outcome);
  if (response.status == kNoSuchObject) return not_found("the bucket has no such object");
  if (response.status != 200)
    return Error{ErrorKind::Unavailable, {}, "S3 answered with status " + std::to_string(response.status)};
  return std::move(response.body);
}

}  // namespace

void fetch_stored(const StoredMail& where, const EmailSettings& settings, const Clock& clock,
                  http::Outbound& outbound, UseStored use) {
  const std::string path = "/" + http::percent_encode(where.bucket) + "/" + encode_path(where.key);
  const std::string host = settings.s3_url.substr(settings.s3_url.find("://") + 3);
  http::OutboundRequest request{.url = settings.s3_url + path,
                                .addresses = http::AddressRule::SetByOperator,
                                .max_response_bytes = kLargestMail};
  for (auto& [name, value] : integration::sign_aws({.service = "s3", .host = host, .path = path, .query = ""},
                                                   settings.aws, clock.now())) {
    request.headers.add(std::move(name), std::move(value));
  }
  outbound.send(std::move(request),
                [use = std::move(use)](http::Outcome outcome) { use(body_of(std::move(outcome))); });
}

}  // namespace tocsin::inbound
