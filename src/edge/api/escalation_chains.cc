#include "edge/api/escalation_chains.h"

#include "edge/api/audit.h"
#include "edge/api/relations.h"
#include "language/json/write.h"
#include "store/escalation_chains.h"

namespace tocsin::api {
namespace {

constexpr std::string_view kAudited = "escalation chain";

constexpr std::int64_t kPageSize = 50;

constexpr Field kFields[] = {
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "F and 12 signs."},
    {.name = "name",
     .about = "Unique in the organisation.",
     .required = true,
     .required_on_put = true,
     .max_length = 100},
    {.name = "team_id", .type = FieldType::Reference, .about = "Null for no team.", .nullable = true},
};

json::Value write_chain(const EscalationChain& chain) {
  json::Object out;
  out.set("id", chain.id.str());
  out.set("name", chain.name);
  out.set("team_id", chain.team ? json::Value(chain.team->str()) : json::Value());
  return json::Value(std::move(out));
}

Result<EscalationChain> get_chain(const Call& call, store::Connection& db) {
  auto chain = store::find_chain(db, EscalationChainId(call.id()));
  if (!chain) return not_found();
  return *std::move(chain);
}

Result<void> apply_fields(const Call& call, Fields& fields, EscalationChain& chain, store::Connection& db) {
  if (fields.has("name")) chain.name = fields.text("name");
  if (fields.has("team_id")) chain.team = read_team(fields, "team_id", call.caller, db);
  TRY(fields.accepted());
  const auto other = store::find_chain_by_name(db, chain.name);
  if (other && other->id != chain.id) {
    return invalid("non_field_errors", "The fields organization, name must make a unique set.");
  }
  return {};
}

Result<http::Response> create(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, Method::Create));
  EscalationChain chain;
  chain.id = EscalationChainId(batch.ids.public_id("F"));
  chain.created_at = batch.next_instant();
  TRY(apply_fields(call, fields, chain, batch.db));
  store::insert_chain(batch.db, chain);
  batch.configuration_changed();
  json::Value answer = write_chain(chain);
  audit(batch, call.caller, {.kind = kAudited, .id = chain.id.str(), .after = answer});
  return ok(answer, 201);
}

Result<http::Response> update(const Call& call, engine::Batch& batch, Method method) {
  TRY_AS(EscalationChain chain, get_chain(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, method));
  const json::Value before = write_chain(chain);
  TRY(apply_fields(call, fields, chain, batch.db));
  store::update_chain(batch.db, chain);
  batch.configuration_changed();
  json::Value answer = write_chain(chain);
  audit(batch, call.caller, {.kind = kAudited, .id = chain.id.str(), .before = before, .after = answer});
  return ok(answer);
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(const EscalationChain chain, get_chain(call, batch.db));
  store::delete_chain(batch.db, chain.id);
  batch.configuration_changed();
  audit(batch, call.caller, {.kind = kAudited, .id = chain.id.str(), .before = write_chain(chain)});
  return no_content();
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(const EscalationChain chain, get_chain(call, db));
  return ok(write_chain(chain));
}

Result<http::Response> list(const Call& call, store::Connection& db) {
  TRY_AS(auto team, read_team_filter(call, db));
  const store::ChainFilter filter{.name = call.query("name"), .team = std::move(team)};
  const std::int64_t count = store::count_chains(db, filter);
  const Paging paging = clamp(read_paging(call.request.query, kPageSize), count);
  json::Array chains;
  for (const EscalationChain& chain :
       store::list_chains(db, filter, paging.per_page, (paging.page - 1) * paging.per_page)) {
    chains.push_back(write_chain(chain));
  }
  return page_response(call.services.settings.base_url, call.request, paging, count,
                       json::write(json::Value(std::move(chains))));
}

Write put_or_patch(Method method) {
  return [method](const Call& call, engine::Batch& batch) { return update(call, batch, method); };
}

}  // namespace

Resource escalation_chains_resource() {
  using access::Permission;
  using Answers = Operation::Answers;
  constexpr Permission kRead = Permission::EscalationChainsRead, kWrite = Permission::EscalationChainsWrite;
  return {.name = "escalation_chains",
          .title = "EscalationChain",
          .about = "Named lists of escalation policies: whom an alert group pages, and in which order.",
          .fields = kFields,
          .endpoints = {
              {.path = "/escalation_chains/",
               .operations = {{"GET", "List escalation chains, oldest first", kRead, Read(list), 200,
                               Answers::Page},
                              {"POST", "Create an escalation chain", kWrite, Write(create), 201}},
               .parameters = {{"name", "Exact name."}, {"team_id", "Id of a team, or null for no team."}}},
              {.path = "/escalation_chains/{id}/",
               .operations = {
                   {"GET", "Get an escalation chain", kRead, Read(get)},
                   {"PUT", "Update an escalation chain", kWrite, put_or_patch(Method::Put)},
                   {"PATCH", "Update an escalation chain; absent fields keep their value", kWrite,
                    put_or_patch(Method::Patch)},
                   {"DELETE", "Delete an escalation chain with its policies; running escalations go on",
                    kWrite, Write(remove), 204, Answers::Nothing}}}}};
}

}  // namespace tocsin::api
