#include "language/jinja/text_form.h"

#include <array>
#include <charconv>

#include "language/jinja/attributes.h"
#include "language/jinja/bigint.h"
#include "language/jinja/datetime.h"
#include "language/jinja/dict.h"
#include "language/jinja/evaluator.h"
#include "language/jinja/operators.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"
#include "language/json/write.h"

namespace tocsin::jinja {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

void append_hex(std::string& out, char32_t code, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kHex[(code >> shift) & 15];
}

void append_int(std::string& out, std::int64_t number) {
  std::array<char, 24> text;
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr);
}

void append_integer(State& state, std::string& out, Value v) {
  if (!v.is(Type::BigInt)) return append_int(out, v.as_int());
  const std::string digits = big::bit_length(v) > 14400 ? std::string(4301, '9') : big::to_text(state, v);
  if (digits.size() > 4300 + static_cast<std::size_t>(digits[0] == '-')) {
    value_error(
        "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to "
        "increase the limit");
  }
  out += digits;
}

void append_bytes_repr(std::string& out, std::string_view text) {
  const char quote =
      text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? '"' : '\'';
  out += 'b';
  out += quote;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (byte < 0x20 || byte >= 0x7F) {
      out += "\\x";
      append_hex(out, byte, 2);
    } else {
      out += c;
    }
  }
  out += quote;
}

// Containers being printed, innermost first, to write [...] where one holds itself.
struct Printing {
  const void* container;
  const Printing* outer;
  std::size_t depth;
};

class Printer {
 public:
  Printer(State& state, std::string& out) : state_(state), out_(out) {}

  void repr(Value v, const Printing* outer) {
    state_.charge(2);
    switch (v.type()) {
      case Type::Str:
        state_.charge_literal(v.str());
        if (v.markup()) out_ += "Markup(";
        append_quoted(out_, v.str());
        if (v.markup()) out_ += ')';
        break;
      case Type::Undefined:
        out_ += "Undefined";
        break;
      case Type::Tuple:
        tuple(v, outer);
        break;
      case Type::List:
      case Type::JsonArray:
        list(v, outer);
        break;
      case Type::Dict:
      case Type::JsonObject:
        dict(v, outer);
        break;
      case Type::DictView:
        view(v, outer);
        break;
      case Type::Namespace:
        out_ += "<Namespace ";
        dict(Value::object(Type::Dict, &v.as<Namespace>()->attributes), outer);
        out_ += '>';
        break;
      case Type::DateTime:
      case Type::Date:
      case Type::Time:
      case Type::TimeDelta:
      case Type::TimeZone:
        state_.charge(12);
        append_date_repr(out_, v);
        break;
      default:
        append_str(state_, out_, v);
    }
    state_.check_text(out_);
  }

 private:
  bool holds(const Printing* outer, const void* container) {
    if (outer == nullptr) return false;
    state_.charge(outer->depth / 8);
    for (const Printing* p = outer; p != nullptr; p = p->outer) {
      if (p->container == container) return true;
    }
    return false;
  }

  void sequence(Value v, const Printing* self) {
    for (std::size_t i = 0; i < sequence_size(v); ++i) {
      if (i > 0) out_ += ", ";
      repr(sequence_item(state_, v, i), self);
    }
  }

  void tuple(Value v, const Printing* outer) {
    const Deeper guard(state_);
    out_ += '(';
    sequence(v, outer);
    if (v.tag() == 1) out_ += ',';
    out_ += ')';
  }

  void list(Value v, const Printing* outer) {
    v = state_.real(v);
    if (holds(outer, v.pointer())) {
      out_ += "[...]";
      return;
    }
    const Deeper guard(state_);
    const Printing self{v.pointer(), outer, outer != nullptr ? outer->depth + 1 : 1};
    out_ += '[';
    sequence(v, &self);
    out_ += ']';
  }

  void dict(Value v, const Printing* outer) {
    v = state_.real(v);
    if (holds(outer, v.pointer())) {
      out_ += "{...}";
      return;
    }
    const Deeper guard(state_);
    const Printing self{v.pointer(), outer, outer != nullptr ? outer->depth + 1 : 1};
    out_ += '{';
    Value key, value;
    bool first = true;
    for (std::size_t at = 0; mapping_next(state_, v, at, key, value); first = false) {
      if (!first) out_ += ", ";
      repr(key, &self);
      out_ += ": ";
      repr(value, &self);
    }
    out_ += '}';
  }

  void view(Value v, const Printing* outer) {
    out_ += short_type_name(v);
    out_ += "([";
    Walk walk(state_, v);
    bool first = true;
    for (Value item; walk.next(item); first = false) {
      if (!first) out_ += ", ";
      repr(item, outer);
    }
    out_ += "])";
  }

  State& state_;
  std::string& out_;
};

// Webhook escaping: each double quote of a printed mapping gets a backslash unless it has one
// (docs/spec/templates.md, section 7).
void append_mapping_for_json(State& state, std::string& out, Value v) {
  std::string printed;
  Printer(state, printed).repr(v, nullptr);
  state.charge_bytes(printed.size());
  char before = '\0';
  for (const char c : printed) {
    if (c == '"' && before != '\\') out += '\\';
    out += c;
    before = c;
  }
}

