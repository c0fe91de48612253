#include "domain/templating/behaviour.h"

#include <algorithm>

#include "language/json/utf8.h"

namespace tocsin::templating {
namespace {

constexpr std::size_t kMaxLabels = 15;
constexpr std::size_t kMaxLabelLength = 200;

std::string_view strip(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\n\r\f\v");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\n\r\f\v") - start + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool condition(const std::optional<Compiled>& compiled, std::string_view name, const json::Value& payload,
               const json::Value& labels, Instant now, std::vector<std::string>& faults) {
  if (!compiled) return false;
  const Output out = render(*compiled, payload, &labels, now);
  if (out.failed) faults.push_back(std::string(name) + ": " + out.text);
  return !out.failed && is_truthy(out.text);
}

// A dynamic label is left out when its value is an error, empty, too long or "none".
void add_dynamic(Labels& labels, const DynamicLabel& dynamic, const json::Value& payload, Instant now,
                 std::vector<std::string>& faults) {
  const Output out = render(dynamic.value, payload, nullptr, now);
  if (out.failed) {
    faults.push_back("label " + dynamic.key + ": " + out.text);
    return;
  }
  const std::string value = json::clean_text(out.text);
  if (value.empty() || lower(strip(value)) == "none" || json::count_code_points(value) > kMaxLabelLength)
    return;
  std::erase_if(labels, [&](const Label& label) { return label.key == dynamic.key; });
  labels.push_back({dynamic.key, value});
}

const integration::Template& default_template(const integration::Type& type, std::string_view name) {
  static constexpr integration::Template kNone;
  const auto& templates = type.templates;
  if (name == "grouping_key") return templates.grouping_key;
  if (name == "resolve_signal") return templates.resolve_signal;
  if (name == "acknowledge_signal") return templates.acknowledge_signal;
  if (name == "source_link") return templates.source_link;
  const struct {
    std::string_view channel;
    const integration::Appearance& appearance;
  } channels[] = {{"web", templates.web},
                  {"slack", templates.slack},
                  {"sms", templates.sms},
                  {"phone_call", templates.phone_call},
                  {"telegram", templates.telegram}};
  const std::size_t dot = std::min(name.find('.'), name.size());
  const std::string_view attribute = dot < name.size() ? name.substr(dot + 1) : std::string_view();
  // Messaging backends have the web texts as their default (docs/spec/templates.md, section 2, "Template
  // lookup").
  const integration::Appearance* appearance = &templates.web;
  for (const auto& channel : channels) {
    if (channel.channel == name.substr(0, dot)) appearance = &channel.appearance;
  }
  if (attribute == "title") return appearance->title;
  if (attribute == "message") return appearance->message;
  if (attribute == "image_url") return appearance->image_url;
  return kNone;
}

}  // namespace

const Compiled& TemplateCache::get(std::string_view source) {
  const auto found = compiled_.find(source);
  if (found != compiled_.end()) return found->second;
  return compiled_.emplace(std::string(source), jinja::Template::compile(source)).first->second;
}

std::optional<std::string_view> effective_template(const Integration& integration,
                                                   const integration::Type& type, std::string_view name) {
  const auto own = integration.templates.find(name);
  if (own != integration.templates.end() && !own->second.empty()) return own->second;
  return default_template(type, name);
}

Behaviour compile_behaviour(const Integration& integration, const integration::Type& type,
                            TemplateCache& cache) {
  const auto compiled = [&](std::string_view name) -> std::optional<Compiled> {
    const auto source = effective_template(integration, type, name);
    if (!source) return std::nullopt;
    return cache.get(*source);
  };
  Behaviour behaviour{
      .grouping_key = compiled("grouping_key"),
      .resolve_signal = integration.allow_source_based_resolving ? compiled("resolve_signal") : std::nullopt,
      .acknowledge_signal = compiled("acknowledge_signal"),
      .source_link = compiled("source_link"),
      .title = compiled("web.title"),
      .labels = integration.labels,
      .dynamic_labels = {}};
  for (const Label& label : integration.dynamic_labels) {
    behaviour.dynamic_labels.push_back({label.key, cache.get(label.value)});
  }
  return behaviour;
}

Signals evaluate(const Behaviour& behaviour, const json::Value& payload, Instant now) {
  Signals signals;
  signals.labels = behaviour.labels;
  for (const DynamicLabel& dynamic : behaviour.dynamic_labels) {
    add_dynamic(signals.labels, dynamic, payload, now, signals.faults);
  }
  std::sort(signals.labels.begin(), signals.labels.end());
  if (signals.labels.size() > kMaxLabels) signals.labels.resize(kMaxLabels);

  const json::Value labels = labels_value(signals.labels);
  if (behaviour.grouping_key) {
    Output out = render(*behaviour.grouping_key, payload, &labels, now);
    if (out.failed) {
      signals.faults.push_back("grouping_key: " + out.text);
    } else if (!out.text.empty()) {
      signals.grouping_key = std::move(out.text);
    }
  }
  signals.resolve =
      condition(behaviour.resolve_signal, "resolve_signal", payload, labels, now, signals.faults);
  signals.acknowledge =
      condition(behaviour.acknowledge_signal, "acknowledge_signal", payload, labels, now, signals.faults);
  return signals;
}

std::optional<std::string> render_title(const Behaviour& behaviour, const json::Value& payload,
                                        const Labels& labels, Instant now) {
  if (!behaviour.title) return std::nullopt;
  const json::Value label_values = labels_value(labels);
  return json::clean_text(render(*behaviour.title, payload, &label_values, now).text);
}

std::optional<std::string> render_source_link(const Behaviour& behaviour, const json::Value& payload,
                                              Instant now) {
  if (!behaviour.source_link) return std::nullopt;
  std::string link = json::clean_text(render(*behaviour.source_link, payload, nullptr, now).text);
  if (link.empty() || link == "None") return std::nullopt;
  return link;
}

bool is_truthy(std::string_view rendered) {
  const std::string text = lower(strip(rendered));
  return text == "1" || text == "true" || text == "ok";
}

json::Value labels_value(const Labels& labels) {
  json::Object object;
  for (const Label& label : labels) object.set(label.key, label.value);
  return json::Value(std::move(object));
}

Output render(const Compiled& compiled, const json::Value& payload, const json::Value* labels, Instant now) {
  if (const auto* error = std::get_if<jinja::TemplateError>(&compiled)) return {error->text(), true};
  jinja::Context context;
  context.set("payload", &payload);
  if (labels != nullptr) context.set("labels", labels);
  jinja::Rendered rendered = jinja::render(std::get<jinja::Template>(compiled), context, {.now = now});
  if (rendered.error) return {rendered.error->text(), true};
  return {std::move(rendered.text), false};
}

}  // namespace tocsin::templating
