// The `templates` object of an integration (docs/spec/api-alerting.md, section 1.3).
#pragma once

#include <string>

#include "base/result.h"
#include "domain/model/integration.h"
#include "language/json/value.h"

namespace tocsin::api {

// JSON text; every key is always answered, null stands for the type's default.
std::string write_templates(const TemplateTexts& templates);

// Takes over what the object says: absent keeps, null goes back to the default. Each text is really compiled.
Result<void> read_templates(const json::Object& body, TemplateTexts& templates);

}  // namespace tocsin::api
