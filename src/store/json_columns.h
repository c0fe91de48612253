// JSON text columns of small fixed shapes.
#pragma once

#include <string>
#include <string_view>

#include "domain/model/integration.h"
#include "language/json/value.h"

namespace tocsin::store {

// [{"key": "k", "value": "v"}, ...]
std::string labels_text(const Labels& labels);
Labels parse_labels(std::string_view text);

// {"name": "text", ...}
std::string texts_text(const TemplateTexts& texts);
TemplateTexts parse_texts(std::string_view text);

// An object that we wrote ourselves; an empty one when the column does not hold one.
json::Object parse_object(std::string_view text);

}  // namespace tocsin::store
