#include "domain/integration/email.h"

#include <algorithm>

#include "domain/integration/html.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kWhitespace = " \t\n\r\f\v";

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kWhitespace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhitespace) - begin + 1);
}

bool equal_without_case(std::string_view a, std::string_view b) {
  const auto lower = [](char sign) {
    return sign >= 'A' && sign <= 'Z' ? static_cast<char>(sign + 32) : sign;
  };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// The header without quoted strings and (comments): what is left can't hide an address.
std::string without_names(std::string_view header) {
  std::string rest;
  bool quoted = false;
  int depth = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const char sign = header[i];
    if (sign == '\\' && (quoted || depth > 0)) {
      ++i;
    } else if (depth == 0 && sign == '"') {
      quoted = !quoted;
    } else if (!quoted && sign == '(') {
      ++depth;
    } else if (!quoted && sign == ')' && depth > 0) {
      --depth;
    } else if (!quoted && depth == 0) {
      rest += sign;
    }
  }
  return rest;
}

bool is_address(std::string_view text) {
  const std::size_t at = text.rfind('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find_first_of(" \t\r\n<>,;") == std::string_view::npos;
}

}  // namespace

std::string sender_address(std::string_view from_header) {
  const std::string rest = without_names(from_header);
  std::string_view address = rest;
  if (const std::size_t open = rest.find('<'); open != std::string::npos)
    address = address.substr(open + 1, rest.find('>', open) - open - 1);
  address = trim(address);
  return std::string(is_address(address) ? address : trim(from_header));
}

json::Value mail_payload(const Mail& mail) {
  const std::string_view text = trim(mail.text);
  return json::Object{{"subject", trim(mail.subject)},
                      {"message", text.empty() ? html_to_text(mail.html) : std::string(text)},
                      {"sender", sender_address(mail.from)}};
}

std::optional<std::string> mail_token(std::span<const std::string> envelope_recipients,
                                      std::string_view domain) {
  for (const std::string& recipient : envelope_recipients) {
    const std::string address = sender_address(recipient);
    const std::size_t at = address.rfind('@');
    if (at == std::string::npos || at == 0 || !equal_without_case(address.substr(at + 1), domain)) continue;
    return address.substr(0, at);
  }
  return std::nullopt;
}

}  // namespace tocsin::integration
