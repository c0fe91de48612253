// "{0.name[key]!r:>8}".format(...), through the sandbox.
#include "language/jinja/attributes.h"
#include "language/jinja/call.h"
#include "language/jinja/dict.h"
#include "language/jinja/html.h"
#include "language/jinja/operators.h"
#include "language/jinja/printf.h"
#include "language/jinja/text_form.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

class BraceFormatter {
 public:
  BraceFormatter(State& state, bool markup, const Args& args, Value mapping)
      : state_(state), markup_(markup), args_(args), mapping_(mapping) {}

  std::string run(std::string_view format, int depth) {
    if (depth < 0) value_error("Max string recursion exceeded");
    std::string out;
    for (std::size_t pos = 0; pos < format.size();) {
      const std::size_t brace = std::min(format.find_first_of("{}", pos), format.size());
      out.append(format, pos, brace - pos);
      state_.charge((brace - pos) / 8);
      if (brace == format.size()) break;
      pos = brace + 1;
      const char sign = format[brace];
      if (pos < format.size() && format[pos] == sign) {
        out += sign;
        ++pos;
      } else if (sign == '}') {
        value_error("Single '}' encountered in format string");
      } else if (pos >= format.size()) {
        value_error("Single '{' encountered in format string");
      } else {
        field(format, pos, out, depth);
      }
      state_.charge(8);
      state_.check_text(out);
    }
    return out;
  }

 private:
  // Behind "{": the name, then "!r", then ":spec", then "}".
  void field(std::string_view format, std::size_t& pos, std::string& out, int depth) {
    const std::size_t start = pos;
    int brackets = 0;
    for (; pos < format.size(); ++pos) {
      const char c = format[pos];
      if (c == '[') brackets = 1;
      if (c == ']') brackets = 0;
      if (brackets != 0) continue;  // anything may be a key
      if (c == '}' || c == ':' || c == '!') break;
      if (c == '{') value_error("unexpected '{' in field name");
    }
    if (pos >= format.size()) value_error("expected '}' before end of string");
    const std::string_view name = format.substr(start, pos - start);
    char32_t conversion = 0;
    if (format[pos] == '!') {
      ++pos;
      if (pos >= format.size()) value_error("end of string while looking for conversion specifier");
      conversion = json::next_code_point(format, pos);
      if (pos >= format.size()) value_error("unmatched '{' in format spec");
      if (format[pos] != ':' && format[pos] != '}') value_error("expected ':' after conversion specifier");
    }
    std::string_view spec;
    if (format[pos] == ':') {
      const std::size_t begin = ++pos;
      for (int open = 1; pos < format.size(); ++pos) {
        if (format[pos] == '{') ++open;
        if (format[pos] == '}' && --open == 0) break;
      }
      if (pos >= format.size())
        value_error(spec.empty() ? "unmatched '{' in format spec" : "expected '}' before end of string");
      spec = format.substr(begin, pos - begin);
    }
    ++pos;
    append(out, converted(lookup(name), conversion), run(spec, depth - 1));
  }

  Value converted(Value value, char32_t conversion) {
    switch (conversion) {
      case 0:
        return value;
      case 's':
        return Value::text(state_.text(str(state_, value)).str());
      case 'r':
        return state_.text(repr(state_, value));
      case 'a':
        return state_.text(ascii_repr(state_, value));
      default: {
        std::string sign;
        json::append_code_point(sign, conversion);
        value_error("Unknown conversion specifier " + sign);
      }
    }
  }

  void append(std::string& out, Value value, const std::string& spec) {
    if (!markup_) {
      out += format_value(state_, value, spec);
    } else if (value.markup()) {
      if (!spec.empty()) value_error("Unsupported format specification for Markup.");
      out += value.str();
    } else {
      append_escaped(out, format_value(state_, value, spec));
    }
  }

  // "first.attribute[item]"
  Value lookup(std::string_view name) {
    const bool all_digits = !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
    if (name.empty() || all_digits) {
      const bool automatic = name.empty();
      if (numbering_ == (automatic ? Numbering::Manual : Numbering::Automatic)) {
        value_error("cannot switch from manual field specification to automatic field numbering");
      }
      numbering_ = automatic ? Numbering::Automatic : Numbering::Manual;
      if (automatic) return positional(next_++);
    }
    const std::size_t end = std::min(name.find_first_of(".["), name.size());
    Value value = first(name.substr(0, end));
    for (std::size_t pos = end; pos < name.size();) {
      if (name[pos] == '.') {
        const std::size_t stop = std::min(name.find_first_of(".[", pos + 1), name.size());
        const std::string_view attribute = name.substr(pos + 1, stop - pos - 1);
        if (attribute.empty()) value_error("Empty attribute in format string");
        value = get_attribute(state_, value, attribute, find_method_name(attribute), nullptr);
        pos = stop;
      } else if (name[pos] == '[') {
        const std::size_t close = name.find(']', pos);
        if (close == std::string_view::npos) value_error("Missing ']' in format string");
        const std::string_view key = name.substr(pos + 1, close - pos - 1);
        if (key.empty()) value_error("Empty attribute in format string");
        value = get_item(state_, value, index_or_key(key), nullptr);
        pos = close + 1;
      } else {
        value_error("Only '.' or '[' may follow ']' in format field specifier");
      }
    }
    return value;
  }

  static Value index_or_key(std::string_view text) {
    if (text.find_first_not_of("0123456789") != std::string_view::npos || text.size() > 18)
      return Value::text(text);
    std::int64_t number = 0;
    for (const char c : text) number = number * 10 + (c - '0');
    return Value::integer(number);
  }

  Value positional(std::size_t at) {
    if (at >= args_.positional.size()) raise(Fault::IndexError, "tuple index out of range");
    return args_.positional[at];
  }

  Value first(std::string_view name) {
    const Value key = index_or_key(name);
    if (!name.empty() && key.is(Type::Int)) return positional(static_cast<std::size_t>(key.as_int()));
    if (!mapping_.missing()) {
      const Value found = get_plain(name);
      if (!found.missing()) return found;
    }
    state_.charge(args_.keywords.size() / 4);
    for (const Keyword& keyword : args_.keywords) {
      if (keyword.name == name) return keyword.value;
    }
    raise(Fault::KeyError, repr(state_, Value::text(name)));
  }

  Value get_plain(std::string_view name) {
    if (!mapping_.mapping())
      type_error("'" + std::string(type_name(mapping_)) + "' object is not subscriptable");
    return mapping_find(state_, state_.real(mapping_), name);
  }

  enum class Numbering { Unknown, Automatic, Manual };

  State& state_;
  bool markup_;
  const Args& args_;
  Value mapping_;
  Numbering numbering_ = Numbering::Unknown;
  std::size_t next_ = 0;
};

}  // namespace

Value brace_format(State& state, Value format, const Args& args) {
  return state.text(BraceFormatter(state, format.markup(), args, Value()).run(format.str(), 2),
                    format.markup());
}

Value brace_format_map(State& state, Value format, Value mapping) {
  if (mapping.undefined()) raise_undefined(state, mapping);
  const Args none{};
  return state.text(BraceFormatter(state, format.markup(), none, mapping).run(format.str(), 2),
                    format.markup());
}

}  // namespace tocsin::jinja
