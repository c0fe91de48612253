// Small things that bytes and texts go through on their way out and in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

// Two lower-case hexadecimal digits a byte.
std::string to_hex(std::string_view bytes);
// Nullopt for anything but pairs of lower-case digits.
std::optional<std::string> from_hex(std::string_view text);

// "text", as names stand in sentences; nothing is escaped.
std::string quoted(std::string_view text);

// & < > become &amp; &lt; &gt;, quotes stay: Slack's rule, and OnCall's for generated names.
std::string escape_markup(std::string_view text);

}  // namespace tocsin
