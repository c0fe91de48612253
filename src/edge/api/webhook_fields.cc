#include "edge/api/webhook_fields.h"

#include <algorithm>
#include <array>

#include "edge/api/relations.h"
#include "language/jinja/template.h"
#include "store/integrations.h"
#include "store/secrets.h"
#include "store/webhooks.h"

namespace tocsin::api {
namespace {

constexpr std::string_view kPresetRefusal = "Preset webhooks must be modified through web UI";
constexpr std::array<std::string_view, 6> kMethods = {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"};
constexpr std::array<std::string_view, 10> kTriggers = {
    "escalation", "alert group created", "acknowledge",   "resolve",       "silence",
    "unsilence",  "unresolve",           "unacknowledge", "status change", "personal notification"};

// What differs between the spellings.
struct Names {
  std::string_view team, username, forward_all;
};
constexpr Names names_of(Spelling spelling) {
  return spelling == Spelling::Webhooks ? Names{"team", "username", "forward_all"}
                                        : Names{"team_id", "user", "forward_whole_payload"};
}

// Templates and secrets come back byte for byte: nothing is trimmed.
constexpr Field template_field(std::string_view name, std::string_view about) {
  return {.name = name, .about = about, .nullable = true, .trimmed = false, .blank_is_null = true};
}
constexpr Field text_field(std::string_view name, std::size_t max_length, std::string_view about) {
  return {.name = name,
          .about = about,
          .nullable = true,
          .allow_blank = true,
          .trimmed = false,
          .max_length = max_length};
}

constexpr std::array<Field, 17> make_fields(Spelling spelling, bool trigger_and_method_required) {
  const Names names = names_of(spelling);
  return {{
      {.name = "id", .access = FieldAccess::ReadOnly, .about = "WH and 12 signs."},
      {.name = "name", .about = "Unique in the organisation.", .required = true, .max_length = 100},
      {.name = "is_webhook_enabled",
       .type = FieldType::Boolean,
       .about = "false: not called.",
       .nullable = true},
      {.name = names.team, .type = FieldType::Reference, .about = "Null for no team.", .nullable = true},
      template_field("data",
                     "Template of the body; not used with "
                     "forward_all."),
      text_field(names.username, 100, "With a password: basic authentication."),
      text_field("password", 1000, "Answered as asterisks; sending those keeps it."),
      text_field("authorization_header", 2000, "Answered as asterisks; sending those keeps it."),
      template_field("trigger_template", "Called only when this renders to something true."),
      template_field("headers", "Template of a JSON object."),
      {.name = "url", .about = "Template.", .required = true},
      {.name = names.forward_all, .type = FieldType::Boolean, .about = "Send the whole event."},
      {.name = "http_method",
       .about = "Of the request that is sent.",
       .required = trigger_and_method_required,
       .choices = kMethods},
      {.name = "trigger_type",
       .about = "What calls it.",
       .required = trigger_and_method_required,
       .choices = kTriggers},
      {.name = "integration_filter",
       .type = FieldType::Strings,
       .about = "Only for alert groups of these integrations; null for all.",
       .nullable = true},
      {.name = "preset",
       .access = spelling == Spelling::Webhooks ? FieldAccess::ReadWrite : FieldAccess::ReadOnly,
       .about = "Null, simple_webhook or advanced_webhook.",
       .nullable = true,
       .blank_is_null = true},
      {.name = "timeout",
       .type = FieldType::Integer,
       .access = spelling == Spelling::Webhooks ? FieldAccess::ReadWrite : FieldAccess::ReadOnly,
       .about = "Seconds that the receiver may take; null for the server's --webhook-timeout. Ours.",
       .nullable = true,
       .minimum = 1,
       .maximum = kLongestWebhookTimeout.count()},
  }};
}

constexpr auto kWebhookFields = make_fields(Spelling::Webhooks, true);
constexpr auto kSimpleFields = make_fields(Spelling::Webhooks, false);  // preset simple_webhook
constexpr auto kActionFields = make_fields(Spelling::Actions, false);

json::Value text_or_null(const std::optional<std::string>& text) {
  return text ? json::Value(*text) : json::Value();
}

json::Value masked(const std::optional<SealedText>& secret) {
  if (!secret) return {};
  return secret->empty() ? json::Value("") : json::Value(kSecretMask);
}

void read_text(const Fields& fields, std::string_view name, std::optional<std::string>& out) {
  if (fields.has(name)) out = fields.optional_text(name);
}

// The mask stands for what is stored already; on create that is nothing. Sealed before anybody sees it.
Result<void> read_secret(const Fields& fields, std::string_view name, const std::string& place,
                         const Call& call, engine::Batch& batch, std::optional<SealedText>& out) {
  if (!fields.has(name) || fields.optional_text(name) == kSecretMask) return {};
  out.reset();
  const auto plain = fields.optional_text(name);
  if (!plain) return {};
  const auto& key = call.services.settings.secret_key;
  if (!key && !plain->empty())
    return Error{ErrorKind::Unavailable, {}, "This server has no secret key: secrets cannot be stored.", {}};
  out = plain->empty() ? SealedText() : store::seal(*key, batch.ids, *plain, place);
  return {};
}

// As on saving in OnCall: rendered once with next to nothing; what the data causes is forgiven.
void check_template(Fields& fields, std::string_view name, Instant now) {
  const auto source = fields.optional_text(name);
  if (!source) return;
  jinja::Context context;
  context.set("alert_payload", json::Object{});
  context.set("alert_group_id", json::Value("alert_group_1"));
  const jinja::Rendered rendered = jinja::render(*source, context, {.now = now});
  if (rendered.error && !rendered.error->warning) fields.refuse(name, rendered.error->text());
}

std::string python_list(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "['" : ", '") + std::string(word) + "'";
  return text + "]";
}

Result<void> read_trigger(const Fields& fields, Webhook& webhook) {
  if (!fields.has("trigger_type")) return {};
  const auto trigger = parse_webhook_trigger(fields.text("trigger_type"));
  if (!trigger) return invalid("trigger_type must one of " + python_list(kTriggers));
  webhook.trigger = *trigger;
  return {};
}

void read_method(Fields& fields, Webhook& webhook) {
  if (!fields.has("http_method")) return;
  webhook.http_method = fields.text("http_method");
  if (std::find(kMethods.begin(), kMethods.end(), webhook.http_method) == kMethods.end())
    fields.refuse("http_method", "Must be one of " + python_list(kMethods));
}

void read_filter(Fields& fields, Webhook& webhook, store::Connection& db) {
  if (!fields.has("integration_filter")) return;
  webhook.integration_filter.clear();
  if (fields.is_null("integration_filter")) return;
  for (const json::Value& value : fields.value("integration_filter").as_array()) {
    IntegrationId id(value.as_string());
    if (!store::find_integration(db, id))
      return fields.refuse("integration_filter", "Integration does not exist");
    auto& filter = webhook.integration_filter;
    if (std::find(filter.begin(), filter.end(), id) == filter.end()) filter.push_back(std::move(id));
  }
}

void read_enabled(Fields& fields, Method method, Webhook& webhook) {
  if (!fields.has("is_webhook_enabled")) return;
  if (!fields.is_null("is_webhook_enabled")) {
    webhook.enabled = fields.boolean("is_webhook_enabled");
  } else if (method != Method::Create) {
    fields.refuse("is_webhook_enabled", "This field may not be null.");
  }
}

void read_preset(Fields& fields, Webhook& webhook) {
  if (!fields.has("preset")) return;
  webhook.preset = fields.optional_text("preset");
  if (webhook.preset && webhook.preset != kSimpleWebhook && webhook.preset != kAdvancedWebhook)
    fields.refuse("preset", kPresetRefusal);
}

void read_timeout(const Fields& fields, Webhook& webhook) {
  if (!fields.has("timeout")) return;
  webhook.timeout.reset();
  if (!fields.is_null("timeout")) webhook.timeout = std::chrono::seconds{fields.integer("timeout")};
}

// What the preset fixes on every save (docs/spec/outgoing-webhooks.md, section 1.1).
void apply_preset(Webhook& webhook) {
  if (webhook.preset != kSimpleWebhook) return;
  webhook.trigger = WebhookTrigger::EscalationStep;
  webhook.http_method = "POST";
  webhook.forward_all = true;
  webhook.integration_filter.clear();
  for (auto* text : {&webhook.headers, &webhook.username, &webhook.trigger_template, &webhook.data})
    text->reset();
  webhook.password.reset();
  webhook.authorization_header.reset();
}

bool is_simple(const json::Value& body, const Webhook& stored) {
  const json::Value* preset = body.find("preset");
  return preset != nullptr ? *preset == json::Value(kSimpleWebhook) : stored.preset == kSimpleWebhook;
}

}  // namespace

std::span<const Field> webhook_fields(Spelling spelling) {
  if (spelling == Spelling::Webhooks) return kWebhookFields;
  return std::span(kActionFields).first(kActionFields.size() - 2);  // has no preset and no timeout
}

json::Value write_webhook(const Webhook& webhook, Spelling spelling) {
  const Names names = names_of(spelling);
  json::Object out;
  out.set("id", webhook.id.str());
  out.set("name", webhook.name);
  out.set("is_webhook_enabled", webhook.enabled);
  out.set(names.team, webhook.team ? json::Value(webhook.team->str()) : json::Value());
  if (spelling == Spelling::Actions) out.set(names.username, text_or_null(webhook.username));
  out.set("data", text_or_null(webhook.data));
  if (spelling == Spelling::Webhooks) out.set(names.username, text_or_null(webhook.username));
  out.set("password", masked(webhook.password));
  out.set("authorization_header", masked(webhook.authorization_header));
  out.set("trigger_template", text_or_null(webhook.trigger_template));
  out.set("headers", text_or_null(webhook.headers));
  out.set("url", webhook.url);
  out.set(names.forward_all, webhook.forward_all);
  out.set("http_method", webhook.http_method);
  out.set("trigger_type", api_name(webhook.trigger));
  json::Array filter;
  for (const IntegrationId& id : webhook.integration_filter) filter.emplace_back(id.str());
  out.set("integration_filter", filter.empty() ? json::Value() : json::Value(std::move(filter)));
  if (spelling == Spelling::Webhooks) {
    out.set("preset", text_or_null(webhook.preset));
    out.set("timeout", webhook.timeout ? json::Value(std::int64_t{webhook.timeout->count()}) : json::Value());
  }
  return json::Value(std::move(out));
}

Result<void> read_webhook(const Call& call, Spelling spelling, Method method, Webhook& webhook,
                          engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  const Names names = names_of(spelling);
  const std::span<const Field> table = spelling == Spelling::Actions ? webhook_fields(spelling)
                                       : is_simple(body, webhook)    ? std::span<const Field>(kSimpleFields)
                                                                     : webhook_fields(spelling);
  const auto preset_before = webhook.preset;
  TRY_AS(Fields fields, read_fields(body, table, method));
  if (fields.has("name")) webhook.name = fields.text("name");
  read_enabled(fields, method, webhook);
  if (fields.has(names.team)) webhook.team = read_team(fields, names.team, call.caller, batch.db);
  read_text(fields, "data", webhook.data);
  read_text(fields, names.username, webhook.username);
  TRY(read_secret(fields, "password", store::password_place(webhook.id), call, batch, webhook.password));
  TRY(read_secret(fields, "authorization_header", store::authorization_place(webhook.id), call, batch,
                  webhook.authorization_header));
  read_text(fields, "trigger_template", webhook.trigger_template);
  read_text(fields, "headers", webhook.headers);
  if (fields.has("url")) webhook.url = fields.text("url");
  for (const std::string_view name : {"data", "trigger_template", "headers", "url"})
    check_template(fields, name, batch.now());
  if (fields.has(names.forward_all)) webhook.forward_all = fields.boolean(names.forward_all);
  read_method(fields, webhook);
  TRY(read_trigger(fields, webhook));
  read_filter(fields, webhook, batch.db);
  read_preset(fields, webhook);
  read_timeout(fields, webhook);
  TRY(fields.accepted());
  // A simple webhook may be changed in its own spelling: what the preset fixes stays fixed.
  const bool changeable = !preset_before || preset_before == kAdvancedWebhook ||
                          (preset_before == kSimpleWebhook && spelling == Spelling::Webhooks);
  if (!changeable) return invalid("non_field_errors", std::string(kPresetRefusal));
  if (store::webhook_name_taken(batch.db, webhook.name, webhook.id))
    return invalid("non_field_errors", "The fields name, organization must make a unique set.");
  apply_preset(webhook);
  if (method != Method::Patch) webhook.user = call.caller.user;
  return {};
}

}  // namespace tocsin::api
