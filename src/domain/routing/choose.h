// Which route an alert takes: the first that matches, the default one last.
//
// Pure. A route whose expression is broken or fails does not match; what each route answered is kept, for the
// trace. Source: docs/spec/alert-groups.md, section 7.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "domain/model/integration.h"
#include "domain/templating/behaviour.h"
#include "language/regex/pattern.h"

namespace tocsin::routing {

struct Always {};
struct Broken {
  std::string reason;
};

// A route's expression, compiled.
struct Rule {
  RouteId route;
  std::variant<Always, regex::Pattern, templating::Compiled, Labels, Broken> test;
};

Rule make_rule(const Route& route, templating::TemplateCache& cache);

struct Trial {
  RouteId route;
  bool matched = false;
  std::string value;  // what the expression gave: "True", "no match", an error's text
};

struct Choice {
  std::optional<RouteId> route;  // nullopt: there is no default route any more
  std::vector<Trial> trials;     // in order, up to the one that matched
};

// `rules` in order of evaluation (sort_routes).
Choice choose(std::span<const Rule> rules, const json::Value& payload, const Labels& labels, Instant now);

// Non-default routes by position, then the default.
void sort_routes(std::vector<Route>& routes);

// As logs show a route: "default", its template, its pattern without backticks, or "k=v, k=v".
std::string display_name(const Route& route);

}  // namespace tocsin::routing
