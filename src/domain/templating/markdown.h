// Rendered messages are Markdown; mail wants HTML and plain text.
//
// Pure. Tables, strikethrough and fenced code as on GitHub; a line break stays a line break. Raw HTML and
// dangerous links of the message are left out: alerts come from anywhere. Source: docs/spec/channels.md,
// section 6.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::templating {

std::string markdown_to_html(std::string_view markdown);
std::string markdown_to_text(std::string_view markdown);

std::string escape_html(std::string_view text);

}  // namespace tocsin::templating
