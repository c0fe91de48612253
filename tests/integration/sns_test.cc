#include "domain/integration/sns.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "language/json/read.h"

namespace tocsin::integration::sns {
namespace {

// Messages that `openssl dgst -sign` signed with keys thrown away since; nothing here comes from Amazon.
std::string read_file(const std::string& name) {
  std::ifstream file(std::string(TOCSIN_SOURCE_DIR "/tests/golden/integration/sns/") + name);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}
json::Value envelope(const std::string& name) {
  return json::read(read_file(name)).value();
}

std::string verdict(const json::Value& message, const std::string& certificate = "certificate.pem") {
  const auto result = verify_signature(message, read_file(certificate));
  return result ? "genuine" : result.error().message;
}

TEST(SnsSignature, IsVerifiedInBothVersionsAndForBothShapes) {
  for (const char* name :
       {"notification_v1.json", "notification_v2_without_subject.json", "confirmation_v1.json"}) {
    EXPECT_EQ(verdict(envelope(name)), "genuine") << name;
    EXPECT_EQ(verdict(envelope(name), "other_certificate.pem"), "Improper Signature") << name;
    EXPECT_EQ(verdict(envelope(name), "ec_certificate.pem"), "Improper Signature") << name;
  }
}

TEST(SnsSignature, CoversEverySignedMember) {
  for (const char* name : {"notification_v1.json", "confirmation_v1.json"}) {
    for (const char* member :
         {"Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn"}) {
      json::Value message = envelope(name);
      json::Value* value = message.as_object().find(member);
      if (value == nullptr) continue;
      value->as_string() += "x";
      EXPECT_EQ(verdict(message), "Improper Signature") << name << " " << member;
    }
  }
}

TEST(SnsSignature, RefusesWhatItCannotRead) {
  const struct {
    const char* member;
    json::Value value;
    const char* expected;
  } cases[] = {
      {"Signature", "", "Improper Signature"},
      {"Signature", "====", "Improper Signature"},
      {"Signature", "AAAA", "Improper Signature"},
      {"Signature", "not base64!", "Improper Signature"},
      {"SignatureVersion", "2", "Improper Signature"},
      {"SignatureVersion", "3", "Improper Signature"},
      {"SignatureVersion", 1, "{}"},
      {"Signature", nullptr, "{}"},
      {"Message", nullptr, "{}"},
      {"Type", nullptr, "{}"},
      {"Type", "SubscriptionConfirmation", "{}"},
  };
  for (const auto& c : cases) {
    json::Value message = envelope("notification_v1.json");
    message.as_object().set(c.member, c.value);
    EXPECT_EQ(verdict(message), c.expected) << c.member;
  }
  EXPECT_FALSE(verify_signature(envelope("notification_v1.json"), ""));
  EXPECT_FALSE(verify_signature(envelope("notification_v1.json"), "-----BEGIN CERTIFICATE-----\nAAAA"));
  EXPECT_FALSE(verify_signature(json::Value(json::Array{}), read_file("certificate.pem")));
}

TEST(SnsSignature, SignsOneNameAndOneValueALine) {
  const json::Object message{{"Type", "Notification"}, {"TopicArn", "arn"}, {"Subject", "s"},
                             {"Timestamp", "t"},       {"MessageId", "id"}, {"Message", "two\nlines"}};
  EXPECT_EQ(
      canonical_text(message).value(),
      "Message\ntwo\nlines\nMessageId\nid\nSubject\ns\nTimestamp\nt\nTopicArn\narn\nType\nNotification\n");
}

TEST(SnsUrls, OnlyAmazonsOwnHostIsTrusted) {
  const std::pair<const char*, bool> cases[] = {
      {"https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-x.pem", true},
      {"https://sns.us-gov-west-1.amazonaws.com/x.pem", true},
      {"https://sns.cn-north-1.amazonaws.com.cn/x.pem", true},
      {"https://sns.eu-west-1.amazonaws.com:443/x.pem", true},
      {"https://sns.eu-west-1.amazonaws.com", true},
      {"https://sns.eu-west-1.amazonaws.com?x", true},
      {"http://sns.eu-west-1.amazonaws.com/x.pem", false},
      {"https://evilsns.eu-west-1.amazonaws.com/x.pem", false},
      {"https://evil.example/sns.eu-west-1.amazonaws.com", false},
      {"https://evil.example?sns.eu-west-1.amazonaws.com", false},
      {"https://evil.example#.sns.eu-west-1.amazonaws.com", false},
      {"https://evil.example\\sns.eu-west-1.amazonaws.com/", false},
      {"https://sns.eu-west-1.amazonaws.com@evil.example/", false},
      {"https://evil.example:443@sns.eu-west-1.amazonaws.com/", false},
      {"https://sns.eu-west-1.amazonaws.com.evil.example/x.pem", false},
      {"https://sns.evil.example/.amazonaws.com", false},
      {"https://sns.a.b.amazonaws.com/x.pem", false},
      {"https://sns.amazonaws.com/x.pem", false},
      {"https://sns..amazonaws.com/x.pem", false},
      {"https://bucket.s3.eu-west-1.amazonaws.com/x.pem", false},
      {"https://sns.eu-west-1.amazonaws.com:8443/x.pem", false},
      {"https://sns.eu-west-1.amazonaws.com\n.evil.example/", false},
      {"https://sns.eu-west-1.amazonaws.com/a b", false},
      {"", false},
      {"https://", false},
  };
  for (const auto& [url, expected] : cases) EXPECT_EQ(is_amazon_url(url), expected) << url;
}

TEST(SnsUrls, RefusalsHaveTheirTexts) {
  const json::Value evil =
      json::Object{{"SigningCertURL", "https://evil.example/"}, {"SubscribeURL", "https://evil.example/"}};
  EXPECT_EQ(certificate_url(evil).error().message, "Improper Certificate Location");
  EXPECT_EQ(subscribe_url(evil).error().message, "Improper Subscription Domain");
  EXPECT_EQ(certificate_url(json::Object{}).error().message, "{}");
  EXPECT_EQ(certificate_url(envelope("notification_v1.json")).value(),
            "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-x.pem");
}

TEST(SnsMessageType, ComesFromTheHeader) {
  EXPECT_EQ(parse_message_type("Notification").value(), MessageType::Notification);
  EXPECT_EQ(parse_message_type("SubscriptionConfirmation").value(), MessageType::SubscriptionConfirmation);
  EXPECT_EQ(parse_message_type("UnsubscribeConfirmation").value(), MessageType::UnsubscribeConfirmation);
  EXPECT_EQ(parse_message_type("").error().message, "HTTP_X_AMZ_SNS_MESSAGE_TYPE not set");
  EXPECT_EQ(parse_message_type("notification").error().message, "Invalid Notification Type");
}

}  // namespace
}  // namespace tocsin::integration::sns
