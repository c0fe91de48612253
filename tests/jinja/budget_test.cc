// Nothing a template does may crash or stall the process: each of these ends quickly in an error.
#include "language/jinja/template.h"
#include "language/json/read.h"
#include "support/cpu_time.h"

namespace tocsin::jinja {
namespace {

struct Timed {
  Rendered rendered;
  double ms = 0;
};

Timed timed(const std::string& source, const json::Value& payload = {}) {
  Context context;
  context.set("payload", &payload);
  const double start = cpu_ms();
  Timed out{render(source, context), 0};
  out.ms = cpu_ms() - start;
  return out;
}

std::string repeat(const std::string& unit, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += unit;
  return out;
}

std::string numbers(std::size_t count) {
  std::string out = "[";
  for (std::size_t i = 0; i < count; ++i) out += "1,";
  return out + "]";
}

TEST(Budget, BombsEndInAnErrorQuickly) {
  const std::string list = numbers(2000);
  const struct {
    const char* name;
    std::string source;
  } cases[] = {
      {"loops in loops",
       "{% set l = " + list +
           " %}{% for a in l %}{% for b in l %}{% for c in l %}x{% endfor %}{% endfor %}{% endfor %}"},
      {"a list that grows while it is walked",
       "{% set l = [1] %}{% for a in l %}{% set _ = l.append(a) %}{% endfor %}"},
      {"a huge string", "{{ 'x' * 10**9 }}"},
      {"a huge list", "{{ [1] * 10**9 }}"},
      {"a string doubled again and again",
       "{% set ns = namespace(s='x') %}{% for a in " + list + " %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}"},
      {"a list doubled again and again",
       "{% set l = [1] %}{% for a in " + list + " %}{% set _ = l.extend(l) %}{% endfor %}"},
      {"a huge power", "{{ 10**(10**9) }}"},
      {"powers of powers", "{{ 9**9**9**9**9 }}"},
      {"a product of huge numbers",
       "{% set ns = namespace(n=3) %}{% for a in " + list + " %}{% set ns.n = ns.n * ns.n %}{% endfor %}"},
      {"a macro that calls itself", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"},
      {"macros that call each other twice",
       "{% macro f(n) %}{{ f(n+1) }}{{ f(n+1) }}{% endmacro %}{{ f(0) }}"},
      {"a block that shows itself", "{% block b %}{{ self.b() }}{% endblock %}"},
      {"a loop that recurs for ever", "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}"},
      {"a list inside itself, compared",
       "{% set a = [] %}{% set b = [] %}{% set _ = a.append(a) %}{% set _ = b.append(b) %}{{ a == b }}"},
      {"nesting by a loop, printed",
       "{% set ns = namespace(l=[]) %}{% for a in " + list +
           " %}{% for b in [1,2,3] %}{% set ns.l = [ns.l] %}{% endfor %}{% endfor %}{{ ns.l }}"},
      {"generators in generators", "{% set ns = namespace(g=[1]) %}{% for a in " + list +
                                       " %}{% for b in [1,2,3] %}{% set ns.g = ns.g|map('string') %}{% "
                                       "endfor %}{% endfor %}{{ ns.g|list }}"},
      {"a wide format", "{{ '%999999999d' % 1 }}"},
      {"a wide brace format", "{{ '{:999999999}'.format(1) }}"},
      {"a wide center", "{{ 'x'|center(10**9) }}"},
      {"a wide ljust", "{{ 'x'.ljust(10**9) }}"},
      {"a wide indent", "{{ 'x\ny'|indent(10**9) }}"},
      {"replacing nothing by much", "{{ ('x' * 100000).replace('', 'y' * 100000) }}"},
      {"joining much", "{{ ('y' * 100000).join('x' * 100000) }}"},
      {"an exponential pattern", "{{ ('a' * 40 ~ 'b')|regex_search('(a+)+$') }}"},
      {"a pattern with nested repeats", "{{ ('a' * 5000)|regex_search('(.*)(.*)(.*)(.*)[xyz]$') }}"},
      {"a pattern that doubles its input", "{{ ('a' * 50000)|regex_replace('a', 'b' * 10000) }}"},
      {"lorem ipsum", "{{ lipsum(10**9) }}"},
      {"many slices", "{{ [1]|slice(10**9)|list }}"},
      {"a batch to fill", "{{ [1]|batch(10**9, 'x')|list }}"},
      {"a deep expression", "{{ " + repeat("(", 20'000) + "1" + repeat(")", 20'000) + " }}"},
      {"a deep list", "{{ " + repeat("[", 20'000) + repeat("]", 20'000) + " }}"},
      {"many nots", "{{ " + repeat("not ", 12'000) + "1 }}"},
      {"many signs", "{{ " + repeat("-", 40'000) + "1 }}"},
      {"a long sum", "{{ 1" + repeat("+1", 20'000) + " }}"},
      {"a long chain of attributes", "{{ payload" + repeat(".a", 20'000) + " }}"},
      {"a long chain of filters", "{{ payload" + repeat("|e", 20'000) + " }}"},
      {"deep statements", repeat("{% if 1 %}", 4000) + repeat("{% endif %}", 400)},
      {"a large dictionary printed often",
       "{% set l = " + numbers(10'000) + " %}{% for a in l %}{{ l }}{% endfor %}"},
      {"a large value in a list many times", "{% set s = 'x' * 1000000 %}{{ ([s] * 10000)|join }}"},
      {"one text joined to itself", "{% set s = 'x' * 1000000 %}{{ ([s] * 10000) }}"},
      {"an explosion by format", "{% set s = '%s' * 10000 %}{{ s % (('x' * 100000,) * 10000) }}"},
      {"a json explosion", "{% set s = ['x' * 100000] * 10000 %}{{ s|tojson }}"},
      {"a pprint explosion", "{% set s = ['x' * 100000] * 10000 %}{{ s|pprint }}"},
      {"an escape explosion", "{{ ('<' * 10000000)|e|e|e|e }}"},
      {"an urlize of much", "{{ ('http://a.b ' * 1000000)|urlize }}"},
      {"sorting much", "{{ ('ba' * 10000000)|sort }}"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Timed got = timed(c.source);
    ASSERT_TRUE(got.rendered.error) << got.rendered.text.substr(0, 200);
    EXPECT_LE(got.rendered.memory_bytes, 64U << 20);
    // Below 15 ms in a release build; the margin is for debug builds, sanitizers and busy machines.
    EXPECT_LT(got.ms, kSanitized ? 2000 : 100) << got.rendered.text;
    show_cost(c.name, got.ms, got.rendered.memory_bytes);
  }
}

TEST(Budget, DeepPayloadsArePrintedOrRefused) {
  const auto payload = json::read(repeat("[", 980) + repeat("]", 980));
  ASSERT_TRUE(payload);
  EXPECT_EQ(timed("{{ payload }}", *payload).rendered.text, repeat("[", 980) + repeat("]", 980));
  EXPECT_EQ(
      timed("{{ payload == payload }} {{ payload|tojson|length }} {{ payload|string|parse_json|length }}",
            *payload)
          .rendered.text,
      "True 1960 1");
}

TEST(Budget, ALongResultIsCutAndMarked) {
  const Timed got = timed("{% for a in payload %}{{ 'é' * 1000 }}{% endfor %}",
                          *json::read(numbers(99).erase(numbers(99).size() - 2, 1)));
  EXPECT_FALSE(got.rendered.error);
  EXPECT_EQ(got.rendered.text, repeat("é", 50'000) + "..");
}

TEST(Budget, AnErrorBehindTheLimitStillCounts) {
  EXPECT_EQ(timed("{{ 'x' * 60000 }}{{ payload.a.b }}").rendered.text,
            "Template Warning: 'None' has no attribute 'a'");
}

TEST(Budget, TheSameInputCostsTheSame) {
  const std::string source = "{% for a in [3,1,2]|sort %}{{ a|string ~ 'x' }}{% endfor %}";
  const Rendered first = timed(source).rendered, second = timed(source).rendered;
  EXPECT_EQ(first.instructions, second.instructions);
  EXPECT_EQ(first.memory_bytes, second.memory_bytes);
}

}  // namespace
}  // namespace tocsin::jinja
