// The examples that Amazon publishes for Signature Version 4 in headers: "GET Bucket Lifecycle" and "Get
// Bucket (List Objects)" of the S3 API reference.
#include "domain/integration/aws_signature.h"

#include <gtest/gtest.h>

namespace tocsin::integration {
namespace {

const AwsCredentials kPublished{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                                "us-east-1"};

std::string authorization(std::string_view query) {
  const auto headers =
      sign_aws({.service = "s3", .host = "examplebucket.s3.amazonaws.com", .path = "/", .query = query},
               kPublished, *parse_iso("2013-05-24T00:00:00Z"));
  EXPECT_EQ(headers.size(), 3U);
  EXPECT_EQ(headers[0], std::pair(std::string("X-Amz-Date"), std::string("20130524T000000Z")));
  EXPECT_EQ(headers[1].second, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(headers[2].first, "Authorization");
  return headers[2].second;
}

TEST(AwsSignature, IsAmazonsOwn) {
  const std::string head =
      "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
      "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=";
  EXPECT_EQ(authorization("lifecycle="),
            head + "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(authorization("max-keys=2&prefix=J"),
            head + "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

}  // namespace
}  // namespace tocsin::integration
