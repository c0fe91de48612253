// The default templates as a file, so that tests/golden/integration/check.py can render them with Python's
// Jinja2.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "domain/integration/type.h"
#include "language/json/write.h"

namespace tocsin::integration {
namespace {

constexpr const char* kFile = TOCSIN_SOURCE_DIR "/tests/golden/integration/templates.json";

json::Value to_json(const Template& text) {
  return text ? json::Value(*text) : json::Value();
}

json::Object to_json(const Appearance& appearance) {
  return {{"title", to_json(appearance.title)},
          {"message", to_json(appearance.message)},
          {"image_url", to_json(appearance.image_url)}};
}

std::string exported() {
  json::Object types;
  for (const Type& type : all_types()) {
    const Templates& templates = type.templates;
    types.set(type.slug, json::Object{{"grouping_key", to_json(templates.grouping_key)},
                                      {"resolve_signal", to_json(templates.resolve_signal)},
                                      {"acknowledge_signal", to_json(templates.acknowledge_signal)},
                                      {"source_link", to_json(templates.source_link)},
                                      {"web", to_json(templates.web)},
                                      {"slack", to_json(templates.slack)},
                                      {"sms", to_json(templates.sms)},
                                      {"phone_call", to_json(templates.phone_call)},
                                      {"telegram", to_json(templates.telegram)}});
  }
  return json::write(types, {.after_key = ": ", .indent = 2}) + "\n";
}

TEST(ExportedTemplates, AreThoseOfTheTable) {
  const std::string now = exported();
  if (std::getenv("TOCSIN_REWRITE_GOLDEN") != nullptr) std::ofstream(kFile) << now;
  std::ifstream file(kFile);
  std::ostringstream stored;
  stored << file.rdbuf();
  EXPECT_TRUE(stored.str() == now)
      << kFile << " is out of date: run again with TOCSIN_REWRITE_GOLDEN=1, then check.py";
}

}  // namespace
}  // namespace tocsin::integration
