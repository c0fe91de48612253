#include "edge/api/template_render.h"

#include "language/jinja/template.h"
#include "language/json/read.h"
#include "store/alert_lists.h"

namespace tocsin::api {
namespace {

constexpr Field kFields[] = {
    {.name = "template",
     .access = FieldAccess::WriteOnly,
     .about = "The template's text.",
     .required = true,
     .allow_blank = true,
     .trimmed = false},
    {.name = "payload",
     .type = FieldType::Any,
     .access = FieldAccess::WriteOnly,
     .about = "What the template sees as `payload`; or give `alert_id`.",
     .nullable = true},
    {.name = "alert_id",
     .access = FieldAccess::WriteOnly,
     .about = "Renders on the payload of this stored alert."},
    {.name = "labels",
     .type = FieldType::Object,
     .access = FieldAccess::WriteOnly,
     .about = "What the template sees as `labels`."},
    {.name = "result", .access = FieldAccess::ReadOnly, .about = "The rendered text.", .nullable = true},
    {.name = "error",
     .type = FieldType::Object,
     .access = FieldAccess::ReadOnly,
     .about = "text, message, warning, line, column; null when there is none.",
     .nullable = true},
    {.name = "undefined_paths",
     .type = FieldType::Strings,
     .access = FieldAccess::ReadOnly,
     .about = "What the template looked for and did not find."},
    {.name = "cost",
     .type = FieldType::Object,
     .access = FieldAccess::ReadOnly,
     .about = "instructions, memory_bytes, allocations."},
};

json::Value write_error(const std::optional<jinja::TemplateError>& error) {
  if (!error) return json::Value();
  return json::Object{{"text", json::Value(error->text())},
                      {"message", json::Value(error->message)},
                      {"warning", json::Value(error->warning)},
                      {"line", json::Value(error->line)},
                      {"column", json::Value(error->column)}};
}

json::Value write_rendered(const jinja::Rendered& rendered) {
  json::Array paths;
  for (const std::string& path : rendered.undefined_paths) paths.emplace_back(path);
  json::Object out;
  out.set("result", rendered.error ? json::Value() : json::Value(rendered.text));
  out.set("error", write_error(rendered.error));
  out.set("undefined_paths", std::move(paths));
  out.set("cost", json::Object{{"instructions", json::Value(rendered.instructions)},
                               {"memory_bytes", json::Value(rendered.memory_bytes)},
                               {"allocations", json::Value(rendered.allocations)}});
  return json::Value(std::move(out));
}

// The payload given, or that of the stored alert.
Result<json::Value> read_payload(Fields& fields, store::Connection& db) {
  const auto alert_id = fields.optional_text("alert_id");
  if (fields.has("payload") == alert_id.has_value()) {
    return invalid("non_field_errors", "Give either payload or alert_id.");
  }
  if (!alert_id) return fields.value("payload");
  const auto alert = store::find_alert(db, *alert_id);
  if (!alert) return invalid("alert_id", "Object does not exist");
  return json::read(alert->payload);
}

Result<http::Response> render(const Call& call, store::Connection& db) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, Method::Create));
  TRY(fields.accepted());
  TRY_AS(const json::Value payload, read_payload(fields, db));
  const json::Value labels = fields.has("labels") ? fields.value("labels") : json::Value(json::Object{});
  jinja::Context context;
  context.set("payload", &payload);
  context.set("labels", &labels);
  return ok(write_rendered(jinja::render(fields.text("template"), context, {.now = call.now})));
}

}  // namespace

Resource template_render_resource() {
  return {.name = "templates",
          .title = "TemplateRender",
          .about = "What a template gives, before it decides about real alerts.",
          .fields = kFields,
          .endpoints = {{.path = "/templates/render/",
                         .operations = {{"POST", "Render a template on a payload",
                                         access::Permission::IntegrationsRead, Read(render)}}}}};
}

}  // namespace tocsin::api
