// Any JSON as the payload of templates that touch all of it: printing, sorting, grouping, dates, patterns,
// encoders.
#include <cstdint>
#include <string_view>

#include "language/jinja/template.h"
#include "language/json/read.h"

namespace {

constexpr std::string_view kTemplates[] = {
    "{{ payload }}|{{ payload|tojson }}|{{ payload|tojson_pretty }}|{{ payload|pprint }}|{{ "
    "payload|string|length }}",
    "{% for k, v in payload.items() %}{{ k }}={{ v }}{{ loop.last }}{% endfor %}{{ payload|dictsort }}{{ "
    "payload|xmlattr }}",
    "{% for x in payload %}{{ loop.index }}{{ x|e }}{{ x|urlize }}{{ x|wordwrap(5) }}{{ x|truncate(9) }}{% "
    "endfor %}",
    "{{ payload|sort|first }}{{ payload|unique|list }}{{ payload|sum }}{{ payload|max }}{{ payload|join(',') "
    "}}",
    "{{ payload|groupby('a') }}{{ payload|map(attribute='a.b')|list }}{{ payload|selectattr('a')|list }}",
    "{% for x in payload %}{{ x|iso8601_to_time|datetimeformat('%c %-d %j %U') }}{{ x|datetimeparse('%Y %j "
    "%H') }}{{ x|timedeltaparse }}{{ x|b64decode }}{{ x|parse_json }}{% endfor %}",
    "{% for x in payload %}{{ x|regex_replace('(a|b)+', x) }}{{ 'aab'|regex_search(x) }}{{ "
    "x|timestamp_to_datetime }}{% endfor %}",
    "{% for x in payload %}{{ x % payload }}{% endfor %}",
    "{% for x in payload %}{{ x.format(payload, a=payload) }}{{ x.title() }}{{ x.split() }}{{ "
    "x.encode().decode() }}{{ x|striptags }}{% endfor %}",
    "{% for x in payload %}{{ x|int }}{{ x|float }}{{ x|round(2) }}{{ x * 3 }}{{ x // 7 }}{{ x % 7 }}{{ x < "
    "5 }}{% endfor %}",
    "{% set _ = payload.update({'z': payload}) %}{{ payload }}{{ payload == payload.copy() }}{{ "
    "payload.pop('a', 1) }}{{ payload }}",
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::jinja;
  const auto payload = tocsin::json::read(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!payload) return 0;
  Context context;
  context.set("payload", &*payload);
  RenderOptions options;
  options.limits.instructions = 50'000;
  options.limits.memory_bytes = 4 << 20;
  options.limits.regex_steps = 20'000;
  for (const std::string_view source : kTemplates) {
    for (const Escaping escaping : {Escaping::None, Escaping::Json}) {
      options.escaping = escaping;
      if (render(source, context, options).text.size() > (1U << 20)) __builtin_trap();
    }
  }
  return 0;
}