void append_named(std::string& out, std::string_view name) {
  out += '<';
  out += name;
  out += " at 0x7f0000000000>";  // Python prints an address; any stable text will do
}

// How functions, macros, loops and blocks print.
void append_callable(State& state, std::string& out, Value v) {
  switch (v.type()) {
    case Type::Macro: {
      const std::string_view name = v.as<MacroObject>()->definition->name;
      out += "<Macro " + (name.empty() ? "anonymous" : repr(state, Value::text(name))) + ">";
      break;
    }
    case Type::Loop: {
      auto& loop = *v.as<LoopContext>();
      out +=
          "<LoopContext " + std::to_string(loop.index0 + 1) + "/" + std::to_string(loop.length(state)) + ">";
      break;
    }
    case Type::Method: {
      const auto& method = *v.as<Method>();
      out += "<built-in method " + std::string(method.info->builtin.name) + " of " +
             std::string(type_name(method.self)) + " object at 0x7f0000000000>";
      break;
    }
    case Type::Function:
      out += "<function " + std::string(v.as<const Builtin>()->python_name) + " at 0x7f0000000000>";
      break;
    default:
      out += "<jinja2.runtime.BlockReference object at 0x7f0000000000>";
  }
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  const char quote =
      text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? '"' : '\'';
  out += quote;
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t run = pos;
    while (pos < text.size()) {
      const auto c = static_cast<unsigned char>(text[pos]);
      if (c < 0x20 || c >= 0x7F || text[pos] == quote || c == '\\') break;
      ++pos;
    }
    out.append(text, run, pos - run);
    if (pos == text.size()) break;
    const std::size_t start = pos;
    const char32_t code = json::next_code_point(text, pos);
    if (code == static_cast<unsigned char>(quote) || code == '\\') {
      out += '\\';
      out += static_cast<char>(code);
    } else if (code == '\n' || code == '\r' || code == '\t') {
      out += code == '\n' ? "\\n" : code == '\r' ? "\\r" : "\\t";
    } else if (unicode::is_printable(code)) {
      out.append(text, start, pos - start);
    } else {
      out += code < 0x100 ? "\\x" : code < 0x10000 ? "\\u" : "\\U";
      append_hex(out, code, code < 0x100 ? 2 : code < 0x10000 ? 4 : 8);
    }
  }
  out += quote;
}

std::string repr_quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

void append_str(State& state, std::string& out, Value v) {
  switch (v.type()) {
    case Type::Missing:
    case Type::None:
      out += "None";
      break;
    case Type::Undefined:
      state.note(*v.as<Undefined>());
      break;
    case Type::Bool:
      out += v.as_bool() ? "True" : "False";
      break;
    case Type::Int:
      state.charge();
      append_int(out, v.as_int());
      break;
    case Type::BigInt:
      append_integer(state, out, v);
      break;
    case Type::Float:
      state.charge(6);
      out += json::float_repr(v.as_float());
      break;
    case Type::Str:
      state.charge_bytes(v.tag());
      out += v.str();
      break;
    case Type::Bytes:
      state.charge_literal(v.str());
      append_bytes_repr(out, v.str());
      break;
    case Type::Dict:
    case Type::JsonObject:
      // Only mappings of the context, not those a template made.
      if (state.options.escaping == Escaping::Json && (v.is(Type::JsonObject) || v.tag() == 1)) {
        append_mapping_for_json(state, out, v);
        break;
      }
      [[fallthrough]];
    case Type::Tuple:
    case Type::List:
    case Type::JsonArray:
    case Type::DictView:
    case Type::Namespace:
      Printer(state, out).repr(v, nullptr);
      break;
    case Type::DateTime:
    case Type::Date:
    case Type::Time:
    case Type::TimeDelta:
    case Type::TimeZone:
      state.charge(12);
      append_date_str(out, v);
      break;
    case Type::Iterator:
      append_named(out, v.as<Iterator>()->name);
      break;
    case Type::Joiner:
    case Type::Cycler:
      append_named(out, v.is(Type::Joiner) ? "jinja2.utils.Joiner object" : "jinja2.utils.Cycler object");
      break;
    case Type::DictType:
      out += "<class 'dict'>";
      break;
    case Type::Self:
      out += "<TemplateReference None>";
      break;
    case Type::Slice:
      out += "slice(None, None, None)";
      break;
    case Type::Function:
    case Type::Method:
    case Type::Macro:
    case Type::Loop:
    case Type::BlockRef:
      append_callable(state, out, v);
      break;
  }
}

void append_repr(State& state, std::string& out, Value v) {
  Printer(state, out).repr(v, nullptr);
}

std::string str(State& state, Value v) {
  std::string out;
  append_str(state, out, v);
  return out;
}

std::string repr(State& state, Value v) {
  std::string out;
  append_repr(state, out, v);
  return out;
}

Value to_text(State& state, Value v) {
  return v.string() ? v : state.text(str(state, v));
}

}  // namespace tocsin::jinja
