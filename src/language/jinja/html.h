// HTML escaping as MarkupSafe does it.
#pragma once

#include <string>
#include <string_view>

#include "language/jinja/value.h"

namespace tocsin::jinja {

// & < > ' " become &amp; &lt; &gt; &#39; &#34;.
void append_escaped(std::string& out, std::string_view text);
// The text of a str, escaped unless it is Markup.
void append_markup(std::string& out, Value string);
// A value printed and escaped; Markup as it is.
void append_escaped(State& state, std::string& out, Value v);
Value escape(State& state, Value v);

// Character references replaced by what they stand for.
std::string unescape(std::string_view text);
// Comments and tags removed, white space collapsed, references replaced.
std::string strip_tags(std::string_view text);

}  // namespace tocsin::jinja
