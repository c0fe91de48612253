// The attributes that Python's objects have and the sandbox keeps shut: using one is a security error, not an
// undefined value. Source: docs/spec/templates.md, section 5.2; the names are those of CPython 3.11.
#pragma once

#include <string_view>

#include "language/jinja/value.h"

namespace tocsin::jinja {

bool is_unsafe(Value object, std::string_view name);

}  // namespace tocsin::jinja
