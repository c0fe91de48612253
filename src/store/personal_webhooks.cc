#include "store/personal_webhooks.h"

#include "language/json/read.h"
#include "language/json/write.h"

namespace tocsin::store {
namespace {

std::string context_place(const UserId& user) {
  return "personal webhook " + user.str() + " context";
}

}  // namespace

std::optional<PersonalWebhook> find_personal_webhook(Connection& db, const UserId& user) {
  const Rows rows = db.query("SELECT webhook_id, context FROM personal_webhooks WHERE user_id = $1", {user});
  if (rows.empty()) return std::nullopt;
  PersonalWebhook personal{.user = user, .webhook = rows[0].id<WebhookId>(0), .context = {}};
  if (!rows[0].is_null(1)) personal.context = SealedText{rows[0].string(1)};
  return personal;
}

void save_personal_webhook(Connection& db, const PersonalWebhook& personal, Instant now) {
  const Param context = personal.context ? Param(personal.context->text) : Param(nullptr);
  db.execute(
      "INSERT INTO personal_webhooks (user_id, webhook_id, context, updated_at) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (user_id) DO UPDATE SET webhook_id = excluded.webhook_id, context = excluded.context, "
      "updated_at = excluded.updated_at",
      {personal.user, personal.webhook, context, now});
}

bool delete_personal_webhook(Connection& db, const UserId& user) {
  return db.execute("DELETE FROM personal_webhooks WHERE user_id = $1", {user}) > 0;
}

SealedText seal_context(const SecretKey& key, IdSource& ids, const UserId& user,
                        const json::Object& context) {
  return seal(key, ids, json::write(json::Value(context)), context_place(user));
}

Result<json::Object> open_context(const PersonalWebhook& personal, const std::optional<SecretKey>& key) {
  if (!personal.context) return json::Object{};
  if (!key) return invalid("this server has no secret key");
  TRY_AS(const std::string text, open(*key, *personal.context, context_place(personal.user)));
  TRY_AS(const json::Value context, json::read(text));
  if (!context.is_object()) return invalid("it is no JSON object");
  return context.as_object();
}

}  // namespace tocsin::store
