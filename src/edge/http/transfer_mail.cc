#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "edge/http/transfer.h"

namespace tocsin::http {
namespace {

constexpr std::size_t kLongestAnswer = 300;

bool is_mail_url(const std::string& url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  return (url.starts_with("smtp://") || url.starts_with("smtps://")) && parsed &&
         curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
}

// What could end the command that the address stands in.
bool is_bare_address(std::string_view address) {
  return !address.empty() && std::none_of(address.begin(), address.end(), [](char c) {
    return (c >= 0 && c <= ' ') || c == '\x7f' || c == '<' || c == '>';
  });
}

// Mail has CR LF at the end of every line, the last one included.
std::string with_mail_line_ends(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32 + 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (pair) ++i;
    if (text[i] == '\n' || text[i] == '\r') {
      out += "\r\n";
    } else {
      out += text[i];
    }
  }
  if (!out.ends_with("\r\n")) out += "\r\n";
  return out;
}

long tls_level(StartTls start_tls) {
  switch (start_tls) {
    case StartTls::Required:
      return CURLUSESSL_ALL;
    case StartTls::IfOffered:
      return CURLUSESSL_TRY;
    case StartTls::Never:
      return CURLUSESSL_NONE;
  }
  return CURLUSESSL_ALL;
}

}  // namespace

MailTransfer::MailTransfer(const ClientOptions& options, Mail mail, OutboundCallback on_done)
    : Transfer(options, std::move(on_done)), mail_(std::move(mail)) {
  mail_.message = with_mail_line_ends(mail_.message);
}

bool MailTransfer::prepare() {
  const bool addresses = is_bare_address(mail_.from) && !mail_.to.empty() &&
                         std::all_of(mail_.to.begin(), mail_.to.end(), is_bare_address);
  if (!is_mail_url(mail_.url) || !addresses) {
    error_ = {.fault = OutboundFault::Malformed,
              .message = addresses ? "Malformed URL." : "Malformed mail address."};
    return false;
  }
  CURL* const curl = handle();
  set_common(mail_.connect_timeout, mail_.total_timeout, mail_.ca_file);
  curl_slist* recipients = nullptr;
  for (const std::string& to : mail_.to) recipients = curl_slist_append(recipients, to.c_str());
  recipients_.reset(recipients);
  curl_easy_setopt(curl, CURLOPT_URL, mail_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_USE_SSL, tls_level(mail_.start_tls));
  if (!mail_.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, mail_.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, mail_.password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mail_.from.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(curl, CURLOPT_READDATA, this);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_answer);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  return true;
}

Outcome MailTransfer::outcome(CURLcode code) {
  if (error_) return *error_;
  const int answered = static_cast<int>(info(CURLINFO_RESPONSE_CODE));
  if (code == CURLE_OK) return OutboundResponse{answered, {}, last_answer_};
  OutboundError error = error_of(code);
  const bool refused =
      answered >= 400 && error.fault != OutboundFault::TimedOut && error.fault != OutboundFault::Tls;
  if (refused || error.fault == OutboundFault::Rejected) {
    error.fault = OutboundFault::Rejected;
    error.message = "The mail server did not accept the mail: " +
                    (refused ? last_refusal_ : "it offers no login we know.");
  }
  error.sent = read_ > 0 && error.fault != OutboundFault::Rejected;
  return error;
}

std::size_t MailTransfer::on_answer(char* data, std::size_t, std::size_t size, void* self) {
  std::string_view line(data, std::min(size, kLongestAnswer));
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  auto& transfer = *static_cast<MailTransfer*>(self);
  transfer.last_answer_ = line;
  if (line.starts_with('4') || line.starts_with('5'))
    transfer.last_refusal_ = line;  // the answer to QUIT comes later
  return size;
}

std::size_t MailTransfer::on_read(char* into, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<MailTransfer*>(self);
  const std::size_t count = std::min(size, transfer.mail_.message.size() - transfer.read_);
  std::memcpy(into, transfer.mail_.message.data() + transfer.read_, count);
  transfer.read_ += count;
  return count;
}

}  // namespace tocsin::http
