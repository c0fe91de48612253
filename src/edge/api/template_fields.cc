#include "edge/api/template_fields.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

#include "language/jinja/template.h"
#include "language/json/object_text.h"

namespace tocsin::api {
namespace {

constexpr std::array<std::string_view, 4> kPlain = {"grouping_key", "resolve_signal", "acknowledge_signal",
                                                    "source_link"};
constexpr std::array<std::string_view, 3> kAppearance = {"title", "message", "image_url"};
constexpr std::array<std::string_view, 2> kTitleAndMessage = {"title", "message"};
constexpr std::array<std::string_view, 1> kTitle = {"title"};

struct Channel {
  std::string_view name;
  std::span<const std::string_view> members;
  bool strict;  // an unknown member is an error
};

const std::array<Channel, 9> kChannels = {{{"slack", kAppearance, true},
                                           {"web", kAppearance, true},
                                           {"sms", kTitle, true},
                                           {"phone_call", kTitle, true},
                                           {"telegram", kAppearance, true},
                                           {"mobile_app", kTitleAndMessage, false},
                                           {"email", kTitleAndMessage, false},
                                           {"msteams", kAppearance, false},
                                           {"webhook", kAppearance, false}}};

std::optional<std::string_view> text_of(const TemplateTexts& templates, std::string_view name) {
  const auto found = templates.find(name);
  if (found == templates.end()) return std::nullopt;
  return found->second;
}

bool compiles(const json::Value& value) {
  return value.is_string() &&
         std::holds_alternative<jinja::Template>(jinja::Template::compile(value.as_string()));
}

void store(TemplateTexts& templates, std::string name, const json::Value& value) {
  if (value.is_null()) {
    templates.erase(name);
  } else {
    templates[std::move(name)] = value.as_string();
  }
}

Result<void> read_channel(const Channel& channel, const json::Value& value, TemplateTexts& templates) {
  if (value.is_null()) {
    for (const std::string_view member : channel.members)
      templates.erase(std::string(channel.name) + "." + std::string(member));
    return {};
  }
  if (!value.is_object()) return invalid("Invalid " + std::string(channel.name) + " template data");
  for (const auto& [member, text] : value.as_object()) {
    if (std::find(channel.members.begin(), channel.members.end(), member) == channel.members.end()) {
      if (channel.strict) return invalid("Invalid template data");
      continue;
    }
    if (!text.is_null() && !compiles(text)) {
      return invalid("invalid " + std::string(channel.name) + " " + member + " template");
    }
    store(templates, std::string(channel.name) + "." + member, text);
  }
  return {};
}

}  // namespace

std::string write_templates(const TemplateTexts& templates) {
  json::ObjectText out;
  for (const std::string_view name : kPlain) out.set(name, text_of(templates, name));
  for (const Channel& channel : kChannels) {
    json::ObjectText members;
    for (const std::string_view member : channel.members) {
      members.set(member, text_of(templates, std::string(channel.name) + "." + std::string(member)));
    }
    out.set_json(channel.name, members.text());
  }
  return out.text();
}

Result<void> read_templates(const json::Object& body, TemplateTexts& templates) {
  for (const std::string_view name : kPlain) {
    const json::Value* value = body.find(name);
    if (value == nullptr) continue;
    if (!value->is_null() && !compiles(*value))
      return invalid("Invalid " + std::string(name) + " template data");
    store(templates, std::string(name), *value);
  }
  for (const Channel& channel : kChannels) {
    if (const json::Value* value = body.find(channel.name)) TRY(read_channel(channel, *value, templates));
  }
  return {};
}

}  // namespace tocsin::api
