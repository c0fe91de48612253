#include "edge/api/personal_webhooks.h"

#include "store/people.h"
#include "store/personal_webhooks.h"
#include "store/webhooks.h"

namespace tocsin::api {
namespace {

using access::Permission;
using Answers = Operation::Answers;

constexpr Field kFields[] = {
    {.name = "webhook",
     .type = FieldType::Reference,
     .about = "A webhook of trigger type personal notification.",
     .required = true},
    {.name = "context",
     .type = FieldType::Object,
     .about = "Goes out as event.user; answered to its owner only.",
     .nullable = true},
};

// Whose it is: the caller's own, or anybody's for those who administer users.
Result<User> get_owner(const Call& call, store::Connection& db) {
  const UserId id = call.id() == "current" && call.caller.user ? *call.caller.user : UserId(call.id());
  auto user = store::find_user(db, id);
  if (!user) return not_found();
  if (call.caller.user != user->id && !call.caller.may(Permission::UserSettingsAdmin))
    return Error{ErrorKind::Forbidden, {}, "You do not have permission to perform this action.", {}};
  return *std::move(user);
}

Result<json::Value> write_personal(const Call& call, const store::PersonalWebhook& personal) {
  json::Value context;
  if (personal.context && call.caller.user == personal.user) {
    TRY_AS(json::Object own, store::open_context(personal, call.services.settings.secret_key));
    context = json::Value(std::move(own));
  } else if (personal.context) {
    context = json::Value(kSecretMask);
  }
  return json::Value(
      json::Object{{"webhook", json::Value(personal.webhook.str())}, {"context", std::move(context)}});
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(const User user, get_owner(call, db));
  const auto personal = store::find_personal_webhook(db, user.id);
  if (!personal) return ok(json::Value(json::Object{{"webhook", json::Value()}, {"context", json::Value()}}));
  TRY_AS(const json::Value answer, write_personal(call, *personal));
  return ok(answer);
}

// An absent context stays as it is; null clears it.
Result<void> read_context(const Fields& fields, const Call& call, engine::Batch& batch,
                          store::PersonalWebhook& personal) {
  if (!fields.has("context")) return {};
  personal.context.reset();
  if (fields.is_null("context")) return {};
  const auto& key = call.services.settings.secret_key;
  if (!key)
    return Error{ErrorKind::Unavailable, {}, "This server has no secret key: secrets cannot be stored.", {}};
  personal.context = store::seal_context(*key, batch.ids, personal.user, fields.value("context").as_object());
  return {};
}

Result<http::Response> put(const Call& call, engine::Batch& batch) {
  TRY_AS(const User user, get_owner(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, Method::Create));
  TRY(fields.accepted());
  store::PersonalWebhook personal =
      store::find_personal_webhook(batch.db, user.id).value_or(store::PersonalWebhook{user.id, {}, {}});
  const auto webhook = store::find_webhook(batch.db, WebhookId(fields.text("webhook")));
  if (!webhook || webhook->trigger != WebhookTrigger::PersonalNotification)
    return invalid("webhook", "Webhook not found.");
  personal.webhook = webhook->id;
  TRY(read_context(fields, call, batch, personal));
  store::save_personal_webhook(batch.db, personal, batch.now());
  batch.log.info(
      "personal webhook set",
      {{"user", user.id.str()}, {"webhook", personal.webhook.str()}, {"by", call.caller.username}});
  TRY_AS(const json::Value answer, write_personal(call, personal));
  return ok(answer);
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(const User user, get_owner(call, batch.db));
  if (!store::delete_personal_webhook(batch.db, user.id)) return not_found();
  batch.log.info("personal webhook removed", {{"user", user.id.str()}, {"by", call.caller.username}});
  return no_content();
}

}  // namespace

Resource personal_webhooks_resource() {
  constexpr Permission kRead = Permission::UserSettingsRead, kWrite = Permission::UserSettingsWrite;
  return {.name = "personal_webhooks",
          .title = "PersonalWebhook",
          .about = "The webhook by which a person is notified (notify_by_webhook); {id} may be current.",
          .fields = kFields,
          .endpoints = {{.path = "/users/{id}/personal_webhook/",
                         .operations = {{"GET", "Get a user's personal webhook; nulls when there is none",
                                         kRead, Read(get), 200, Answers::Object, false},
                                        {"PUT", "Set a user's personal webhook; an absent context is kept",
                                         kWrite, Write(put), 200, Answers::Object, false},
                                        {"DELETE", "Remove a user's personal webhook", kWrite, Write(remove),
                                         204, Answers::Nothing, false}}}}};
}

}  // namespace tocsin::api
