#include "domain/webhook/request.h"

#include <algorithm>

#include "domain/webhook/url.h"
#include "language/jinja/template.h"
#include "language/json/read.h"
#include "language/json/utf8.h"
#include "language/json/write.h"

namespace tocsin::webhook {
namespace {

constexpr std::size_t kKeptContentBytes = 50'000;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

std::string base64(std::string_view bytes) {
  static constexpr char kSigns[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (std::size_t i = 0; i < 4; ++i)
      out += at + i <= bytes.size() ? kSigns[group >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

std::string basic_credentials(const Webhook& webhook, const Secrets& secrets) {
  return base64(*webhook.username + ":" + *secrets.password);
}

bool uses_basic(const Webhook& webhook, const Secrets& secrets) {
  return webhook.username && !webhook.username->empty() && secrets.password && !secrets.password->empty();
}

// As it stands inside a JSON text of either style, without the quotes.
std::string inside_json(const std::string& text, const json::Style& style) {
  const std::string quoted = json::write(json::Value(text), style);
  return quoted.substr(1, quoted.size() - 2);
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

// The context of a personal webhook is for its owner and the receiver only.
std::string kept_event(const json::Value& event, bool personal) {
  if (!personal) return json::write(event, json::kPython);
  json::Value kept = event;
  json::Value* inner = kept.as_object().find("event");
  if (inner != nullptr && inner->is_object() && inner->find("user") != nullptr)
    inner->as_object().set("user", kSecretMask);
  return json::write(kept, json::kPython);
}

// A header is repeated as a whole, or without its scheme: "Bearer".
std::string_view without_scheme(std::string_view header) {
  const std::size_t space = header.rfind(' ');
  return space == std::string_view::npos ? header : header.substr(space + 1);
}

bool has_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

// One attempt while it is being built: each step fills in the record, the first problem ends it.
class Builder {
 public:
  explicit Builder(const Sending& sending)
      : sending_(sending), webhook_(sending.webhook), secrets_(sending.secrets), now_(sending.now) {
    for (const json::Member& member : sending.event.as_object()) context_.set(member.key, &member.value);
    context_.set("payload", json::Value());
  }

  Built build() {
    record_.webhook = webhook_.id;
    record_.trigger = webhook_.trigger;
    record_.event_data = kept_event(sending_.event, is_personal());
    record_.created_at = now_;
    request_.method = webhook_.http_method;
    if (!is_known_preset()) return problem("Invalid preset " + *webhook_.preset);
    if (const auto stopped = check_trigger()) return *stopped;
    if (!set_url() || !set_headers() || !set_body()) return problem(problem_);
    return {std::move(request_), std::move(record_), {}};
  }

 private:
  Built problem(std::string text) {
    record_.content = std::nullopt;
    return {std::nullopt, std::move(record_), std::move(text)};
  }

  bool is_known_preset() const {
    return !webhook_.preset || webhook_.preset->empty() || *webhook_.preset == kSimpleWebhook ||
           *webhook_.preset == kAdvancedWebhook;
  }

  jinja::Rendered render(const std::string& source, jinja::Escaping escaping) const {
    return jinja::render(source, context_, {.now = now_, .escaping = escaping});
  }

  // Not trimmed, and "ok" is not enough here (docs/spec/outgoing-webhooks.md, section 5).
  std::optional<Built> check_trigger() {
    if (!webhook_.trigger_template || webhook_.trigger_template->empty()) return std::nullopt;
    const jinja::Rendered rendered = render(*webhook_.trigger_template, jinja::Escaping::None);
    if (rendered.error) {
      record_.request_trigger = "Trigger - " + rendered.text;
      return problem(record_.request_trigger);
    }
    const std::string answer = lower(rendered.text);
    if (answer != "true" && answer != "1") return Built{};
    record_.request_trigger = rendered.text;
    return std::nullopt;
  }

  bool set_url() {
    const jinja::Rendered rendered = render(webhook_.url, jinja::Escaping::None);
    if (rendered.error) return fail(record_.url, "URL - " + rendered.text);
    const auto target = split_url(rendered.text);
    if (!target) return fail(record_.url, "URL - Malformed url");
    const auto own = split_url(sending_.base_url);
    if (own && own->host == target->host && own->port == target->port && own->scheme == target->scheme)
      return fail(record_.url, "URL - Potential self-reference");
    record_.url = request_.url = rendered.text;
    return true;
  }

  bool set_headers() {
    json::Object shown;
    if (webhook_.headers && !webhook_.headers->empty()) {
      const jinja::Rendered rendered = render(*webhook_.headers, jinja::Escaping::Json);
      if (rendered.error) return fail(record_.request_headers, "Headers - " + rendered.text);
      const auto parsed = json::read(rendered.text);
      if (!parsed || !parsed->is_object())
        return fail(record_.request_headers, "Headers - Template did not result in json/dict");
      for (const json::Member& member : parsed->as_object())
        set_header(shown, member.key,
                   member.value.is_string() ? member.value.as_string() : json::write(member.value));
    }
    const auto& authorization = secrets_.authorization_header;
    if (authorization && !authorization->empty()) set_header(shown, "Authorization", *authorization);
    record_.request_headers = json::write(json::Value(std::move(shown)), json::kPython);
    // Basic authentication has the last word and is not listed.
    if (uses_basic(webhook_, secrets_))
      replace_header("Authorization", "Basic " + basic_credentials(webhook_, secrets_));
    return true;
  }

  void set_header(json::Object& shown, const std::string& name, std::string value) {
    shown.set(name, lower(name) == "authorization" ? std::string(kSecretMask) : value);
    replace_header(name, std::move(value));
  }

  void replace_header(const std::string& name, std::string value) {
    std::erase_if(request_.headers, [&](const auto& one) { return lower(one.first) == lower(name); });
    request_.headers.emplace_back(name, std::move(value));
  }

  bool set_body() {
    if (!has_body(request_.method)) return true;
    if (sending_.body) return json::read(*sending_.body) ? set_json(*sending_.body) : set_raw(*sending_.body);
    if (webhook_.forward_all)
      return set_json(is_personal() ? json::write(sending_.event, json::kPython) : record_.event_data);
    if (!webhook_.data || webhook_.data->empty()) return true;
    const jinja::Rendered rendered = render(*webhook_.data, jinja::Escaping::Json);
    if (rendered.error) return fail(record_.request_data, "Data - " + rendered.text);
    if (const auto parsed = json::read(rendered.text)) return set_json(json::write(*parsed, json::kPython));
    return set_raw(rendered.text);
  }

  // As it is, without a content type.
  bool set_raw(const std::string& text) {
    request_.body = text;
    keep_data(text);
    return true;
  }

  bool set_json(std::string text) {
    const bool given = std::any_of(request_.headers.begin(), request_.headers.end(),
                                   [](const auto& one) { return lower(one.first) == "content-type"; });
    if (!given) request_.headers.emplace_back("Content-Type", "application/json");
    keep_data(text);
    request_.body = std::move(text);
    return true;
  }

  bool is_personal() const { return webhook_.trigger == WebhookTrigger::PersonalNotification; }

  void keep_data(const std::string& text) {
    record_.request_data = is_personal() ? std::string(kSecretMask) : json::clean_text(text);
  }

  template <class Column>
  bool fail(Column& column, std::string text) {
    column = text;
    problem_ = std::move(text);
    return false;
  }

  const Sending& sending_;
  const Webhook& webhook_;
  const Secrets& secrets_;
  Instant now_;
  jinja::Context context_;
  Request request_;
  WebhookResponse record_;
  std::string problem_;
};

}  // namespace

Built build_request(const Sending& sending) {
  return Builder(sending).build();
}

std::string hide_secrets(std::string text, const Webhook& webhook, const Secrets& secrets) {
  std::vector<std::string> hidden;
  for (const auto& secret : {secrets.password, secrets.authorization_header}) {
    if (!secret || secret->size() < kShortestHiddenSecret) continue;
    for (const std::string& form :
         {*secret, inside_json(*secret, json::kCompact), inside_json(*secret, json::kPython)})
      hidden.push_back(form);
  }
  if (secrets.authorization_header) {
    const std::string_view bare = without_scheme(*secrets.authorization_header);
    if (bare.size() >= 2 * kShortestHiddenSecret) hidden.emplace_back(bare);
  }
  if (uses_basic(webhook, secrets)) hidden.push_back(basic_credentials(webhook, secrets));
  for (const std::string& form : hidden) replace_all(text, form, kSecretMask);
  return text;
}

std::string kept_content(std::string_view body) {
  if (body.size() > kKeptContentBytes) {
    return "Response content " + std::to_string(body.size()) + " exceeds " +
           std::to_string(kKeptContentBytes) + " character limit";
  }
  if (const auto parsed = json::read(body)) return json::clean_text(json::write(*parsed, json::kPython));
  return json::clean_text(body);
}

}  // namespace tocsin::webhook
