// The default templates rendered with our own engine: the same cases as tests/golden/integration/check.py,
// whose outputs come from Python's Jinja2.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "domain/integration/payload.h"
#include "domain/integration/type.h"
#include "language/jinja/template.h"
#include "language/json/read.h"
#include "language/json/write.h"

namespace tocsin::integration {
namespace {

namespace fs = std::filesystem;
const fs::path kFolder = TOCSIN_SOURCE_DIR "/tests/golden/integration";

json::Value read_json(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return json::read(text.str()).value();
}

// The variables of a render; the values live as long as this does.
struct Variables {
  json::Object values;
  std::string render(std::string_view source) const {
    jinja::Context context;
    for (const json::Member& member : values) context.set(member.key, &member.value);
    return jinja::render(source, context).text;
  }
};

json::Value render(const Template& source, const Variables& variables) {
  return source ? json::Value(variables.render(*source)) : json::Value();
}

json::Value shown(const Template& source, const Variables& variables) {
  json::Value text = render(source, variables);
  return text == json::Value("None") ? json::Value() : text;
}

json::Object render_appearance(const Appearance& appearance, const Variables& variables) {
  return {{"title", shown(appearance.title, variables)},
          {"message", shown(appearance.message, variables)},
          {"image_url", shown(appearance.image_url, variables)}};
}

json::Value escaped(const json::Value& value) {
  if (value.is_array()) {
    json::Array out;
    for (const json::Value& item : value.as_array()) out.push_back(escaped(item));
    return out;
  }
  if (value.is_object()) {
    json::Object out;
    for (const json::Member& member : value.as_object()) out.set(member.key, escaped(member.value));
    return out;
  }
  if (!value.is_string()) return value;
  std::string out;
  for (const char sign : value.as_string()) {
    if (sign == '&') {
      out += "&amp;";
    } else if (sign == '<') {
      out += "&lt;";
    } else if (sign == '>') {
      out += "&gt;";
    } else {
      out += sign;
    }
  }
  return out;
}

json::Value render_all(const Type& type, const json::Value& payload) {
  const Templates& templates = type.templates;
  const Variables arriving{{{"payload", payload}, {"labels", nullptr}}};
  Variables variables{{{"payload", payload},
                       {"integration_name", "Prod alerts"},
                       {"grafana_oncall_link", "https://oncall.example/groups/I1"},
                       {"grafana_oncall_alert_group_id", 7},
                       {"grafana_oncall_incident_id", 7},
                       {"source_link", nullptr}}};
  const json::Value source_link = shown(templates.source_link, variables);
  variables.values.set("source_link", source_link);
  const json::Object web = render_appearance(templates.web, variables);
  json::Object all{{"source_link", source_link},
                   {"grouping_key", render(templates.grouping_key, arriving)},
                   {"resolve_signal", render(templates.resolve_signal, arriving)},
                   {"acknowledge_signal", render(templates.acknowledge_signal, arriving)},
                   {"web", web}};
  const std::pair<std::string, const Template*> members[] = {{"title", &templates.web.title},
                                                             {"message", &templates.web.message},
                                                             {"image_url", &templates.web.image_url}};
  for (const auto& [member, source] : members) {
    const json::Value text = *source ? *web.find(member) : json::Value("web_" + member + " is not set");
    variables.values.set("web_" + member, text);
  }
  all.set("slack", render_appearance(templates.slack, variables));
  all.set("sms", json::Object{{"title", shown(templates.sms.title, variables)}});
  all.set("phone_call", json::Object{{"title", shown(templates.phone_call.title, variables)}});
  variables.values.set("payload", escaped(payload));
  all.set("telegram", render_appearance(templates.telegram, variables));
  return all;
}

TEST(DefaultTemplates, RenderAsPythonRendersThem) {
  int cases = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(kFolder)) {
    std::string name = entry.path().filename().string();
    if (!name.ends_with(".in.json")) continue;
    name.resize(name.size() - std::string_view(".in.json").size());
    SCOPED_TRACE(name);
    const json::Value asked = read_json(entry.path());
    const json::Value expected = read_json(kFolder / (name + ".out.json"));
    const Type* type = find_type(asked.find("type")->as_string());
    ASSERT_NE(type, nullptr);
    const json::Value got = render_all(*type, *asked.find("payload"));
    EXPECT_EQ(json::write(got, {.indent = 1}), json::write(expected, {.indent = 1}));
    ++cases;
  }
  EXPECT_GE(cases, 130);
}

std::string render_rule(const Template& source, const json::Value& payload) {
  return Variables{{{"payload", payload}, {"labels", nullptr}}}.render(*source);
}

bool is_true(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char sign) { return std::tolower(sign); });
  return text == "true";
}

TEST(DefaultTemplates, LetAReturnedHeartbeatResolveTheMissedOne) {
  const HeartbeatFacts facts{.integration_name = "Prod", .timeout = std::chrono::minutes(10)};
  for (const Type& type : all_types()) {
    if (!type.has_heartbeat()) continue;
    SCOPED_TRACE(std::string(type.slug));
    const json::Value expired = heartbeat_expired(type, facts);
    const json::Value restored = heartbeat_restored(type, facts);
    const std::string key = render_rule(type.templates.grouping_key, expired);
    EXPECT_EQ(key, render_rule(type.templates.grouping_key, restored));
    EXPECT_FALSE(key.empty());
    EXPECT_FALSE(is_true(render_rule(type.templates.resolve_signal, expired)));
    EXPECT_TRUE(is_true(render_rule(type.templates.resolve_signal, restored)));
    EXPECT_EQ(json::write(render_all(type, expired)).find("Template "), std::string::npos);
  }
}

TEST(DefaultTemplates, ShowEachTypesDemoAlert) {
  for (const Type& type : all_types()) {
    if (type.example.empty()) continue;
    SCOPED_TRACE(std::string(type.slug));
    const json::Value payload = json::read(type.example).value();
    const json::Value all = render_all(type, payload);
    EXPECT_EQ(json::write(all).find("Template "), std::string::npos) << json::write(all);
    EXPECT_NE(all.find("web")->find("title")->as_string(), "Title undefined");
    EXPECT_FALSE(all.find("web")->find("message")->as_string().empty());
    EXPECT_FALSE(all.find("grouping_key")->as_string().empty());
    EXPECT_FALSE(is_true(all.find("resolve_signal")->as_string()));
  }
}

}  // namespace
}  // namespace tocsin::integration
