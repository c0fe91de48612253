// The readable text of an HTML mail.
//
// Blocks stand on lines of their own, links are `text (href)`, list items begin with `* `, rules are 32
// dashes; every line is trimmed and empty ones are dropped. White space inside a line means one space, as
// browsers show it, except in <pre>. Scripts, styles and the head are left out. Pure; time and memory are
// linear in the input. Errors: none. Any bytes are accepted, and what is not HTML comes out as text. Source:
// docs/spec/ingestion.md, section 3.8.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::integration {

std::string html_to_text(std::string_view html);

}  // namespace tocsin::integration
