#include "store/webhooks.h"

#include <algorithm>

#include "language/json/read.h"
#include "language/json/utf8.h"
#include "language/json/write.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

constexpr std::size_t kKeptNameLength = 78;  // of a deleted webhook's name, in code points

#define WEBHOOK_COLUMNS                                                                                   \
  "w.id, w.name, w.is_enabled, w.team_id, w.user_id, w.trigger_type, w.http_method, w.url, w.headers, "   \
  "w.username, w.trigger_template, w.data, w.forward_all, w.integration_filter, w.preset, w.created_at, " \
  "w.timeout_s"
#define WITH_SECRETS        \
  "SELECT " WEBHOOK_COLUMNS \
  ", s.password, s.authorization_header FROM webhooks w LEFT JOIN webhook_secrets s ON s.webhook_id = w.id "

#define RESPONSE_COLUMNS                                                                          \
  "id, webhook_id, group_id, trigger_type, url, request_trigger, request_headers, request_data, " \
  "status_code, content, event_data, created_at, resent_of"

std::string filter_text(const std::vector<IntegrationId>& filter) {
  json::Array ids;
  for (const IntegrationId& id : filter) ids.emplace_back(id.str());
  return json::write(json::Value(std::move(ids)));
}

std::vector<IntegrationId> parse_filter(std::string_view text) {
  std::vector<IntegrationId> filter;
  const auto ids = json::read(text);
  if (!ids || !ids->is_array()) return filter;
  for (const json::Value& id : ids->as_array()) {
    if (id.is_string()) filter.emplace_back(id.as_string());
  }
  return filter;
}

std::optional<SealedText> sealed(const Row& row, std::size_t column) {
  return row.is_null(column) ? std::nullopt : std::optional(SealedText{row.string(column)});
}
std::optional<std::string_view> text_of(const std::optional<SealedText>& secret) {
  return secret ? std::optional<std::string_view>(secret->text) : std::nullopt;
}

std::optional<std::chrono::seconds> seconds(const Row& row, std::size_t column) {
  const auto count = row.optional_integer(column);
  return count ? std::optional(std::chrono::seconds{*count}) : std::nullopt;
}
std::optional<std::int64_t> count_of(const std::optional<std::chrono::seconds>& duration) {
  return duration ? std::optional<std::int64_t>(duration->count()) : std::nullopt;
}

Webhook read_webhook(const Row& row) {
  return {.id = row.id<WebhookId>(0),
          .name = row.string(1),
          .enabled = row.boolean(2),
          .team = row.optional_id<TeamId>(3),
          .user = row.optional_id<UserId>(4),
          .trigger = static_cast<WebhookTrigger>(row.integer(5)),
          .http_method = row.string(6),
          .url = row.string(7),
          .headers = row.optional_string(8),
          .username = row.optional_string(9),
          .password = sealed(row, 17),
          .authorization_header = sealed(row, 18),
          .trigger_template = row.optional_string(10),
          .data = row.optional_string(11),
          .forward_all = row.boolean(12),
          .integration_filter = parse_filter(row.text(13)),
          .preset = row.optional_string(14),
          .timeout = seconds(row, 16),
          .created_at = row.instant(15)};
}

WebhookResponse read_response(const Row& row) {
  return {.id = row.string(0),
          .webhook = row.id<WebhookId>(1),
          .group = row.optional_id<AlertGroupId>(2),
          .trigger = static_cast<WebhookTrigger>(row.integer(3)),
          .url = row.optional_string(4),
          .request_trigger = row.string(5),
          .request_headers = row.optional_string(6),
          .request_data = row.optional_string(7),
          .status_code = row.optional_integer(8),
          .content = row.optional_string(9),
          .event_data = row.string(10),
          .resent_of = row.optional_string(12),
          .created_at = row.instant(11)};
}

void write_secrets(Connection& db, const Webhook& w) {
  db.execute(
      "INSERT INTO webhook_secrets (webhook_id, password, authorization_header, sealed) VALUES ($1, $2, $3, "
      "1) "
      "ON CONFLICT (webhook_id) DO UPDATE SET password = excluded.password, authorization_header = "
      "excluded.authorization_header, sealed = 1",
      {w.id, text_of(w.password), text_of(w.authorization_header)});
}

Where where_of(const WebhookFilter& filter) {
  Where where;
  where.add("w.deleted_at IS NULL");
  if (filter.name) where.add("w.name = ?", *filter.name);
  where.add_team("w.team_id", filter.team);
  return where;
}

Where where_of_responses(const WebhookId& webhook, std::optional<WebhookTrigger> trigger) {
  Where where;
  where.add("webhook_id = ?", webhook);
  if (trigger) where.add("trigger_type = ?", static_cast<int>(*trigger));
  return where;
}

}  // namespace

std::optional<Webhook> find_webhook(Connection& db, const WebhookId& id) {
  const Rows rows = db.query(WITH_SECRETS "WHERE w.id = $1 AND w.deleted_at IS NULL", {id});
  if (rows.empty()) return std::nullopt;
  return read_webhook(rows[0]);
}

std::vector<Webhook> webhooks_for_trigger(Connection& db, WebhookTrigger trigger,
                                          const IntegrationId& integration) {
  std::vector<Webhook> webhooks;
  for (const Row row :
       db.query(WITH_SECRETS "WHERE w.trigger_type = $1 AND w.is_enabled = 1 AND w.deleted_at IS NULL "
                             "ORDER BY w.created_at, w.id",
                {static_cast<int>(trigger)})) {
    Webhook webhook = read_webhook(row);
    const auto& filter = webhook.integration_filter;
    if (filter.empty() || std::find(filter.begin(), filter.end(), integration) != filter.end())
      webhooks.push_back(std::move(webhook));
  }
  return webhooks;
}

