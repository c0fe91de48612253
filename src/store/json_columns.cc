#include "store/json_columns.h"

#include "language/json/read.h"
#include "language/json/write.h"

namespace tocsin::store {

std::string labels_text(const Labels& labels) {
  json::Array array;
  for (const Label& label : labels) {
    array.push_back(json::Object{{"key", json::Value(label.key)}, {"value", json::Value(label.value)}});
  }
  return json::write(json::Value(std::move(array)));
}

Labels parse_labels(std::string_view text) {
  Labels labels;
  const auto value = json::read(text);
  if (!value || !value->is_array()) return labels;
  for (const json::Value& item : value->as_array()) {
    const json::Value* key = item.find("key");
    const json::Value* content = item.find("value");
    if (key != nullptr && content != nullptr && key->is_string() && content->is_string()) {
      labels.push_back({key->as_string(), content->as_string()});
    }
  }
  return labels;
}

std::string texts_text(const TemplateTexts& texts) {
  json::Object object;
  for (const auto& [name, text] : texts) object.set(name, text);
  return json::write(json::Value(std::move(object)));
}

TemplateTexts parse_texts(std::string_view text) {
  TemplateTexts texts;
  for (const auto& [name, value] : parse_object(text)) {
    if (value.is_string()) texts.emplace(name, value.as_string());
  }
  return texts;
}

json::Object parse_object(std::string_view text) {
  auto value = json::read(text);
  if (!value || !value->is_object()) return {};
  return std::move(value->as_object());
}

}  // namespace tocsin::store
