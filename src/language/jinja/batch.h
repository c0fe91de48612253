// One template per line of JSON, for `tocsin template render --batch` (docs/spec/RULINGS.md, 17) and the
// differential test.
#pragma once

#include <string>
#include <string_view>

#include "language/jinja/template.h"

namespace tocsin::jinja {

// {"template": "...", "context": {...}} to {"result": "..."} or {"error": "Template Error: ..."}, without the
// newline. A line that is no such object answers an error too: every line has its answer.
[[nodiscard]] std::string render_batch_line(std::string_view line, const RenderOptions& options = {});

}  // namespace tocsin::jinja
