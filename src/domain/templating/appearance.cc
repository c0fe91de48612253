#include "domain/templating/appearance.h"

#include <algorithm>

#include "domain/templating/behaviour.h"
#include "domain/templating/markdown.h"
#include "language/json/utf8.h"

namespace tocsin::templating {
namespace {

using integration::Channel;

constexpr std::size_t kTitleLimit = 500;  // of the web title; other channels' titles keep the long limit
constexpr std::size_t kLimit = 50'000;
constexpr std::size_t kPushLimit = 200;

std::string_view key_of(Channel channel) {
  switch (channel) {
    case Channel::Web:
      return "web";
    case Channel::Slack:
      return "slack";
    case Channel::Sms:
      return "sms";
    case Channel::PhoneCall:
      return "phone_call";
    case Channel::Telegram:
      return "telegram";
    case Channel::Email:
      return "email";
    case Channel::MobileApp:
      return "mobile_app";
    case Channel::Webhook:
      return "webhook";
    case Channel::Mattermost:
      return "mattermost";
    case Channel::MsTeams:
      return "msteams";
  }
  return "web";
}

// The templates of one render, in their order: each sees what the ones before it made.
class Renderer {
 public:
  Renderer(const Integration& integration, const integration::Type& type, const AppearanceFacts& facts,
           Instant now)
      : integration_(integration), type_(type), now_(now) {
    context_.set("payload", &facts.payload);
    context_.set("integration_name", json::Value(integration.name));
    context_.set("grafana_oncall_alert_group_id", json::Value(facts.number));
    context_.set("grafana_oncall_incident_id", json::Value(facts.number));
    context_.set("grafana_oncall_link", json::Value(facts.web_link));
    source_link_ = render("source_link", kLimit);
    context_.set("source_link", source_link_ ? json::Value(*source_link_) : json::Value());
  }

  const std::optional<std::string>& source_link() const { return source_link_; }

  Appearance web() {
    return {render("web.title", kTitleLimit), render("web.message", kLimit), render("web.image_url", kLimit),
            source_link_};
  }

  Appearance of(std::string_view channel) {
    const Appearance shown = web();
    set_web("title", shown.title);
    set_web("message", shown.message);
    set_web("image_url", shown.image_url);
    const std::string key(channel);
    return {render(key + ".title", kLimit), render(key + ".message", kLimit),
            render(key + ".image_url", kLimit), source_link_};
  }

 private:
  void set_web(const std::string& attribute, const std::optional<std::string>& value) {
    const bool exists = effective_template(integration_, type_, "web." + attribute).has_value();
    context_.set("web_" + attribute, !exists ? json::Value("web_" + attribute + " is not set")
                                     : value ? json::Value(*value)
                                             : json::Value());
  }

  std::optional<std::string> render(std::string_view name, std::size_t limit) {
    const auto source = effective_template(integration_, type_, name);
    if (!source) return std::nullopt;
    std::string text =
        jinja::render(*source, context_, {.now = now_, .limits = {.output_code_points = limit}}).text;
    if (text.empty() || text == "None") return std::nullopt;
    return json::clean_text(text);
  }

  const Integration& integration_;
  const integration::Type& type_;
  Instant now_;
  jinja::Context context_;
  std::optional<std::string> source_link_;
};

template <class Format>
void format(std::optional<std::string>& text, Format how) {
  if (text) text = how(*text);
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

std::string cut(const std::string& text) {
  if (json::count_code_points(text) <= kPushLimit) return text;
  return std::string(json::first_code_points(text, kPushLimit)) + "...";
}

// docs/spec/templates.md, section 2.1.
void post_format(Appearance& look, Channel channel) {
  switch (channel) {
    case Channel::Web:
      format(look.title, [](const auto& t) { return escape_html(slack_format(t, LinkForm::Markdown)); });
      format(look.message,
             [](const auto& t) { return markdown_to_html(slack_format(t, LinkForm::Markdown)); });
      return;
    case Channel::Slack:
      format(look.title, one_line);
      return;
    case Channel::Telegram:
      format(look.title, [](const auto& t) { return slack_format(t, LinkForm::TitleAndUrl); });
      format(look.message, [](const auto& t) { return slack_format(t, LinkForm::TitleAndUrl); });
      return;
    case Channel::Sms:
    case Channel::PhoneCall:
      format(look.title,
             [](const auto& t) { return markdown_to_text(slack_format(t, LinkForm::TitleOnly)); });
      if (channel == Channel::PhoneCall && look.title) std::erase(*look.title, '"');
      return;
    case Channel::Email:
      format(look.title, [](const auto& t) { return slack_format(t, LinkForm::TitleAndUrl); });
      format(look.message, [](const auto& t) { return slack_format(t, LinkForm::TitleAndUrl); });
      return;
    case Channel::MobileApp:
      format(look.title, cut);
      format(look.message, cut);
      return;
    case Channel::Webhook:
    case Channel::Mattermost:
    case Channel::MsTeams:
      return;
  }
}

// What stands between "<" and ">", in words; nullopt when it is none of Slack's.
std::optional<std::string> in_words(std::string_view inside, LinkForm links) {
  const std::size_t bar = inside.find('|');
  const std::string_view target = inside.substr(0, bar);
  const std::string_view title = bar == std::string_view::npos ? "" : inside.substr(bar + 1);
  if (target == "!channel" || target == "!here" || target == "!everyone")
    return "@" + std::string(target.substr(1));
  const bool mention = target.size() > 2 && (target.starts_with("@U") || target.starts_with("#C"));
  if (mention && !title.empty()) return std::string(target.substr(0, 1)) + std::string(title);
  const bool link =
      target.starts_with("http://") || target.starts_with("https://") || target.starts_with("mailto:");
  if (!link || title.empty()) return std::nullopt;
  const std::string url(target), shown(title);
  if (links == LinkForm::Markdown) return "[" + shown + "](" + url + ")";
  return links == LinkForm::TitleOnly ? shown : shown + " - " + url;
}

}  // namespace

std::string slack_format(std::string_view text, LinkForm links) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('<'), text.size());
    out += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty()) break;
    const std::size_t close = text.find_first_of(">\n", 1);
    const auto words = close == std::string_view::npos || text[close] != '>'
                           ? std::nullopt
                           : in_words(text.substr(1, close - 1), links);
    out += words ? *words : "<";
    text.remove_prefix(words ? close + 1 : 1);
  }
  return out;
}

Appearance render_appearance(const Integration& integration, const integration::Type& type, Channel channel,
                             const AppearanceFacts& facts, Instant now) {
  Renderer renderer(integration, type, facts, now);
  Appearance look = channel == Channel::Web ? renderer.web() : renderer.of(key_of(channel));
  post_format(look, channel);
  return look;
}

}  // namespace tocsin::templating
