#include <string>

#include "language/jinja/operators.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {

std::string_view type_name(Value v) {
  switch (v.type()) {
    case Type::DateTime:
      return "datetime.datetime";
    case Type::Date:
      return "datetime.date";
    case Type::Time:
      return "datetime.time";
    case Type::TimeDelta:
      return "datetime.timedelta";
    case Type::TimeZone:
      return "datetime.timezone";
    default:
      return short_type_name(v);
  }
}

std::string_view short_type_name(Value v) {
  switch (v.type()) {
    case Type::Missing:
    case Type::None:
      return "NoneType";
    case Type::Undefined:
      return "Undefined";
    case Type::Bool:
      return "bool";
    case Type::Int:
    case Type::BigInt:
      return "int";
    case Type::Float:
      return "float";
    case Type::Str:
      return v.markup() ? "Markup" : "str";
    case Type::Bytes:
      return "bytes";
    case Type::Tuple:
      return v.flag() ? "_GroupTuple" : "tuple";
    case Type::List:
    case Type::JsonArray:
      return "list";
    case Type::Dict:
    case Type::JsonObject:
      return "dict";
    case Type::DictView:
      switch (v.as<DictView>()->kind) {
        case DictView::Kind::Keys:
          return "dict_keys";
        case DictView::Kind::Values:
          return "dict_values";
        case DictView::Kind::Items:
          return "dict_items";
      }
      return "dict_keys";
    case Type::Iterator: {
      const std::string_view name = v.as<Iterator>()->name;
      return name.substr(0, name.find(' '));
    }
    case Type::DateTime:
      return "datetime";
    case Type::Date:
      return "date";
    case Type::Time:
      return "time";
    case Type::TimeDelta:
      return "timedelta";
    case Type::TimeZone:
      return "timezone";
    case Type::Function:
      return "function";
    case Type::Method:
      return "builtin_function_or_method";
    case Type::DictType:
      return "type";
    case Type::Macro:
      return "Macro";
    case Type::Namespace:
      return "Namespace";
    case Type::Cycler:
      return "Cycler";
    case Type::Joiner:
      return "Joiner";
    case Type::Loop:
      return "LoopContext";
    case Type::Self:
      return "TemplateReference";
    case Type::BlockRef:
      return "BlockReference";
    case Type::Slice:
      return "slice";
  }
  return "object";
}

std::string object_type(Value v) {
  if (v.none_type()) return "None";
  std::string_view module;
  switch (v.type()) {
    case Type::Undefined:
    case Type::Macro:
    case Type::Loop:
    case Type::Self:
    case Type::BlockRef:
      module = "jinja2.runtime.";
      break;
    case Type::Namespace:
    case Type::Cycler:
    case Type::Joiner:
      module = "jinja2.utils.";
      break;
    case Type::DateTime:
    case Type::Date:
    case Type::Time:
    case Type::TimeDelta:
    case Type::TimeZone:
      module = "datetime.";
      break;
    case Type::Str:
      if (v.markup()) module = "markupsafe.";
      break;
    case Type::Tuple:
      if (v.flag()) module = "jinja2.filters.";
      break;
    default:
      break;
  }
  return std::string(module) + std::string(short_type_name(v)) + " object";
}

std::string undefined_message(State& state, Value v) {
  const auto& u = *v.as<Undefined>();
  switch (u.kind) {
    case Undefined::Kind::Name:
      return repr(state, u.name) + " is undefined";
    case Undefined::Kind::Attribute:
      return "'" + std::string(u.type_name) + "' has no attribute " + repr(state, u.name);
    case Undefined::Kind::Element:
      return std::string(u.type_name) + " has no element " + repr(state, u.name);
    case Undefined::Kind::Hint:
    case Undefined::Kind::Unsafe:
      break;
  }
  return std::string(u.hint);
}

void raise_undefined(State& state, Value v) {
  const auto& u = *v.as<Undefined>();
  state.note(u);
  raise(u.kind == Undefined::Kind::Unsafe ? Fault::Security : Fault::Undefined, undefined_message(state, v));
}

bool callable(Value v) {
  switch (v.type()) {
    case Type::Function:
    case Type::Method:
    case Type::DictType:
    case Type::Macro:
    case Type::Joiner:
    case Type::Loop:
    case Type::BlockRef:
    case Type::Undefined:
      return true;
    default:
      return false;
  }
}

}  // namespace tocsin::jinja
