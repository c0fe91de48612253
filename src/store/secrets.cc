#include "store/secrets.h"

#include "store/transaction.h"

namespace tocsin::store {
namespace {

constexpr std::string_view kProbe = "tocsin", kProbePlace = "probe";

std::optional<std::string> read_key_id(Connection& db) {
  const Rows rows = db.query("SELECT key_id FROM secret_key");
  return rows.empty() ? std::nullopt : std::optional(rows[0].string(0));
}

void check_key(Database& database, Connection& db, const SecretKey& key) {
  const Rows rows = db.query("SELECT key_id, probe FROM secret_key");
  if (rows.empty()) return;
  const auto probe = open(key, {rows[0].string(1)}, kProbePlace);
  if (probe && *probe == kProbe) return;
  throw StorageError("the secrets in " + database.name() + " are sealed with secret key " +
                     rows[0].string(0) + ", but the one given is " + key.id() +
                     ": give the right file by --secret-key-file (every node the same), or, if the key is "
                     "lost, run `tocsin secrets forget` and enter the secrets again");
}

std::optional<SealedText> sealed(const SecretKey& key, IdSource& ids, const std::optional<std::string>& plain,
                                 const std::string& place) {
  return plain ? std::optional(seal(key, ids, *plain, place)) : std::nullopt;
}

// Answers whether there was any.
bool seal_plain_rows(Connection& db, const SecretKey& key, IdSource& ids) {
  const Rows rows =
      db.query("SELECT webhook_id, password, authorization_header FROM webhook_secrets WHERE sealed = 0");
  for (const Row row : rows) {
    const auto webhook = row.id<WebhookId>(0);
    const auto password = sealed(key, ids, row.optional_string(1), password_place(webhook));
    const auto authorization = sealed(key, ids, row.optional_string(2), authorization_place(webhook));
    const auto text = [](const std::optional<SealedText>& s) { return s ? Param(s->text) : Param(nullptr); };
    db.execute(
        "UPDATE webhook_secrets SET password = $2, authorization_header = $3, sealed = 1 WHERE webhook_id = "
        "$1 "
        "AND sealed = 0",
        {webhook, text(password), text(authorization)});
  }
  return !rows.empty();
}

}  // namespace

std::optional<std::string> secret_key_id(Database& database) {
  return read_key_id(*database.connect(Connection::Mode::Read));
}

void adopt_secret_key(Database& database, const SecretKey& key, IdSource& ids, Instant now) {
  const auto db = database.connect(Connection::Mode::Write);
  const bool sqlite = db->dialect() == Dialect::Sqlite;
  if (sqlite) db->run_script("PRAGMA secure_delete=ON");  // what was readable is overwritten, not left behind
  Transaction transaction(*db);
  db->execute(
      "INSERT INTO secret_key (number, key_id, probe, created_at) VALUES (1, $1, $2, $3) ON CONFLICT "
      "(number) "
      "DO NOTHING",
      {key.id(), seal(key, ids, kProbe, kProbePlace).text, now});
  check_key(database, *db, key);
  const bool had_plain = seal_plain_rows(*db, key, ids);
  transaction.commit();
  if (sqlite && had_plain) db->query("PRAGMA wal_checkpoint(TRUNCATE)");
}

std::int64_t forget_secrets(Connection& db) {
  const std::int64_t secrets = db.execute("DELETE FROM webhook_secrets WHERE sealed = 1");
  const std::int64_t contexts =
      db.execute("UPDATE personal_webhooks SET context = NULL WHERE context IS NOT NULL");
  db.execute("DELETE FROM secret_key");
  return secrets + contexts;
}

std::string password_place(const WebhookId& webhook) {
  return "webhook " + webhook.str() + " password";
}
std::string authorization_place(const WebhookId& webhook) {
  return "webhook " + webhook.str() + " authorization_header";
}

}  // namespace tocsin::store
