#include "domain/integration/aws_signature.h"

#include <initializer_list>

#include "base/digest.h"
#include "base/text.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kSignedHeaders = "host;x-amz-content-sha256;x-amz-date";

// "20310405T060708Z"
std::string compact_time(Instant at) {
  std::string text = to_iso_seconds(at);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string hex_digest(std::string_view text) {
  return to_hex(digest(Digest::Sha256, text));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> sign_aws(const AwsGet& get,
                                                          const AwsCredentials& credentials, Instant now) {
  const std::string time = compact_time(now);
  const std::string day = time.substr(0, 8);
  const std::string body_digest = hex_digest("");
  const auto lines = [](std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) text.append(text.empty() ? "" : "\n").append(part);
    return text;
  };
  const std::string canonical =
      lines({"GET", get.path, get.query, "host:" + std::string(get.host),
             "x-amz-content-sha256:" + body_digest, "x-amz-date:" + time, "", kSignedHeaders, body_digest});
  const std::string scope = day + "/" + credentials.region + "/" + std::string(get.service) + "/aws4_request";
  const std::string to_sign = lines({kAlgorithm, time, scope, hex_digest(canonical)});
  std::string key = hmac(Digest::Sha256, "AWS4" + credentials.secret_access_key, day);
  key = hmac(Digest::Sha256, key, credentials.region);
  key = hmac(Digest::Sha256, key, get.service);
  key = hmac(Digest::Sha256, key, "aws4_request");
  return {{"X-Amz-Date", time},
          {"X-Amz-Content-SHA256", body_digest},
          {"Authorization", std::string(kAlgorithm) + " Credential=" + credentials.access_key_id + "/" +
                                scope + ", SignedHeaders=" + std::string(kSignedHeaders) +
                                ", Signature=" + to_hex(hmac(Digest::Sha256, key, to_sign))}};
}

}  // namespace tocsin::integration
