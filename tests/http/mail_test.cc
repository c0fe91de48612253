#include <gtest/gtest.h>

#include <future>

#include "edge/http/client.h"
#include "http/mail_server.h"

namespace tocsin::http {
namespace {

using namespace std::chrono_literals;

Outcome send(Mail mail) {
  Client client({});
  std::promise<Outcome> promise;
  client.send_mail(std::move(mail), [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
  return promise.get_future().get();
}

Mail mail_to(const MailServer& server, StartTls start_tls = StartTls::Never) {
  return {.url = server.url(),
          .start_tls = start_tls,
          .from = "tocsin@example.org",
          .to = {"anna@example.org", "boris@example.org"},
          .message = "Subject: disk full\n\nline\r\n.dot\nlast"};
}

const char* const kEnvelopeAndData =
    "MAIL FROM:<tocsin@example.org>\nRCPT TO:<anna@example.org>\nRCPT TO:<boris@example.org>\nDATA\n"
    "Subject: disk full\n\nline\n..dot\nlast\n.\n";

OutboundError error(const Outcome& outcome) {
  if (const auto* found = std::get_if<OutboundError>(&outcome)) return *found;
  ADD_FAILURE() << "the mail was accepted";
  return {};
}

TEST(SendMail, HandsTheMailOver) {
  const MailServer server({});
  const Outcome outcome = send(mail_to(server));
  ASSERT_TRUE(std::holds_alternative<OutboundResponse>(outcome)) << error(outcome).message;
  EXPECT_EQ(std::get<OutboundResponse>(outcome).status, 250);
  EXPECT_NE(server.transcript().find(std::string("EHLO tocsin.test\n") + kEnvelopeAndData), std::string::npos)
      << server.transcript();
}

TEST(SendMail, LogsInAndEncryptsWithStartTls) {
  const Certificate certificate;
  const MailServer server({.certificate = &certificate});
  Mail mail = mail_to(server, StartTls::Required);
  mail.user = "user";
  mail.password = "password";
  mail.ca_file = certificate.certificate_file();
  const Outcome outcome = send(mail);
  ASSERT_TRUE(std::holds_alternative<OutboundResponse>(outcome)) << error(outcome).message;
  const std::string transcript = server.transcript();
  EXPECT_LT(transcript.find("STARTTLS\n<TLS>\n"), transcript.find("AUTH PLAIN"));
  EXPECT_NE(transcript.find("AHVzZXIAcGFzc3dvcmQ="), std::string::npos) << "user and password, RFC 4616";
  EXPECT_NE(transcript.find(kEnvelopeAndData), std::string::npos) << transcript;
}

TEST(SendMail, EncryptsFromTheStart) {
  const Certificate certificate;
  const MailServer server({.tls_from_the_start = true, .certificate = &certificate});
  Mail mail = mail_to(server, StartTls::Required);
  mail.url = server.url("smtps");
  mail.ca_file = certificate.certificate_file();
  const Outcome outcome = send(mail);
  EXPECT_TRUE(std::holds_alternative<OutboundResponse>(outcome)) << error(outcome).message;
  EXPECT_TRUE(server.transcript().starts_with("<TLS>\nEHLO"));
}

TEST(SendMail, SendsNothingInTheClearWhenTlsIsRequired) {
  const MailServer without({});
  const OutboundError refused = error(send(mail_to(without, StartTls::Required)));
  EXPECT_EQ(refused.fault, OutboundFault::Tls);
  EXPECT_EQ(without.transcript().find("MAIL"), std::string::npos);
  EXPECT_TRUE(std::holds_alternative<OutboundResponse>(send(mail_to(without, StartTls::IfOffered))));
  const Certificate certificate;
  const MailServer untrusted({.certificate = &certificate});
  EXPECT_EQ(error(send(mail_to(untrusted, StartTls::Required))).fault, OutboundFault::Tls);
  EXPECT_EQ(untrusted.transcript().find("MAIL"), std::string::npos);
}

TEST(SendMail, TellsWhatTheServerAnswered) {
  const struct {
    const char* name;
    MailScript script;
    const char* user;
    int status;
    const char* message;
  } cases[] = {
      {"recipient unknown",
       {.answers = {{"RCPT", "550 5.1.1 no such user"}}},
       "",
       550,
       "550 5.1.1 no such user"},
      {"sender refused", {.answers = {{"MAIL", "553 not you"}}}, "", 553, "553 not you"},
      {"try later", {.answers = {{"MAIL", "451 busy"}}}, "", 451, "451 busy"},
      {"mail refused", {.answers = {{".", "554 spam"}}}, "", 554, "554 spam"},
      {"wrong password", {.answers = {{"AUTH", "535 go away"}}}, "user", 535, "535 go away"},
      {"no login that we know", {.extensions = "AUTH TELEPATHY"}, "user", 250, "it offers no login we know."},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const MailServer server(c.script);
    Mail mail = mail_to(server);
    mail.user = c.user;
    const OutboundError got = error(send(mail));
    EXPECT_EQ(got.fault, OutboundFault::Rejected);
    EXPECT_EQ(got.status, c.status);
    EXPECT_EQ(got.message, std::string("The mail server did not accept the mail: ") + c.message);
    EXPECT_FALSE(got.sent);
  }
}

TEST(SendMail, SaysThatTheMailMayHaveBeenTakenWhenTheAnswerIsMissing) {
  const MailServer server({.silent_after_data = true});
  Mail mail = mail_to(server);
  mail.total_timeout = 100ms;
  const OutboundError got = error(send(mail));
  EXPECT_EQ(got.fault, OutboundFault::TimedOut);
  EXPECT_TRUE(got.sent);
}

TEST(SendMail, RefusesWhatCouldEndACommand) {
  const MailServer server({});
  for (const char* address : {"", "a@b\r\nRCPT TO:<c@d>", "a b@c", "<a@b>", "a@b>", "a@b\n"}) {
    SCOPED_TRACE(address);
    Mail mail = mail_to(server);
    mail.to = {"anna@example.org", address};
    EXPECT_EQ(error(send(mail)).fault, OutboundFault::Malformed);
    mail = mail_to(server);
    mail.from = address;
    EXPECT_EQ(error(send(mail)).message, "Malformed mail address.");
  }
  Mail elsewhere = mail_to(server);
  elsewhere.url = "http://127.0.0.1/";
  EXPECT_EQ(error(send(elsewhere)).message, "Malformed URL.");
  EXPECT_EQ(server.transcript(), "");
}

}  // namespace
}  // namespace tocsin::http
