#include "edge/api/escalation_policies.h"

#include <array>

#include "edge/api/audit.h"
#include "edge/api/policy_steps.h"
#include "edge/api/positions.h"
#include "language/json/write.h"
#include "store/escalation_chains.h"

namespace tocsin::api {
namespace {

constexpr std::string_view kAudited = "escalation policy";

constexpr std::int64_t kPageSize = 50;

constexpr auto kFields = std::to_array<Field>({
    {.name = "position",
     .type = FieldType::Integer,
     .about = "From 0; -1 for the end (without manual_order)."},
    {.name = "manual_order",
     .type = FieldType::Boolean,
     .access = FieldAccess::WriteOnly,
     .about = "true: swap with the one who stands at the position, instead of shifting the others."},
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "E and 12 signs."},
    {.name = "escalation_chain_id",
     .type = FieldType::Reference,
     .access = FieldAccess::CreateOnly,
     .required = true},
    {.name = "type",
     .about = "What the step does; null is an empty step.",
     .required = true,
     .nullable = true},
    {.name = "duration",
     .type = FieldType::Number,
     .about = "wait: whole seconds from 60 to 86400.",
     .nullable = true},
    {.name = "important", .type = FieldType::Boolean, .about = "Use the important notification rules."},
    {.name = "action_to_trigger", .type = FieldType::Reference, .about = "trigger_webhook: id of a webhook."},
    {.name = "persons_to_notify",
     .type = FieldType::Strings,
     .about = "notify_persons: ids of users; unknown ones are left out.",
     .nullable = true},
    {.name = "team_to_notify", .type = FieldType::Reference, .about = "notify_team_members: id of a team."},
    {.name = "persons_to_notify_next_each_time",
     .type = FieldType::Strings,
     .about = "notify_person_next_each_time: ids of users; unknown ones are left out.",
     .nullable = true},
    {.name = "notify_on_call_from_schedule", .type = FieldType::Reference, .about = "Id of a schedule."},
    {.name = "group_to_notify",
     .type = FieldType::Reference,
     .about = "notify_user_group: id of a Slack user group."},
    {.name = "notify_if_time_from", .about = "notify_if_time_from_to: hh:mm:ssZ."},
    {.name = "notify_if_time_to", .about = "notify_if_time_from_to: hh:mm:ssZ."},
    {.name = "num_alerts_in_window",
     .type = FieldType::Integer,
     .about = "notify_if_num_alerts_in_window",
     .nullable = true,
     .minimum = 0},
    {.name = "num_minutes_in_window",
     .type = FieldType::Integer,
     .about = "notify_if_num_alerts_in_window",
     .nullable = true,
     .minimum = 0},
    {.name = "severity", .about = "declare_incident", .max_length = 512},
});

json::Value write_policy(const store::StoredPolicy& stored) {
  const std::string_view type = step_type(stored.policy.step);
  json::Object out;
  out.set("position", stored.policy.position);
  out.set("id", stored.policy.id.str());
  out.set("escalation_chain_id", stored.chain.str());
  out.set("type", type.empty() ? json::Value() : json::Value(type));
  write_step(stored.policy.step, out);
  return json::Value(std::move(out));
}

Result<store::StoredPolicy> get_policy(const Call& call, store::Connection& db) {
  auto policy = store::find_policy(db, EscalationPolicyId(call.id()));
  if (!policy) return not_found();
  return *std::move(policy);
}

Result<void> move(store::Connection& db, store::StoredPolicy& stored, const Fields& fields) {
  const auto slots = store::policy_slots(db, stored.chain);
  TRY_AS(const auto moved, place(slots, stored.policy.id.str(), read_placement(fields)));
  store::move_policies(db, moved);
  if (!moved.empty()) stored.policy.position = moved.back().position;
  return {};
}

Result<http::Response> create(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, Method::Create));
  store::StoredPolicy stored;
  if (fields.has("escalation_chain_id")) {
    stored.chain = EscalationChainId(fields.text("escalation_chain_id"));
    if (!store::find_chain(batch.db, stored.chain))
      fields.refuse("escalation_chain_id", "Object does not exist");
  }
  TRY_AS(stored.policy.step, read_step(std::nullopt, fields, batch.db));
  TRY(fields.accepted());
  stored.policy.id = EscalationPolicyId(batch.ids.public_id("E"));
  stored.policy.position = end_position(store::policy_slots(batch.db, stored.chain));
  stored.created_at = batch.next_instant();
  store::insert_policy(batch.db, stored);
  TRY(move(batch.db, stored, fields));
  json::Value answer = write_policy(stored);
  audit(batch, call.caller, {.kind = kAudited, .id = stored.policy.id.str(), .after = answer});
  return ok(answer, 201);
}

Result<http::Response> update(const Call& call, engine::Batch& batch, Method method) {
  TRY_AS(store::StoredPolicy stored, get_policy(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, method));
  const json::Value before = write_policy(stored);
  TRY_AS(stored.policy.step, read_step(stored.policy.step, fields, batch.db));
  TRY(fields.accepted());
  store::update_policy(batch.db, stored.policy);
  TRY(move(batch.db, stored, fields));
  json::Value answer = write_policy(stored);
  audit(batch, call.caller,
        {.kind = kAudited, .id = stored.policy.id.str(), .before = before, .after = answer});
  return ok(answer);
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(const store::StoredPolicy stored, get_policy(call, batch.db));
  store::delete_policy(batch.db, stored.policy.id);
  audit(batch, call.caller, {.kind = kAudited, .id = stored.policy.id.str(), .before = write_policy(stored)});
  return no_content();
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(const store::StoredPolicy stored, get_policy(call, db));
  return ok(write_policy(stored));
}

Result<http::Response> list(const Call& call, store::Connection& db) {
  const auto chain = call.query("escalation_chain_id");
  const std::int64_t count = store::count_policies(db, chain);
  const Paging paging = clamp(read_paging(call.request.query, kPageSize), count);
  json::Array policies;
  for (const store::StoredPolicy& stored :
       store::list_policies(db, chain, paging.per_page, (paging.page - 1) * paging.per_page)) {
    policies.push_back(write_policy(stored));
  }
  return page_response(call.services.settings.base_url, call.request, paging, count,
                       json::write(json::Value(std::move(policies))));
}

Write put_or_patch(Method method) {
  return [method](const Call& call, engine::Batch& batch) { return update(call, batch, method); };
}

}  // namespace

Resource escalation_policies_resource() {
  using access::Permission;
  using Answers = Operation::Answers;
  constexpr Permission kRead = Permission::EscalationChainsRead, kWrite = Permission::EscalationChainsWrite;
  return {.name = "escalation_policies",
          .title = "EscalationPolicy",
          .about = "The steps of an escalation chain.",
          .fields = kFields,
          .endpoints = {
              {.path = "/escalation_policies/",
               .operations = {{"GET", "List escalation policies by chain and position", kRead, Read(list),
                               200, Answers::Page},
                              {"POST", "Create an escalation policy", kWrite, Write(create), 201}},
               .parameters = {{"escalation_chain_id", "Policies of that chain."}}},
              {.path = "/escalation_policies/{id}/",
               .operations = {{"GET", "Get an escalation policy", kRead, Read(get)},
                              {"PUT", "Update an escalation policy; absent fields keep their value", kWrite,
                               put_or_patch(Method::Put)},
                              {"PATCH", "Update an escalation policy", kWrite, put_or_patch(Method::Patch)},
                              {"DELETE", "Delete an escalation policy; the others keep their positions",
                               kWrite, Write(remove), 204, Answers::Nothing}}}}};
}

}  // namespace tocsin::api
