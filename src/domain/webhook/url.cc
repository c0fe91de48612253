#include "domain/webhook/url.h"

#include <algorithm>

namespace tocsin::webhook {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

}  // namespace

std::optional<Target> split_url(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Target target{.scheme = lower(url.substr(0, colon)), .host = {}, .port = {}};
  if (target.scheme != "http" && target.scheme != "https") return std::nullopt;
  std::string_view authority = url.substr(colon + 3);
  authority = authority.substr(0, authority.find_first_of("/?#\\"));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  if (authority.find_first_of(" \t\r\n") != std::string_view::npos) return std::nullopt;
  std::size_t end = authority.find(':');
  if (authority.starts_with('[')) {
    const std::size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    target.host = lower(authority.substr(1, bracket - 1));
    end = bracket + 1;
  } else {
    target.host = lower(authority.substr(0, end));
  }
  if (target.host.empty()) return std::nullopt;
  if (end != std::string_view::npos && end + 1 < authority.size() && authority[end] == ':')
    target.port = authority.substr(end + 1);
  if (target.port.empty()) target.port = target.scheme == "https" ? "443" : "80";
  return target;
}

}  // namespace tocsin::webhook
