// What running Jinja2 3.1.6's own suite against us found; the answers are that release's.
#include "language/jinja/template.h"
#include "language/json/read.h"

namespace tocsin::jinja {
namespace {

std::string rendered(std::string_view source, std::string_view context = "{}") {
  const auto value = json::read(context);
  if (!value) return value.error().message;
  Context variables;
  for (const json::Member& member : value->as_object()) variables.set(member.key, &member.value);
  return render(source, variables).text;
}

TEST(Upstream, ANameThatBranchesSetHasItsOuterValueBefore) {
  EXPECT_EQ(rendered("{% if true %}{{ a.b }}{% set a = 1 %}{% elif false %}{% set a = 2 %}{% else %}"
                     "{% set a = 3 %}{% endif %}{{ a }}",
                     R"({"a": {"b": 0}})"),
            "01");
  EXPECT_EQ(rendered("{% set b = 9 %}{% for x in [0, 1] %}{% if x %}{{ b }}{% set b = 1 %}{% elif false %}"
                     "{% set b = 2 %}{% else %}{{ b }}{% set b = 3 %}{% endif %}{{ b }} {% endfor %}{{ b }}"),
            "93 91 9");
}

TEST(Upstream, NamespaceAttributesStandInTupleTargets) {
  const struct {
    const char *source, *answer;
  } cases[] = {
      {"{% set ns = namespace() %}{% set ns.a, b = 1, 2 %}{{ ns.a }}{{ b }}", "12"},
      {"{% set ns = namespace() %}{% set ns.a, ns.b = 1, 2 %}{{ ns.a }}{{ ns.b }}", "12"},
      {"{% set ns = namespace() %}{% set ns.a %}x{% endset %}{{ ns.a }}", "x"},
      // The check comes before the value.
      {"{% set d = {} %}{% set b, d.a = 1, u.x.y %}",
       "Template Error: cannot assign attribute on non-namespace object"},
      {"{% set d = {} %}{% set d.a %}x{% endset %}",
       "Template Error: cannot assign attribute on non-namespace object"},
      {"{% set true.a = 1 %}", "Template Error: can't assign to 'const'"},
      {"{% set 'a'.b = 1 %}", "Template Error: can't assign to 'const'"},
      {"{% set ns.1 = 1 %}", "Template Error: expected token 'name', got 'integer'"},
      {"{% set ns.a.b = 1 %}", "Template Error: expected token 'end of statement block', got '.'"},
      {"{% for ns.a in [1] %}{% endfor %}", "Template Error: expected token 'in', got '.'"},
      {"{% with ns.a = 1 %}{% endwith %}", "Template Error: expected token '=', got '.'"},
  };
  for (const auto& c : cases) EXPECT_EQ(rendered(c.source), c.answer) << c.source;
}

TEST(Upstream, UndefinedValuesKeepTheirOwnAttributesShut) {
  const struct {
    const char *source, *answer;
  } cases[] = {
      {"{{ x.__call__ }}|{{ x._undefined_name }}|{{ x.__slots__ }}", "||"},
      {"{{ x.__call__.y }}",
       "Template Error: access to attribute '__call__' of 'Undefined' object is unsafe."},
      {"{{ '{0.__call__.a}'.format(x) }}",
       "Template Error: access to attribute '__call__' of 'Undefined' object is unsafe."},
      {"{{ x|attr('__subclasses__') }}.", "."},
      {"{{ (x|attr('__subclasses__')).y }}",
       "Template Warning: 'jinja2.runtime.Undefined object' has no attribute '__subclasses__'"},
      {"{{ x|attr('foo') }}", "Template Warning: 'x' is undefined"},
      {"{{ x.__foo }}", "Template Warning: 'x' is undefined"},
  };
  for (const auto& c : cases) EXPECT_EQ(rendered(c.source), c.answer) << c.source;
}

TEST(Upstream, WhatPythonsObjectsHaveIsShutAndWhatTheyLackIsUndefined) {
  const struct {
    const char *source, *answer;
  } cases[] = {
      {"{{ (1).__add__.y }}", "Template Error: access to attribute '__add__' of 'int' object is unsafe."},
      {"{{ (1).__len__.y }}", "Template Warning: 'int object' has no attribute '__len__'"},
      {"{{ (1.5)['__trunc__'].y }}",
       "Template Error: access to attribute '__trunc__' of 'float' object is unsafe."},
      {"{{ ('a'|attr('__getnewargs__')).y }}",
       "Template Error: access to attribute '__getnewargs__' of 'str' object is unsafe."},
      {"{{ ('a'|e).__html__.y }}",
       "Template Error: access to attribute '__html__' of 'Markup' object is unsafe."},
      {"{{ 'a'.__html__.y }}", "Template Warning: 'str object' has no attribute '__html__'"},
      {"{{ {}.items().__and__.y }}",
       "Template Error: access to attribute '__and__' of 'dict_items' object is unsafe."},
      {"{{ lipsum.__globals__.y }}",
       "Template Error: access to attribute '__globals__' of 'function' object is unsafe."},
      {"{{ 'a'.upper.__globals__.y }}",
       "Template Warning: 'builtin_function_or_method object' has no attribute '__globals__'"},
      {"{{ ([1]|map('int')).gi_frame.y }}",
       "Template Error: access to attribute 'gi_frame' of 'generator' object is unsafe."},
      {"{{ namespace().__init__.y }}",
       "Template Warning: 'jinja2.utils.Namespace object' has no attribute '__init__'"},
      {"{{ namespace(_x=1)._x.y }}",
       "Template Error: access to attribute '_x' of 'Namespace' object is unsafe."},
      {"{{ {'_x': 1}._x }}{{ {'__len__': 2}['__len__'] }}", "12"},
  };
  for (const auto& c : cases) EXPECT_EQ(rendered(c.source), c.answer) << c.source;
}

TEST(Upstream, NamesAreWhatPythonCallsIdentifiers) {
  for (const char* good :
       {"f\u00f6\u00f6", "\u0192oo", "\u1885", "\u1886", "\u2118", "\u212e", "a\u00b7", "_"}) {
    EXPECT_EQ(rendered("{{ " + std::string(good) + " }}."), ".") << good;
  }
  for (const char* bad : {"\u00b7", "\u0387", "\u0300", "a\u037a", "\ufe70"}) {
    EXPECT_EQ(rendered("{{ " + std::string(bad) + " }}."), "Template Error: Invalid character in identifier")
        << bad;
  }
  EXPECT_EQ(rendered("{{ a\u2190 }}"), "Template Error: unexpected char '\u2190' at 4");
}

TEST(Upstream, UnknownFiltersAndTestsFailAfterTheirInput) {
  const struct {
    const char *source, *answer;
  } cases[] = {
      {"{{ (1/0)|nope if true }}", "Template Error: division by zero"},
      {"{{ x.y.z|nope if true }}", "Template Warning: 'x' is undefined"},
      {"{{ 1|first_nope|second_nope(x.y.z) if true }}",
       "Template Error: No filter named 'first_nope' found."},
      {"{% if (1/0) is nope %}{% endif %}", "Template Error: division by zero"},
      {"{% if 1 is nope(x.y.z) %}{% endif %}", "Template Warning: 'x' is undefined"},
      {"{% if 1 is nope %}{% endif %}", "Template Error: No test named 'nope' found."},
  };
  for (const auto& c : cases) EXPECT_EQ(rendered(c.source), c.answer) << c.source;
}

TEST(Upstream, SmallAnswers) {
  const struct {
    const char *source, *answer;
  } cases[] = {
      {"{{ '@a@b.com a@b.com'|urlize }}", "@a@b.com <a href=\"mailto:a@b.com\">a@b.com</a>"},
      {"{% include [x, 'header'] %}",
       "Template Error: none of the templates given were found: 'x' is undefined, header"},
      {"{% include [x] ignore missing %}.", "."},
      {"{{ 'ABΣ AΣB Σ A.Σ'|lower }}", "abς aσb σ a.ς"},
      {"{{ 'x--y--zz---- -a --b'|wordwrap(4, true, '|') }}", "x--y|--zz|----|-a|--b"},
      {"{{ 'a\n\nb'|wordwrap(3, wrapstring='|') }}", "a||b"},
      {"{{ 'aXbXc'.rsplit('X', 1) }}{{ 'aaaaa'.rsplit('aa') }}{{ ''.split('a') }}",
       "['aXb', 'c']['a', '', '']['']"},
      {"{{ '{p[a{b}]}'.format(p={'a{b}': 1}) }}", "1"},
      {"{{ ' a  b '.split(none, 1) }}{{ ' a  b c '.rsplit(none, 1) }}", "['a', 'b '][' a  b', 'c']"},
      {"{{ '{:b} {:#X} {:o}'.format(-5, -2**65, 2**66) }}{{ ' %x' % 2**64 }}",
       "-101 -0X20000000000000000 10000000000000000000000 10000000000000000"},
      {"{{ '{:012,}'.format(1234) }}{{ '{:08_x}'.format(255) }}", "0,000,001,234000_00ff"},
      {"{{ (2**70).bit_length() }} {{ (-8).bit_length() }} {{ (0).bit_length() }}", "71 4 0"},
      {"{{ 'a%s'.encode() % 'x'.encode() }}{{ 'a'.encode() % nope }}{{ '%d%%'.encode() % 5 }}",
       "b'ax'b'a'b'5%'"},
      {"{{ '%s'.encode() % 'x' }}",
       "Template Warning: %b requires a bytes-like object, or an object that implements __bytes__, not "
       "'str'"},
      {"{{ 'a'.encode() % 1 }}", "Template Warning: not all arguments converted during bytes formatting"},
  };
  for (const auto& c : cases) EXPECT_EQ(rendered(c.source), c.answer) << c.source;
}

}  // namespace
}  // namespace tocsin::jinja
