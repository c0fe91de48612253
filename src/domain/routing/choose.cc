#include "domain/routing/choose.h"

#include <algorithm>
#include <tuple>

#include "base/overloaded.h"
#include "language/json/write.h"

namespace tocsin::routing {
namespace {

// Values in a trace are for reading, not for keeping payloads.
constexpr std::size_t kTraceLength = 200;

bool all_hold(const Labels& wanted, const Labels& labels) {
  return !wanted.empty() && std::all_of(wanted.begin(), wanted.end(), [&](const Label& label) {
    return std::find(labels.begin(), labels.end(), label) != labels.end();
  });
}

// What a route's expression sees; the JSON text is made only when a pattern asks for it.
class Subject {
 public:
  Subject(const json::Value& payload, const Labels& labels, Instant now)
      : payload_(payload), labels_(labels), now_(now) {}

  Trial test(const Rule& rule) {
    Trial trial{.route = rule.route, .matched = false, .value = {}};
    std::visit(Overloaded{[&](const Always&) { trial.matched = true, trial.value = "default"; },
                          [&](const Broken& broken) { trial.value = broken.reason; },
                          [&](const Labels& wanted) {
                            trial.matched = all_hold(wanted, labels_);
                            trial.value = trial.matched ? "labels match" : "labels differ";
                          },
                          [&](const regex::Pattern& pattern) { search(pattern, trial); },
                          [&](const templating::Compiled& compiled) {
                            const json::Value labels = templating::labels_value(labels_);
                            auto out = templating::render(compiled, payload_, &labels, now_);
                            trial.matched = !out.failed && templating::is_truthy(out.text);
                            trial.value = out.text.substr(0, kTraceLength);
                          }},
               rule.test);
    return trial;
  }

 private:
  void search(const regex::Pattern& pattern, Trial& trial) {
    if (!text_) text_ = json::write(payload_, json::kPython);
    switch (pattern.search(*text_)) {
      case regex::Outcome::Match:
        trial.matched = true;
        trial.value = "match";
        break;
      case regex::Outcome::NoMatch:
        trial.value = "no match";
        break;
      case regex::Outcome::LimitExceeded:
        trial.value = "the pattern took too many steps";
        break;
    }
  }

  const json::Value& payload_;
  const Labels& labels_;
  Instant now_;
  std::optional<std::string> text_;
};

}  // namespace

Rule make_rule(const Route& route, templating::TemplateCache& cache) {
  if (route.is_default) return {route.id, Always{}};
  switch (route.type) {
    case RoutingType::Labels:
      return {route.id, route.labels};
    case RoutingType::Jinja2:
      if (!route.expression) return {route.id, Broken{"no template"}};
      return {route.id, cache.get(*route.expression)};
    case RoutingType::Regex: {
      if (!route.expression) return {route.id, Broken{"no pattern"}};
      auto pattern = regex::Pattern::compile(*route.expression, regex::Dialect::Re);
      if (!pattern) return {route.id, Broken{"invalid pattern: " + pattern.error().message}};
      return {route.id, std::move(pattern).value()};
    }
  }
  return {route.id, Broken{"unknown routing type"}};
}

Choice choose(std::span<const Rule> rules, const json::Value& payload, const Labels& labels, Instant now) {
  Subject subject(payload, labels, now);
  Choice choice;
  for (const Rule& rule : rules) {
    choice.trials.push_back(subject.test(rule));
    if (choice.trials.back().matched) {
      choice.route = rule.route;
      break;
    }
  }
  return choice;
}

void sort_routes(std::vector<Route>& routes) {
  std::sort(routes.begin(), routes.end(), [](const Route& a, const Route& b) {
    return std::tie(a.is_default, a.position, a.created_at, a.id) <
           std::tie(b.is_default, b.position, b.created_at, b.id);
  });
}

std::string display_name(const Route& route) {
  if (route.is_default) return "default";
  if (route.type == RoutingType::Labels) {
    std::string name;
    for (const Label& label : route.labels)
      name += (name.empty() ? "" : ", ") + label.key + "=" + label.value;
    return name.empty() ? "{}" : name;
  }
  std::string name = route.expression.value_or("");
  if (route.type == RoutingType::Regex) std::erase(name, '`');
  return name;
}

}  // namespace tocsin::routing
