#include "edge/delivery/email/email.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>

#include "domain/integration/html.h"
#include "domain/templating/markdown.h"
#include "language/json/utf8.h"

namespace tocsin::delivery {
namespace {

constexpr std::size_t kSubjectLimit = 500;  // in code points
constexpr std::size_t kEncodedBytes = 45;   // of text in one encoded word: 60 signs
constexpr std::size_t kBodyLineBytes = 57;  // 76 signs

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string body_base64(std::string_view bytes) {
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kBodyLineBytes, bytes.size())))
    out += base64(bytes.substr(0, kBodyLineBytes)) + "\r\n";
  return out;
}

// No line break ever gets into a header (docs/spec/channels.md, section 6).
std::string one_line(std::string_view text) {
  std::string out(json::first_code_points(text, kSubjectLimit));
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return out;
}

// RFC 2047, split between code points; short ASCII stays readable.
std::string encoded_words(std::string_view text) {
  const bool plain = text.size() <= 66 && text.find("=?") == std::string_view::npos &&
                     std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
  if (plain) return std::string(text);
  std::string out;
  while (!text.empty()) {
    std::size_t size = std::min(kEncodedBytes, text.size());
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    out += (out.empty() ? "=?utf-8?B?" : "\r\n =?utf-8?B?") + base64(text.substr(0, size)) + "?=";
    text.remove_prefix(size);
  }
  return out;
}

std::string mail_date(Instant at) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  char text[48];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d +0000",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

// Both blank: number and integration stand for them (docs/spec/channels.md, section 1.1).
std::string fallback(const Page& page) {
  return "#" + std::to_string(page.view.group().number) + " Incident via " + page.view.integration.name;
}

std::string html_of(const Page& page) {
  std::string html = templating::markdown_to_html(page.look.message.value_or(fallback(page)));
  if (page.left_today) html += "<p>" + std::to_string(*page.left_today) + " emails left for today.</p>\n";
  return html + "<hr>\n<p><a href=\"" + templating::escape_html(page.view.web_link) + "\">Alert Group #" +
         std::to_string(page.view.group().number) + "</a> from " +
         templating::escape_html(page.view.integration.name) + "</p>\n";
}

std::string part(const std::string& boundary, const std::string& type, const std::string& text) {
  return "--" + boundary + "\r\nContent-Type: " + type +
         "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body_base64(text);
}

Outcome judge_mail(const http::Outcome& outcome) {
  constexpr auto kCode = NotificationFailure::MailNotSent;
  if (std::holds_alternative<http::OutboundResponse>(outcome)) return Delivered{};
  const auto& error = std::get<http::OutboundError>(outcome);
  const std::string reason = "Error while sending email: " + error.message;
  const bool refused_for_good = error.fault == http::OutboundFault::Rejected && error.status >= 500;
  if (refused_for_good || error.fault == http::OutboundFault::Malformed ||
      error.fault == http::OutboundFault::Tls)
    return Failed{reason, kCode};
  return Retry{reason, std::nullopt, false, kCode};
}

}  // namespace

std::string compose_mail(const Page& page, const std::string& from) {
  const std::string domain = from.substr(std::min(from.rfind('@'), from.size() - 1) + 1);
  const std::string thread = "<" + page.view.group().id.str() + "@" + domain + ">";
  const std::string boundary = "tocsin-" + page.id;
  const std::string html = html_of(page);
  return "From: " + one_line(from) + "\r\nTo: " + one_line(page.user.email) +
         "\r\nSubject: " + encoded_words(one_line(page.look.title.value_or(fallback(page)))) +
         "\r\nDate: " + mail_date(page.now) + "\r\nMessage-ID: <" + page.id + "@" + domain +
         ">\r\nIn-Reply-To: " + thread + "\r\nReferences: " + thread +
         "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
         "Content-Type: multipart/alternative; boundary=\"" +
         boundary + "\"\r\n\r\n" + part(boundary, "text/plain", integration::html_to_text(html)) +
         part(boundary, "text/html", html) + "--" + boundary + "--\r\n";
}

std::optional<Failed> EmailProvider::obstacle(const User& user) const {
  if (user.email.find('@') != std::string::npos) return std::nullopt;
  return Failed{"Error while sending email: the user has no address", NotificationFailure::MailNotSent};
}

void EmailProvider::send(const Page& page, Done done) {
  outbound_.send_mail({.url = settings_.url,
                       .start_tls = settings_.start_tls,
                       .user = settings_.user,
                       .password = settings_.password,
                       .from = settings_.from,
                       .to = {page.user.email},
                       .message = compose_mail(page, settings_.from),
                       .total_timeout = settings_.total_timeout,
                       .ca_file = settings_.ca_file},
                      [done = std::move(done)](const http::Outcome& outcome) { done(judge_mail(outcome)); });
}

}  // namespace tocsin::delivery
