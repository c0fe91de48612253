// How an alert looks in one channel: title, message and image of the integration's templates, formatted as
// that channel shows them.
//
// Pure. A template that fails shows its error's text; one that renders to "None" or nothing is unset.
// Source: docs/spec/templates.md, sections 2 and 2.1. Left out: user names for Slack mentions and `:emoji:`
// aliases, which stay as they are written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "domain/integration/type.h"
#include "domain/model/integration.h"
#include "language/json/value.h"

namespace tocsin::templating {

struct AppearanceFacts {
  const json::Value& payload;
  std::string web_link;     // of the group
  std::int64_t number = 0;  // #n
};

struct Appearance {
  std::optional<std::string> title = {};
  std::optional<std::string> message = {};
  std::optional<std::string> image_url = {};
  std::optional<std::string> source_link = {};
};

Appearance render_appearance(const Integration& integration, const integration::Type& type,
                             integration::Channel channel, const AppearanceFacts& facts, Instant now);

// How a link `<url|title>` of Slack's markup appears elsewhere.
enum class LinkForm { Markdown, TitleAndUrl, TitleOnly };
// Slack's markup in words: `<!here>` is "@here", `<url|title>` a link of that form.
std::string slack_format(std::string_view text, LinkForm links);

}  // namespace tocsin::templating
