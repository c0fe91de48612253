#include "edge/api/resolution_notes.h"

#include "engine/effects.h"
#include "language/json/write.h"
#include "store/alert_groups.h"
#include "store/resolution_notes.h"

namespace tocsin::api {
namespace {

constexpr std::int64_t kPageSize = 50;
constexpr std::size_t kLongestText = 3000;

constexpr Field kFields[] = {
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "M and 12 signs."},
    {.name = "alert_group_id",
     .type = FieldType::Reference,
     .access = FieldAccess::CreateOnly,
     .required = true},
    {.name = "author",
     .access = FieldAccess::ReadOnly,
     .about = "Id of a user; null for service accounts.",
     .nullable = true},
    {.name = "source", .access = FieldAccess::ReadOnly, .about = "Web, Slack or Mobile App."},
    {.name = "created_at", .type = FieldType::Time, .access = FieldAccess::ReadOnly},
    {.name = "text", .required = true, .required_on_put = true, .max_length = kLongestText},
};

json::Value write_note(const ResolutionNote& note) {
  json::Object out;
  out.set("id", note.id.str());
  out.set("alert_group_id", note.group.str());
  out.set("author", note.author ? json::Value(note.author->str()) : json::Value());
  out.set("source", note.source);
  out.set("created_at", to_iso(note.created_at));
  out.set("text", note.text);
  return json::Value(std::move(out));
}

void refresh_chat(engine::Batch& batch, const AlertGroupId& group) {
  engine::carry_out(batch, {effect::UpdateChatPosts{group}});
}

Result<ResolutionNote> get_note(const Call& call, store::Connection& db) {
  auto note = store::find_resolution_note(db, ResolutionNoteId(call.id()));
  if (!note) return not_found();
  return *std::move(note);
}

Result<http::Response> create(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, Method::Create));
  ResolutionNote note;
  if (fields.has("alert_group_id")) {
    note.group = AlertGroupId(fields.text("alert_group_id"));
    if (!store::find_group(batch.db, note.group)) fields.refuse("alert_group_id", "Object does not exist");
  }
  TRY(fields.accepted());
  note.id = ResolutionNoteId(batch.ids.public_id("M"));
  note.author = call.caller.user;
  note.text = fields.text("text");
  note.created_at = batch.next_instant();
  store::insert_resolution_note(batch.db, note);
  refresh_chat(batch, note.group);
  return ok(write_note(note), 201);
}

Result<http::Response> update(const Call& call, engine::Batch& batch, Method method) {
  TRY_AS(ResolutionNote note, get_note(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, method));
  TRY(fields.accepted());
  if (note.source != kNoteFromWeb) return invalid("Cannot update message with this source type");
  if (fields.has("text") && fields.text("text") != note.text) {
    note.text = fields.text("text");
    store::update_resolution_note(batch.db, note);
    refresh_chat(batch, note.group);
  }
  return ok(write_note(note));
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(const ResolutionNote note, get_note(call, batch.db));
  store::delete_resolution_note(batch.db, note.id, batch.now());
  refresh_chat(batch, note.group);
  return no_content();
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(const ResolutionNote note, get_note(call, db));
  return ok(write_note(note));
}

Result<http::Response> list(const Call& call, store::Connection& db) {
  const auto group = call.query("alert_group_id");
  const std::int64_t count = store::count_resolution_notes(db, group);
  const Paging paging = clamp(read_paging(call.request.query, kPageSize), count);
  json::Array notes;
  for (const ResolutionNote& note :
       store::list_resolution_notes(db, group, paging.per_page, (paging.page - 1) * paging.per_page)) {
    notes.push_back(write_note(note));
  }
  return page_response(call.services.settings.base_url, call.request, paging, count,
                       json::write(json::Value(std::move(notes))));
}

Write put_or_patch(Method method) {
  return [method](const Call& call, engine::Batch& batch) { return update(call, batch, method); };
}

}  // namespace

Resource resolution_notes_resource() {
  using access::Permission;
  using Answers = Operation::Answers;
  constexpr Permission kRead = Permission::AlertGroupsRead, kWrite = Permission::AlertGroupsWrite;
  return {.name = "resolution_notes",
          .title = "ResolutionNote",
          .about = "What people wrote down about an alert group.",
          .fields = kFields,
          .endpoints = {
              {.path = "/resolution_notes/",
               .operations = {{"GET", "List resolution notes, those of the newest alert group first", kRead,
                               Read(list), 200, Answers::Page},
                              {"POST", "Create a resolution note", kWrite, Write(create), 201}},
               .parameters = {{"alert_group_id", "Notes of that alert group."}}},
              {.path = "/resolution_notes/{id}/",
               .operations = {
                   {"GET", "Get a resolution note", kRead, Read(get)},
                   {"PUT", "Update a resolution note", kWrite, put_or_patch(Method::Put)},
                   {"PATCH", "Update a resolution note", kWrite, put_or_patch(Method::Patch)},
                   {"DELETE", "Delete a resolution note", kWrite, Write(remove), 204, Answers::Nothing}}}}};
}

}  // namespace tocsin::api
