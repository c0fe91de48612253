// Kapacitor: the TICK stack's alert event; `id` names the alert, `level` its state.
// docs/spec/ingestion.md, section 6.3.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle =
    R"jinja({{ payload.id | default("Title undefined (check Web Title Template)") }})jinja";

}  // namespace

constinit const Type kKapacitor{
    .slug = "kapacitor",
    .title = "Kapacitor",
    .in_strict_set = true,
    .templates =
        with_rules(json_templates<kTitle>(),
                   {.grouping_key = "{{ payload.id if payload.id is not none }}",
                    .resolve_signal = R"jinja({{ (payload.level | string).startswith("OK") }})jinja"}),
    .example =
        R"json({"id": "cpu:host=web1", "message": "cpu:host=web1 is CRITICAL", "details": "", "time": "2026-01-05T10:00:00Z", "duration": 30000000000, "level": "CRITICAL", "previousLevel": "WARNING", "recoverable": true, "data": {"series": [{"name": "cpu", "tags": {"host": "web1"}, "columns": ["time", "value"], "values": [["2026-01-05T10:00:00Z", 97.1]]}]}})json"};

}  // namespace tocsin::integration
