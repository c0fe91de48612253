#include "edge/api/webhooks.h"

#include "edge/api/audit.h"
#include "edge/api/relations.h"
#include "edge/api/webhook_fields.h"
#include "engine/outgoing.h"
#include "language/json/write.h"
#include "store/webhooks.h"

namespace tocsin::api {
namespace {

using access::Permission;
using Answers = Operation::Answers;

constexpr std::int64_t kPageSize = 50;
// Beside the secrets themselves: people write keys into addresses, headers and bodies, too.
constexpr std::string_view kHidden[] = {"password", "authorization_header", "url", "headers", "data"};

Result<Webhook> get_webhook(const Call& call, store::Connection& db) {
  auto webhook = store::find_webhook(db, WebhookId(call.id()));
  if (!webhook) return not_found();
  return *std::move(webhook);
}

Result<http::Response> create(const Call& call, engine::Batch& batch, Spelling spelling) {
  Webhook webhook;
  webhook.id = WebhookId(batch.ids.public_id("WH"));
  webhook.created_at = batch.next_instant();
  TRY(read_webhook(call, spelling, Method::Create, webhook, batch));
  store::insert_webhook(batch.db, webhook);
  json::Value answer = write_webhook(webhook, spelling);
  audit(batch, call.caller, {.kind = "webhook", .id = webhook.id.str(), .after = answer, .hidden = kHidden});
  return ok(answer, 201);
}

Result<http::Response> update(const Call& call, engine::Batch& batch, Spelling spelling, Method method) {
  TRY_AS(Webhook webhook, get_webhook(call, batch.db));
  const Webhook before = webhook;
  TRY(read_webhook(call, spelling, method, webhook, batch));
  store::update_webhook(batch.db, webhook);
  json::Value answer = write_webhook(webhook, spelling);
  Audited audited{.kind = "webhook",
                  .id = webhook.id.str(),
                  .before = write_webhook(before, spelling),
                  .after = answer,
                  .hidden = kHidden};
  if (webhook.password != before.password) audited.rewritten.push_back("password");
  if (webhook.authorization_header != before.authorization_header)
    audited.rewritten.push_back("authorization_header");
  audit(batch, call.caller, audited);
  return ok(answer);
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(const Webhook webhook, get_webhook(call, batch.db));
  store::delete_webhook(batch.db, webhook, batch.now());
  audit(batch, call.caller,
        {.kind = "webhook",
         .id = webhook.id.str(),
         .before = write_webhook(webhook, Spelling::Webhooks),
         .hidden = kHidden});
  return no_content();
}

Result<http::Response> get(const Call& call, store::Connection& db, Spelling spelling) {
  TRY_AS(const Webhook webhook, get_webhook(call, db));
  return ok(write_webhook(webhook, spelling));
}

Result<http::Response> list(const Call& call, store::Connection& db, Spelling spelling) {
  TRY_AS(auto team, read_team_filter(call, db));
  const store::WebhookFilter filter{.name = call.query("name"), .team = std::move(team)};
  const std::int64_t count = store::count_webhooks(db, filter);
  const Paging paging = clamp(read_paging(call.request.query, kPageSize), count);
  json::Array webhooks;
  for (const Webhook& webhook :
       store::list_webhooks(db, filter, paging.per_page, (paging.page - 1) * paging.per_page)) {
    webhooks.push_back(write_webhook(webhook, spelling));
  }
  return page_response(call.services.settings.base_url, call.request, paging, count,
                       json::write(json::Value(std::move(webhooks))));
}

// ------------------------------------------------------------------------------------------------
// responses

json::Value write_response(const WebhookResponse& response) {
  const auto text = [](const std::optional<std::string>& t) { return t ? json::Value(*t) : json::Value(); };
  json::Object out;
  out.set("timestamp", to_iso(response.created_at));
  out.set("url", text(response.url));
  out.set("request_trigger", response.request_trigger);
  out.set("request_headers", text(response.request_headers));
  out.set("request_data", text(response.request_data));
  out.set("status_code", response.status_code ? json::Value(*response.status_code) : json::Value());
  out.set("content", text(response.content));
  out.set("event_data", response.event_data);
  out.set("id", response.id);
  out.set("resent_of", text(response.resent_of));
  return json::Value(std::move(out));
}

// A new row of the outbox: same event, same body, a key of its own. What comes of it is a further attempt.
Result<http::Response> resend(const Call& call, engine::Batch& batch) {
  TRY_AS(const Webhook webhook, get_webhook(call, batch.db));
  const auto response = store::find_webhook_response(batch.db, webhook.id, call.path_ids[1]);
  if (!response || !response->group) return not_found();
  if (!webhook.enabled) return invalid("The webhook is disabled.");
  if (response->trigger == WebhookTrigger::PersonalNotification)
    return invalid("A personal notification cannot be sent again.");
  const std::string key = engine::resend_webhook(
      batch, {*response->group, webhook.id, response->id, call.caller.user, call.caller.username});
  batch.log.info("webhook call sent again",
                 {{"webhook", webhook.id.str()}, {"response", response->id}, {"by", call.caller.username}});
  return ok(json::Value(json::Object{{"resent_of", json::Value(response->id)},
                                     {"idempotency_key", json::Value(key)}}),
            202);
}

Result<http::Response> list_responses(const Call& call, store::Connection& db) {
  TRY_AS(const Webhook webhook, get_webhook(call, db));
  // Attempts of "status change" are stored under what changed: all of them are meant.
  const auto trigger =
      webhook.trigger == WebhookTrigger::StatusChange ? std::nullopt : std::optional(webhook.trigger);
  const std::int64_t count = store::count_webhook_responses(db, webhook.id, trigger);
  const Paging paging = clamp(read_paging(call.request.query, kPageSize), count);
  json::Array responses;
  for (const WebhookResponse& response : store::list_webhook_responses(
           db, webhook.id, trigger, paging.per_page, (paging.page - 1) * paging.per_page)) {
    responses.push_back(write_response(response));
  }
  return page_response(call.services.settings.base_url, call.request, paging, count,
                       json::write(json::Value(std::move(responses))));
}

// The same operations in either spelling.
std::vector<Endpoint> endpoints_of(Spelling spelling, const std::string& path) {
  constexpr Permission kRead = Permission::OutgoingWebhooksRead, kWrite = Permission::OutgoingWebhooksWrite;
  const bool accounts = spelling == Spelling::Webhooks;
  const auto updating = [spelling](Method method) {
    return Write(
        [=](const Call& call, engine::Batch& batch) { return update(call, batch, spelling, method); });
  };
  return {{.path = path,
           .operations =
               {{"GET", "List webhooks, oldest first", kRead,
                 Read([=](const Call& call, store::Connection& db) { return list(call, db, spelling); }), 200,
                 Answers::Page, accounts},
                {"POST", "Create a webhook", kWrite,
                 Write([=](const Call& call, engine::Batch& batch) { return create(call, batch, spelling); }),
                 201, Answers::Object, accounts}},
           .parameters = {{"name", "Exact name."}, {"team_id", "Id of a team, or null for no team."}}},
          {.path = path + "{id}/",
           .operations = {
               {"GET", "Get a webhook", kRead,
                Read([=](const Call& call, store::Connection& db) { return get(call, db, spelling); }), 200,
                Answers::Object, accounts},
               {"PUT", "Update a webhook; absent fields keep their value", kWrite, updating(Method::Put), 200,
                Answers::Object, accounts},
               {"PATCH", "Update a webhook", kWrite, updating(Method::Patch), 200, Answers::Object, accounts},
               {"DELETE", "Delete a webhook; steps that call it fail", kWrite, Write(remove), 204,
                Answers::Nothing, accounts}}}};
}

}  // namespace

Resource webhooks_resource() {
  Resource resource{.name = "webhooks",
                    .title = "Webhook",
                    .about = "Addresses that are called when something happens to an alert group.",
                    .fields = webhook_fields(Spelling::Webhooks),
                    .endpoints = endpoints_of(Spelling::Webhooks, "/webhooks/")};
  resource.endpoints.push_back(
      {.path = "/webhooks/{id}/responses/",
       .operations = {{"GET",
                       "List the attempts to call a webhook, newest first: {timestamp, url, request_trigger, "
                       "request_headers, request_data, status_code, content, event_data, id, resent_of}",
                       Permission::OutgoingWebhooksRead, Read(list_responses), 200, Answers::Other}}});
  resource.endpoints.push_back(
      {.path = "/webhooks/{id}/responses/{response_id}/resend/",
       .operations = {{"POST",
                       "Send the event and body of an attempt once more, to where the webhook points now; "
                       "answers {resent_of, idempotency_key}",
                       Permission::OutgoingWebhooksWrite, Write(resend), 202, Answers::Other}}});
  return resource;
}

Resource actions_resource() {
  return {.name = "actions",
          .title = "Action",
          .about = "The old spelling of webhooks, kept for old configurations.",
          .fields = webhook_fields(Spelling::Actions),
          .endpoints = endpoints_of(Spelling::Actions, "/actions/")};
}

}  // namespace tocsin::api