void insert_webhook(Connection& db, const Webhook& w) {
  db.execute(
      "INSERT INTO webhooks (id, name, is_enabled, team_id, user_id, trigger_type, http_method, url, "
      "headers, "
      "username, trigger_template, data, forward_all, integration_filter, preset, created_at, "
      "timeout_s) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
      {w.id, w.name, w.enabled, w.team, w.user, static_cast<int>(w.trigger), w.http_method, w.url, w.headers,
       w.username, w.trigger_template, w.data, w.forward_all, filter_text(w.integration_filter), w.preset,
       w.created_at, count_of(w.timeout)});
  write_secrets(db, w);
}

void update_webhook(Connection& db, const Webhook& w) {
  db.execute(
      "UPDATE webhooks SET name = $2, is_enabled = $3, team_id = $4, user_id = $5, trigger_type = $6, "
      "http_method = $7, url = $8, headers = $9, username = $10, trigger_template = $11, data = $12, "
      "forward_all = $13, integration_filter = $14, preset = $15, timeout_s = $16 WHERE id = $1",
      {w.id, w.name, w.enabled, w.team, w.user, static_cast<int>(w.trigger), w.http_method, w.url, w.headers,
       w.username, w.trigger_template, w.data, w.forward_all, filter_text(w.integration_filter), w.preset,
       count_of(w.timeout)});
  write_secrets(db, w);
}

void delete_webhook(Connection& db, const Webhook& webhook, Instant now) {
  const std::string name =
      std::string(json::first_code_points(webhook.name, kKeptNameLength)) + "_deleted_" + webhook.id.str();
  db.execute("UPDATE webhooks SET name = $2, deleted_at = $3 WHERE id = $1", {webhook.id, name, now});
  db.execute("DELETE FROM webhook_secrets WHERE webhook_id = $1", {webhook.id});
}

bool webhook_name_taken(Connection& db, std::string_view name, const std::optional<WebhookId>& except) {
  const Rows rows = db.query("SELECT id FROM webhooks WHERE name = $1", {name});
  return !rows.empty() && (!except || rows[0].id<WebhookId>(0) != *except);
}

std::int64_t count_webhooks(Connection& db, const WebhookFilter& filter) {
  const Where where = where_of(filter);
  return db.query("SELECT count(*) FROM webhooks w" + where.text(), where.params())[0].integer(0);
}

std::vector<Webhook> list_webhooks(Connection& db, const WebhookFilter& filter, std::int64_t limit,
                                   std::int64_t offset) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  std::vector<Webhook> webhooks;
  for (const Row row :
       db.query(WITH_SECRETS + where.text() + " ORDER BY w.created_at, w.id" + limits, where.params())) {
    webhooks.push_back(read_webhook(row));
  }
  return webhooks;
}

void insert_webhook_response(Connection& db, const WebhookResponse& r) {
  db.execute_later(
      "INSERT INTO webhook_responses (" RESPONSE_COLUMNS
      ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      {r.id, r.webhook, r.group, static_cast<int>(r.trigger), r.url, r.request_trigger, r.request_headers,
       r.request_data, r.status_code, r.content, r.event_data, r.created_at, r.resent_of});
}

std::int64_t count_webhook_responses(Connection& db, const WebhookId& webhook,
                                     std::optional<WebhookTrigger> trigger) {
  const Where where = where_of_responses(webhook, trigger);
  return db.query("SELECT count(*) FROM webhook_responses" + where.text(), where.params())[0].integer(0);
}

std::vector<WebhookResponse> list_webhook_responses(Connection& db, const WebhookId& webhook,
                                                    std::optional<WebhookTrigger> trigger, std::int64_t limit,
                                                    std::int64_t offset) {
  Where where = where_of_responses(webhook, trigger);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  std::vector<WebhookResponse> responses;
  for (const Row row : db.query("SELECT " RESPONSE_COLUMNS " FROM webhook_responses" + where.text() +
                                    " ORDER BY created_at DESC, id DESC" + limits,
                                where.params())) {
    responses.push_back(read_response(row));
  }
  return responses;
}

std::vector<WebhookResponse> latest_webhook_responses(Connection& db, const AlertGroupId& group,
                                                      const WebhookId& except) {
  std::vector<WebhookResponse> latest;
  for (const Row row :
       db.query("SELECT " RESPONSE_COLUMNS " FROM webhook_responses WHERE group_id = $1 AND webhook_id <> $2 "
                "ORDER BY webhook_id, created_at DESC, id DESC",
                {group, except})) {
    if (latest.empty() || latest.back().webhook != row.id<WebhookId>(1)) latest.push_back(read_response(row));
  }
  return latest;
}

std::optional<WebhookResponse> find_webhook_response(Connection& db, const WebhookId& webhook,
                                                     std::string_view id) {
  const Rows rows = db.query(
      "SELECT " RESPONSE_COLUMNS " FROM webhook_responses WHERE id = $1 AND webhook_id = $2", {id, webhook});
  if (rows.empty()) return std::nullopt;
  return read_response(rows[0]);
}

std::int64_t delete_webhook_responses_before(Connection& db, Instant before, std::int64_t limit) {
  return db.execute(
      "DELETE FROM webhook_responses WHERE id IN (SELECT id FROM webhook_responses WHERE created_at < $1 "
      "ORDER BY created_at LIMIT $2)",
      {before, limit});
}

}  // namespace tocsin::store
