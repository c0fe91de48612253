// The templates that decide what an alert does: grouping key, signals, labels, and the title kept for lists.
//
// Pure: compiled once per integration, rendered for each alert, from many threads. Errors of a template
// decide nothing else: grouping -> ungrouped, conditions -> false, a label -> left out; each is reported in
// Signals::faults. Source: docs/spec/templates.md, sections 2 and 4.3; docs/spec/alert-groups.md, section 9.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/integration/type.h"
#include "domain/model/integration.h"
#include "language/jinja/template.h"
#include "language/json/value.h"

namespace tocsin::templating {

// Either compiled, or the error that its source has.
using Compiled = std::variant<jinja::Template, jinja::TemplateError>;

// Compiles each text once (the caller shares one cache between integrations and snapshots).
class TemplateCache {
 public:
  const Compiled& get(std::string_view source);

 private:
  std::map<std::string, Compiled, std::less<>> compiled_;
};

struct DynamicLabel {
  std::string key;
  Compiled value;
};

struct Behaviour {
  std::optional<Compiled> grouping_key;
  std::optional<Compiled> resolve_signal;
  std::optional<Compiled> acknowledge_signal;
  std::optional<Compiled> source_link;
  std::optional<Compiled> title;
  Labels labels;
  std::vector<DynamicLabel> dynamic_labels;
};

Behaviour compile_behaviour(const Integration& integration, const integration::Type& type,
                            TemplateCache& cache);

struct Signals {
  std::optional<std::string> grouping_key;  // none: the alert never groups
  bool resolve = false;
  bool acknowledge = false;
  Labels labels;                    // sorted by key
  std::vector<std::string> faults;  // "grouping_key: Template Warning: 'x' is undefined"
};

Signals evaluate(const Behaviour& behaviour, const json::Value& payload, Instant now);

// The title kept with a new group, for lists and search: the web title, or the error's text.
std::optional<std::string> render_title(const Behaviour& behaviour, const json::Value& payload,
                                        const Labels& labels, Instant now);
std::optional<std::string> render_source_link(const Behaviour& behaviour, const json::Value& payload,
                                              Instant now);

// The source that is in force for "grouping_key" or "slack.title": the integration's own, else the type's,
// else none. An empty text counts as unset.
std::optional<std::string_view> effective_template(const Integration& integration,
                                                   const integration::Type& type, std::string_view name);

// "1", "true" or "ok" after trimming, in any case (docs/spec/ingestion.md, section 6.2).
bool is_truthy(std::string_view rendered);

// Labels as a template sees them: a dict by name.
json::Value labels_value(const Labels& labels);

// Renders with `payload` and `labels`; an error is text too ("Template Error: ...").
struct Output {
  std::string text;
  bool failed = false;
};
Output render(const Compiled& compiled, const json::Value& payload, const json::Value* labels, Instant now);

}  // namespace tocsin::templating
