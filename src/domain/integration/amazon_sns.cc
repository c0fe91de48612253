// Amazon SNS: the CloudWatch alarm that came in the envelope (sns.h), or {"message": text} when that was no
// JSON object. docs/spec/ingestion.md, section 7.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle = R"jinja({{ payload.AlarmName or "Alert" }})jinja";
constexpr std::string_view kText = R"jinja(
{%- if payload.AlarmName is defined or payload.NewStateValue is defined -%}
State: {{ payload.NewStateValue or "NO" }}
Region: {{ payload.Region or "Undefined" }}
{% if payload.AlarmDescription %}{{ payload.AlarmDescription }}
{% endif -%}
{{ payload.NewStateReason or "" }}
{%- elif payload.message is string -%}
This SNS message is text, not an alarm in JSON:
{{ payload.message }}
{%- endif %})jinja";

}  // namespace

constinit const Type kAmazonSns{
    .slug = "amazon_sns",
    .title = "Amazon SNS",
    .view = AlertView::AmazonSns,
    .templates = with_rules(text_templates<kTitle, kText>(),
                            {.grouping_key = R"jinja({{ payload.AlarmName or "" }})jinja",
                             .resolve_signal = R"jinja({{ payload.NewStateValue == "OK" }})jinja"}),
    .example =
        R"json({"AlarmName": "cpu", "AlarmDescription": "cpu>90", "NewStateValue": "ALARM", "NewStateReason": "Threshold crossed", "Region": "EU (Ireland)", "OldStateValue": "OK", "Trigger": {"Namespace": "AWS/EC2", "MetricName": "CPUUtilization"}})json"};

}  // namespace tocsin::integration
