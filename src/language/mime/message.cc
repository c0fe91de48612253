#include "language/mime/message.h"

#include <algorithm>
#include <optional>

#include "language/mime/charset.h"
#include "language/mime/transfer.h"

namespace tocsin::mime {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// Takes the next line off `text`, without its end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Takes the headers and the empty line off `text`. A line that cannot be one ends them: the body began.
Headers take_headers(std::string_view& text) {
  Headers headers;
  std::string name, value;
  auto keep = [&, count = std::size_t{0}]() mutable {
    if (!name.empty() && ++count <= kMostHeaders) headers.add(std::move(name), std::string(trim(value)));
    name.clear(), value.clear();
  };
  while (!text.empty()) {
    std::string_view rest = text;
    const std::string_view line = take_line(rest);
    const bool folded = line.starts_with(' ') || line.starts_with('\t');
    const std::size_t colon = line.find(':');
    const bool from_line = line.starts_with("From ");  // how mailboxes separate messages
    if (!line.empty() && !folded && !from_line && (colon == std::string_view::npos || colon == 0)) break;
    text = rest;
    if (line.empty()) break;
    if (folded) {
      value += line;
    } else if (!from_line) {
      keep();
      name = trim(line.substr(0, colon));
      value = line.substr(colon + 1);
    }
  }
  keep();
  return headers;
}

// `Text/Plain; charset="utf-8"` as its parts.
std::string media_type(std::string_view value) {
  std::string type(trim(value.substr(0, value.find(';'))));
  std::ranges::transform(type, type.begin(), lower);
  return type;
}

std::optional<std::string> parameter(std::string_view value, std::string_view name) {
  std::size_t at = value.find(';');
  while (at != std::string_view::npos && at < value.size()) {
    value.remove_prefix(at + 1);
    const std::size_t equals = value.find_first_of("=;");
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view key = trim(value.substr(0, equals));
    if (value[equals] == ';') {
      at = equals;
      continue;
    }
    value.remove_prefix(equals + 1);
    value = value.substr(std::min(value.find_first_not_of(" \t\r\n"), value.size()));
    std::string content;
    if (value.starts_with('"')) {
      for (at = 1; at < value.size() && value[at] != '"'; ++at) {
        if (value[at] == '\\' && at + 1 < value.size()) ++at;
        content += value[at];
      }
    } else {
      at = std::min(value.find(';'), value.size());
      content = trim(value.substr(0, at));
    }
    if (equal_without_case(key, name)) return content;
    at = value.find(';', at);
  }
  return std::nullopt;
}

// Finds the message's text by walking its parts in order.
class Reader {
 public:
  explicit Reader(Message& message) : message_(message) {}

  void read(std::string_view bytes, const Headers& headers, int depth) {
    if (depth > kDeepestPart || ++parts_ > kMostParts) return;
    const std::string_view content_type = headers.find("Content-Type");
    const std::string type = content_type.empty() ? "text/plain" : media_type(content_type);
    if (type.starts_with("multipart/")) {
      const auto boundary = parameter(content_type, "boundary");
      if (boundary && !boundary->empty()) return read_parts(bytes, *boundary, depth);
    } else if (type == "message/rfc822") {
      return read_whole(bytes, depth + 1);
    }
    if (media_type(headers.find("Content-Disposition")) == "attachment") return;
    if (type == "text/html") return keep(message_.html, has_html_, bytes, headers);
    // A multipart without a boundary is shown as it is.
    if (type == "text/plain" || type.starts_with("multipart/"))
      keep(message_.text, has_text_, bytes, headers);
  }

  void read_whole(std::string_view bytes, int depth) {
    const Headers headers = take_headers(bytes);
    read(bytes, headers, depth);
  }

 private:
  void read_parts(std::string_view bytes, const std::string& boundary, int depth) {
    const std::string delimiter = "--" + boundary;
    std::optional<std::size_t> begin;  // of the part that is open
    for (std::size_t at = 0; (at = bytes.find(delimiter, at)) != std::string_view::npos;) {
      const bool at_line_start = at == 0 || bytes[at - 1] == '\n';
      const std::size_t after = at + delimiter.size();
      const std::string_view tail = bytes.substr(after, bytes.find('\n', after) - after);
      const bool is_last = tail.starts_with("--");
      if (!at_line_start || !trim(is_last ? tail.substr(2) : tail).empty()) {
        at = after;
        continue;
      }
      if (begin)
        read_whole(bytes.substr(*begin, std::max(end_of_part(bytes, at), *begin) - *begin), depth + 1);
      begin.reset();
      if (is_last || parts_ > kMostParts) return;
      begin = std::min(after + tail.size() + 1, bytes.size());
      at = *begin;
    }
    if (begin) read_whole(bytes.substr(*begin), depth + 1);  // cut off
  }

  // The line end before a delimiter belongs to the delimiter.
  static std::size_t end_of_part(std::string_view bytes, std::size_t delimiter) {
    std::size_t end = delimiter == 0 ? 0 : delimiter - 1;
    if (end > 0 && bytes[end - 1] == '\r') --end;
    return end;
  }

  static void keep(std::string& into, bool& has, std::string_view bytes, const Headers& headers) {
    if (has) return;
    has = true;
    const std::string encoding = media_type(headers.find("Content-Transfer-Encoding"));
    const std::string charset = parameter(headers.find("Content-Type"), "charset").value_or("utf-8");
    into = encoding == "base64"             ? to_utf8(decode_base64(bytes), charset)
           : encoding == "quoted-printable" ? to_utf8(decode_quoted_printable(bytes), charset)
                                            : to_utf8(bytes, charset);
  }

  Message& message_;
  bool has_text_ = false, has_html_ = false;
  std::size_t parts_ = 0;
};

}  // namespace

std::string_view Headers::find(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (equal_without_case(key, name)) return value;
  }
  return {};
}

Message read_message(std::string_view bytes) {
  Message message;
  message.headers = take_headers(bytes);
  Reader(message).read(bytes, message.headers, 0);
  return message;
}

Headers read_headers(std::string_view bytes) {
  return take_headers(bytes);
}

}  // namespace tocsin::mime
