// The 537 recorded cases of docs/spec/templates.md, section 8: what OnCall's templater answers, byte for
// byte.
#include <fstream>
#include <map>

#include "language/jinja/template.h"
#include "language/json/read.h"

namespace tocsin::jinja {
namespace {

struct Case {
  std::string name, source, expected;
  bool is_error = false;
  json::Value context;
};

std::vector<Case> read_cases() {
  std::ifstream file(TOCSIN_SOURCE_DIR "/tests/data/template-cases.jsonl");
  std::vector<Case> cases;
  for (std::string line; std::getline(file, line);) {
    const auto row = json::read(line);
    if (!row) ADD_FAILURE() << row.error().message;
    Case c;
    c.name = row->find("name")->as_string();
    c.source = row->find("template")->as_string();
    c.is_error = row->find("error") != nullptr;
    c.expected = row->find(c.is_error ? "error" : "expected")->as_string();
    if (const json::Value* context = row->find("context")) c.context = *context;
    cases.push_back(std::move(c));
  }
  return cases;
}

// Where we differ on purpose; each has its line in docs/differences.md.
const std::map<std::string, std::string> kDeviations = {
    {"x/regex_fuzzy_branch_reset",
     "Template Error: fuzzy matching is not supported at position 10"},  // PCRE2 has no fuzzy matching
};

TEST(TemplateCases, AnswerAsOnCall) {
  const std::vector<Case> cases = read_cases();
  ASSERT_EQ(cases.size(), 537U);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Context context;
    if (c.context.is_object()) {
      for (const json::Member& member : c.context.as_object()) context.set(member.key, &member.value);
    }
    RenderOptions options;
    options.now = from_micros(1'700'000'000'000'000);
    if (c.name.starts_with("webhook_json/")) options.escaping = Escaping::Json;
    const Rendered got = render(c.source, context, options);
    const auto deviation = kDeviations.find(c.name);
    const std::string& expected = deviation != kDeviations.end() ? deviation->second : c.expected;
    EXPECT_EQ(got.text, expected) << c.source;
    if (deviation == kDeviations.end()) {
      EXPECT_EQ(got.error.has_value(), c.is_error);
    }
  }
}

}  // namespace
}  // namespace tocsin::jinja
