// Pieces that the types' default templates share, and a way to join pieces at compile time.
//
// Templates are data here; nothing in this folder renders them. What a result must look like is
// docs/spec/ingestion.md, sections 6 and 7; what the language means is docs/spec/templates.md.
// House rule for these texts: absent members and bodies that are no object give an empty or a fixed text, not
// an error, except where the spec wants the error. A member of an unsure value is read behind `is mapping`,
// because
// `"text".title` is a method of strings.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "domain/integration/type.h"

namespace tocsin::integration {

template <const std::string_view&... Parts>
inline constexpr auto kJoinedSigns = [] {
  std::array<char, (Parts.size() + ...)> signs{};
  std::size_t end = 0;
  const auto append = [&](std::string_view part) {
    for (const char sign : part) signs[end++] = sign;
  };
  (append(Parts), ...);
  return signs;
}();
template <const std::string_view&... Parts>
inline constexpr std::string_view kJoined{kJoinedSigns<Parts...>.data(), kJoinedSigns<Parts...>.size()};

// Slack shows the same head for every type: the group's number and title as a link, the integration, the
// source.
// (The space is inside the expression: titles that begin with `{%-` would eat it.)
inline constexpr std::string_view kSlackHead =
    R"jinja(*<{{ grafana_oncall_link }}|#{{ grafana_oncall_alert_group_id ~ " " }})jinja";
inline constexpr std::string_view kSlackTail =
    ">* via {{ integration_name }}{% if source_link %} (*<{{ source_link }}|source>*){% endif %}";
template <const std::string_view& Title>
inline constexpr std::string_view kSlackTitle = kJoined<kSlackHead, Title, kSlackTail>;

// How a channel writes a link and bold text: `link(text, url)` and `bold(text)` for the lines that follow.
inline constexpr std::string_view kMarksWeb =
    "{% macro bold(text) %}**{{ text }}**{% endmacro -%}"
    "{% macro link(text, url) %}[{{ text }}]({{ url }}){% endmacro -%}";
inline constexpr std::string_view kMarksSlack =
    "{% macro bold(text) %}*{{ text }}*{% endmacro -%}"
    "{% macro link(text, url) %}<{{ url }}|{{ text }}>{% endmacro -%}";
// Telegram's payloads come escaped, but for quotes: one in a URL must not end the attribute.
inline constexpr std::string_view kMarksTelegram =
    "{% macro bold(text) %}<b>{{ text }}</b>{% endmacro -%}"
    R"jinja({% macro link(text, url) %}<a href='{{ url | replace("'", "&#39;") }}'>{{ text }}</a>{% endmacro -%})jinja";

// The whole payload, for people.
inline constexpr std::string_view kJsonWeb = "```\n{{ payload | tojson_pretty }}\n```";
inline constexpr std::string_view kJsonSlack = "```{{ payload | tojson_pretty }}```";
inline constexpr std::string_view kJsonTelegram = "<code>{{ payload | tojson_pretty }}</code>";

// A text made from the payload, or the whole payload where that text comes out empty.
inline constexpr std::string_view kTextOpen = "{% set text -%}\n";
inline constexpr std::string_view kTextElse = "\n{%- endset %}{% if text %}{{ text }}{% else %}";
inline constexpr std::string_view kTextClose = "{% endif %}";
template <const std::string_view& Text, const std::string_view& Whole>
inline constexpr std::string_view kTextOr = kJoined<kTextOpen, Text, kTextElse, Whole, kTextClose>;

// What the types without a text of their own say where OnCall has a sentence.
inline constexpr std::string_view kIncident = "Incident";

// One title and one text for all channels.
template <const std::string_view& Title, const std::string_view& Message>
constexpr Templates plain_templates() {
  Templates templates;
  templates.web = {.title = Title, .message = Message};
  templates.slack = {.title = kSlackTitle<Title>, .message = Message};
  templates.sms = {.title = Title};
  templates.phone_call = {.title = Title};
  templates.telegram = {.title = Title, .message = Message};
  return templates;
}

// One title; the message is the whole payload.
template <const std::string_view& Title>
constexpr Templates json_templates() {
  Templates templates = plain_templates<Title, Title>();
  templates.web.message = kJsonWeb;
  templates.slack.message = kJsonSlack;
  templates.telegram.message = kJsonTelegram;
  return templates;
}

// One title; the message is `Text`, or the whole payload where that is empty.
template <const std::string_view& Title, const std::string_view& Text>
constexpr Templates text_templates() {
  Templates templates = plain_templates<Title, Title>();
  templates.web.message = kTextOr<Text, kJsonWeb>;
  templates.slack.message = kTextOr<Text, kJsonSlack>;
  templates.telegram.message = kTextOr<Text, kJsonTelegram>;
  return templates;
}

// What decides about groups, next to how alerts look.
struct Rules {
  Template grouping_key = std::nullopt;
  Template resolve_signal = std::nullopt;
  Template acknowledge_signal = std::nullopt;
  Template source_link = std::nullopt;
};
constexpr Templates with_rules(Templates templates, const Rules& rules) {
  templates.grouping_key = rules.grouping_key;
  templates.resolve_signal = rules.resolve_signal;
  templates.acknowledge_signal = rules.acknowledge_signal;
  templates.source_link = rules.source_link;
  return templates;
}

}  // namespace tocsin::integration
