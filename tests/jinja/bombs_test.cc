// Operations whose work is far larger than they look: each pays for what it does, so a template made of them
// ends in its budget. Every row once ran for seconds or took far more memory than it may.
#include <fstream>

#include "language/jinja/template.h"
#include "language/json/read.h"
#include "support/cpu_time.h"

namespace tocsin::jinja {
namespace {

std::size_t peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "VmHWM:") continue;
    std::size_t kib = 0;
    status >> kib;
    return kib;
  }
  return 0;
}

std::string repeat(std::string_view unit, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += unit;
  return out;
}

std::string numbered(std::string_view before, std::string_view after, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += std::string(before) + std::to_string(i) + std::string(after);
  return out;
}

// `body` four million times, were it not for the budget.
std::string looped(const std::string& setup, const std::string& body) {
  return setup + "{% for a in l %}{% for b in l %}" + body + "{% endfor %}{% endfor %}";
}
std::string looped_call(const std::string& value, const std::string& call) {
  return looped("{% set s = " + value + " %}", "{% set x = " + call + " %}");
}

// A list of 2,000 numbers, an object of 30,000 members and arrays 500 deep.
const Context& context() {
  static const Context kContext = [] {
    Context made;
    std::string numbers = "[0", members = "{\"k\": 1";
    for (int i = 1; i < 2000; ++i) numbers += "," + std::to_string(i);
    for (int i = 0; i < 30'000; ++i) members += ",\"k" + std::to_string(i) + "\":1";
    made.set("l", *json::read(numbers + "]"));
    made.set("members", *json::read(members + "}"));
    made.set("deep", *json::read(repeat("[", 500) + repeat("]", 500)));
    return made;
  }();
  return kContext;
}

void expect_cheap(const std::string& source) {
  SCOPED_TRACE(source.substr(0, 200));
  const Context& given = context();
  const double start = cpu_ms();
  const Rendered got = render(source, given);
  const double took = cpu_ms() - start;
  show_cost(source.substr(0, 120), took, got.memory_bytes);
  // Below 15 ms in a release build; the margin is for debug builds, sanitizers and busy machines.
  EXPECT_LT(took, kSanitized ? 2000 : 100) << got.text.substr(0, 200);
  EXPECT_LE(got.memory_bytes, 64U << 20);
}

TEST(Bombs, QuestionsAboutLongTexts) {
  for (const char* question : {"isalpha", "isascii", "isalnum", "islower", "isprintable", "isidentifier"})
    expect_cheap(looped_call("'a' * 4000000", "s." + std::string(question) + "()"));
  expect_cheap(looped_call("'1' * 4000000", "s.isdigit()"));
  expect_cheap(looped_call("' ' * 4000000", "s.isspace()"));
  expect_cheap(looped_call("'A' * 4000000", "s.isupper()"));
  expect_cheap(looped_call("'a' * 4000000", "s is lower"));
  expect_cheap(looped_call("'a' * 4000000", "s is sameas(s ~ '')"));
  expect_cheap(looped_call("'a' * 4000000", "s.startswith(s)"));
  expect_cheap(looped_call("'a' * 4000000", "s|length"));
  expect_cheap(looped_call("'a' * 4000000", "{}[s]"));
  expect_cheap(looped_call("'a' * 4000000", "'a'[s]"));
}

TEST(Bombs, ChangesOfLongTexts) {
  for (const char* change : {"upper", "lower", "title", "capitalize", "swapcase", "casefold"})
    expect_cheap(looped_call("'\u00e9' * 400000", "s." + std::string(change) + "()"));
  expect_cheap("{{ ('\u03a3' * 400000)|lower }}");
  expect_cheap("{{ ('.' * 400000 ~ '\u03a3' * 200000)|lower }}");
  expect_cheap(looped_call("' ' * 9000000", "s.strip()"));
  expect_cheap("{% set s = 'a' * 1000000 %}{{ s.strip('b' * 1000000 ~ 'a')|length }}");
  expect_cheap(looped_call("'\\t' * 9000000", "s.expandtabs(0)"));
  expect_cheap("{{ ('a' * 1000000)|wordwrap(1) }}");
  expect_cheap("{{ ('a' ~ '-' * 1000000)|wordwrap(9) }}");
  expect_cheap("{{ ('a\\n' * 100000)|wordwrap(9, true, 'x' * 100000) }}");
  expect_cheap("{{ ('a b ' * 50000)|urlize(extra_schemes=['ax:'] * 20000) }}");
  expect_cheap("{{ ('&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' * 100000)|striptags }}");
  expect_cheap("{{ ('a b ' * 100000)|pprint }}");
}

TEST(Bombs, SearchesThatMatchAlmostEverywhere) {
  const std::string text = "{% set s = 'a' * 4000000 %}", before = "'b' ~ 'a' * 2000000",
                    after = "'a' * 2000000 ~ 'b'";
  for (const char* method : {"find", "count", "split", "partition", "index"})
    expect_cheap(text + "{{ s." + method + "(" + after + ") }}");
  for (const char* method : {"rfind", "rsplit", "rpartition"})
    expect_cheap(text + "{{ s." + method + "(" + before + ") }}");
  expect_cheap(text + "{{ (" + after + ") in s }}");
  expect_cheap(text + "{{ s.replace(" + after + ", 'c') }}");
  expect_cheap(looped_call("'a' * 9000000", "s.split('a')"));
  expect_cheap(looped_call("'a\\n' * 100000", "s.splitlines()"));
  expect_cheap(looped_call("'a' * 9000000", "s.partition('b')"));
}

TEST(Bombs, BigIntegers) {
  const std::string n = "{% set n = 2 ** 131000 - 1 %}{% set m = 2 ** 65000 - 1 %}";
  for (const char* value :
       {"n + n", "n - n", "n < n + 1", "n == m", "n < 1.5", "n // m", "n % m", "n / (n - 1)", "{1: 2}[n]",
        "-n", "n|abs", "n|round(-300)", "n is odd", "'%x' % n", "m * m", "(10 ** 4200)|string",
        "('f' * 32000)|int(0, 16)", "('9' * 99000 ~ 'x')|int"})
    expect_cheap(looped(n, "{% set x = " + std::string(value) + " %}"));
  expect_cheap(n + "{{ '{:b}'.format(n)|length }}{{ '%o' % n }}");
  expect_cheap("{% set n = 2 ** 131000 %}{{ ([n, n + 1] * 100000)|sort|first is odd }}");
  expect_cheap(looped_call("'0.' ~ '9' * 5000000", "s|float"));
}

TEST(Bombs, Formats) {
  for (const char* value :
       {"'%100000d' % 1", "'%.100000f' % 1.5", "'%*d' % (100000, 1)", "'{:100000}'.format(1)",
        "'{:\u00e9>100000}'.format(1)", "'{:0100000,}'.format(1)", "'{:.100000f}'.format(1.5)",
        "time().strftime('%1000d' * 1000)", "'x'|center(1000000)"})
    expect_cheap(looped("", "{% set x = " + std::string(value) + " %}"));
  expect_cheap("{{ ('{a}' * 100000).format(**members) }}");
}

TEST(Bombs, Containers) {
  expect_cheap("{{ dict(**members)|length }}");
  expect_cheap("{% macro m() %}{{ kwargs|length }}{% endmacro %}{{ m(**members) }}");
  expect_cheap("{% set d = members.copy() %}{% for k in members %}{% set x = d.popitem() %}{% endfor %}");
  expect_cheap(
      "{% set d = members.copy() %}{% for k in members %}{% set x = d.pop(k) %}{% set y = d|first %}{% "
      "endfor %}");
  expect_cheap(looped("", "{% set x = deep|string %}"));
  expect_cheap(looped("", "{% set x = deep|tojson %}"));
  expect_cheap("{{ ([1] * 100000)|tojson('x' * 10000) }}");
  expect_cheap(
      "{% set n = namespace(l=[1]) %}{% for a in l %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l|pprint }}");
  expect_cheap(looped_call("'[' ~ '1,' * 300000 ~ '1]'", "s|parse_json"));
  expect_cheap(looped("", "{{ p['" + repeat("x", 20'000) + "'] }}"));
}

TEST(Bombs, Patterns) {
  for (const char* pattern : {"a*+[bd]", "(?>a+)[bd]", "(?=a*[cd])(?!a)x", "[^\\\\n]*xq", "(a+)\\\\1b",
                              "(?:a|aa)+$x", "a*?a*?a*?b", "(?<=a{1000})b|c", "a{50001}"})
    expect_cheap("{{ ('a' * 50000 ~ 'c' ~ 'a' * 49999 ~ 'q')|regex_search('" + std::string(pattern) +
                 "') }}");
  expect_cheap(looped_call("'a' * 24 ~ 'b'", "s|regex_search('(a+)+$')"));
  expect_cheap(looped_call("'a' * 9000000", "s|regex_match('a*')"));
  expect_cheap(looped_call("'a' * 50000", "s|regex_replace('a', 'b')"));
  expect_cheap(looped("", "{% set x = 'a'|regex_search('((a{1,20}){1,20}){1,20}' ~ loop.index0) %}"));
}

TEST(Bombs, Sources) {
  expect_cheap(repeat("{% if 0 %}{% elif 0 %}", 140) + numbered("{% set a", " = 1 %}", 1500) +
               repeat("{% endif %}", 140));
  expect_cheap(numbered("{% set a", " = 1 %}", 1000) +
               numbered("{% for x in l %}{% block b", " scoped %}{% endblock %}{% endfor %}", 450));
  expect_cheap(numbered("{% set a", "=1 %}", 1500) + "{% block b %}" + numbered("{{ a", " }}", 1500) +
               "{% endblock %}{% for a in l %}{% set x = self.b() %}{% endfor %}");
  expect_cheap(
      looped("{% macro m() %}{% if 0 %}" + numbered("{{ a", " }}", 4000) + "{% endif %}{% endmacro %}",
             "{{ m() }}"));
  expect_cheap(looped(repeat("\n", 40'000), "{% set x = 1 if 0 %}"));
  expect_cheap("{{ " + repeat("(", 49'000));
  expect_cheap(repeat("{#", 24'000));
  expect_cheap("{% raw %}" + repeat("{% endraw", 5000));
}

// Each error that is turned into None was once free.
TEST(Bombs, ErrorsThatAreSwallowed) {
  for (const char* filter :
       {"iso8601_to_time", "datetimeparse", "timedeltaparse", "parse_json", "b64decode",
        "timestamp_to_datetime", "regex_search('b')", "regex_match('b')", "regex_replace('a', 'b')"}) {
    expect_cheap(looped("{% set v = [] %}", "{% set x = v|" + std::string(filter) + " %}"));
  }
  for (const char* filter : {"json_dumps", "tojson_pretty"})
    expect_cheap(looped("{% set v = time() %}", "{% set x = v|" + std::string(filter) + " %}"));
  expect_cheap(looped("", "{% set x = '2023-02-31T00:00:00Z'|iso8601_to_time %}"));
  expect_cheap(looped("", "{% set x = '2023-02-31'|datetimeparse('%Y-%m-%d') %}"));
  expect_cheap(looped("{% set v = {1: 1, 'a': 2, none: 3} %}", "{% set x = v|pprint %}"));
  expect_cheap(looped("", "{% for c in [1, 2] if c == 1 or c.a.b %}{% set x = loop.nextitem %}{% endfor %}"));
  expect_cheap("{{ (l * 30)|map('regex_replace', 'a', 'b')|list|length }}");
  expect_cheap("{{ (l * 30)|map('iso8601_to_time')|list|length }}");
}

TEST(Bombs, Floats) {
  for (const char* value :
       {"v // 1234.5", "v % 1234.5", "v // 7", "v in [1, 2, 3]", "v in l[:40]", "v|round", "v|round(3)",
        "v|int", "v|string", "'%d' % v", "'%.1000f' % 5e-324", "v == 10 ** 308"})
    expect_cheap(looped("{% set v = 1e308 %}", "{% set x = " + std::string(value) + " %}"));
}

TEST(Bombs, SignsThatAreNoLetters) {
  for (const char* method : {"islower", "isupper", "istitle", "title", "swapcase"}) {
    expect_cheap("{{ (' ' * 2000000)." + std::string(method) + "() }}");
    expect_cheap("{{ ('1_' * 900000)." + std::string(method) + "() }}");
    expect_cheap("{{ ('<!---->' * 220000)." + std::string(method) + "() }}");
  }
  expect_cheap("{{ ('QUJD' * 650000).isidentifier() }}");
  for (const char* method : {"strip", "lstrip", "rstrip"})
    expect_cheap("{{ (' ' * 6500000)." + std::string(method) + "() }}");
  for (const int count : {900'000, 1'300'000, 2'000'000})
    expect_cheap("{{ ('\\t' * " + std::to_string(count) + ").expandtabs() }}");
  for (const char* filter : {"pprint", "tojson", "tojson('xxxxxxxxx')", "string|pprint", "list|pprint"}) {
    expect_cheap("{% set x = ('\\x01' * 900000)|" + std::string(filter) + " %}");
    expect_cheap("{% set x = ('\\x01' * 2000000)|" + std::string(filter) + " %}");
  }
  expect_cheap("{{ ('&notit;' * 100000)|striptags }}");
  expect_cheap("{{ ('&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' * 28000)|striptags }}");
}

TEST(Bombs, FreshMemory) {
  for (const char* text : {"'QUJD' * 150000", "'a' * 450000", "'a.' * 900000", "'a' * 9000000"}) {
    for (const char* filter : {"sort", "sort(reverse=true)", "sort(attribute='v')", "groupby('v')",
                               "map('upper')|list", "batch(1)|list"})
      expect_cheap("{% set x = (" + std::string(text) + ")|" + filter + " %}");
  }
  expect_cheap("{% set x = (l * 100)|sort(attribute='v') %}");
  expect_cheap("{% set x = (l * 100)|sort %}");
  expect_cheap(
      "{% set n = namespace(l=1) %}{% for a in l[:480] %}{% set n.l = {'a': n.l} %}{% endfor %}{% set x = "
      "n.l|pprint %}");
}

// After all of them: what one render may take, and what the tests and their context need.
TEST(Bombs, StayWithinTheirMemory) {
  const std::size_t before = peak_kib();
  for (const char* source :
       {"{% macro f(n) %}{{ 'x' * 1000000 }}{{ f(n+1) }}{% endmacro %}{{ f(0) }}",
        "{{ ('a' * 9000000).split('a') }}", "{{ ('a\\n' * 4000000).splitlines() }}",
        "{{ ('[' ~ '{},' * 300000 ~ '1]')|parse_json }}", "{{ ([1] * 100000)|tojson(1000) }}"})
    expect_cheap(source);
  EXPECT_LE(peak_kib() - before, kSanitized ? 512U << 10 : 64U << 10);
}

}  // namespace
}  // namespace tocsin::jinja
