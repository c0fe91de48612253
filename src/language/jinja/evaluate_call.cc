// The evaluator's calls: arguments, filters, tests, methods and macros.
#include <algorithm>

#include "language/jinja/attributes.h"
#include "language/jinja/dict.h"
#include "language/jinja/evaluator.h"
#include "language/jinja/filters.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {

// Evaluates arguments into memory that lives as long as the call and hands them to `use`.
template <class Use>
Value Evaluator::with_arguments(const Arguments& arguments, Value caller, Use use) {
  const std::size_t positional = arguments.positional.size();
  const std::size_t keywords = arguments.keywords.size() + (caller.missing() ? 0 : 1);
  if (arguments.star != nullptr || arguments.double_star != nullptr)
    return with_starred(arguments, caller, use);
  if (positional + keywords == 0) return use(Args{});
  Value few[6];
  Keyword few_keywords[4];
  Value* values = positional <= 6 ? few : s_.arena.array<Value>(positional);
  Keyword* named = keywords <= 4 ? few_keywords : s_.arena.array<Keyword>(keywords);
  for (std::size_t i = 0; i < positional; ++i) values[i] = eval(arguments.positional[i]);
  for (std::size_t i = 0; i < arguments.keywords.size(); ++i) {
    named[i] = {arguments.keywords[i].name, eval(arguments.keywords[i].value)};
  }
  if (!caller.missing()) named[keywords - 1] = {"caller", caller};
  return use(Args{{values, positional}, {named, keywords}});
}

template <class Use>
Value Evaluator::with_starred(const Arguments& arguments, Value caller, Use use) {
  ArenaVector<Value> values;
  ArenaVector<Keyword> named;
  for (const Expr* argument : arguments.positional) values.push_back(s_.arena, eval(argument));
  if (arguments.star != nullptr) {
    const Value more = eval(arguments.star);
    if (!iterable(more)) type_error("Value after * must be an iterable, not " + std::string(type_name(more)));
    Walk walk(s_, more);
    for (Value v; walk.next(v);) {
      s_.charge(2);
      values.push_back(s_.arena, v);
    }
  }
  for (const KeywordExpr& keyword : arguments.keywords)
    named.push_back(s_.arena, {keyword.name, eval(keyword.value)});
  if (!caller.missing()) named.push_back(s_.arena, {"caller", caller});
  if (arguments.double_star != nullptr) {
    const Value more = s_.real(eval(arguments.double_star));
    if (!more.mapping())
      type_error("argument after ** must be a mapping, not " + std::string(type_name(more)));
    Value key, value;
    for (std::size_t at = 0; mapping_next(s_, more, at, key, value);) {
      s_.charge(1 + named.size() / 4);
      if (!key.string()) type_error("keywords must be strings");
      for (const Keyword& known : named) {
        if (known.name == key.str())
          type_error("got multiple values for keyword argument '" + std::string(key.str()) + "'");
      }
      named.push_back(s_.arena, {key.str(), value});
    }
  }
  return use(Args{values.span(), named.span()});
}

// What is not known fails when it is called: after its input and arguments.
Value Evaluator::filter(const FilterExpr& e) {
  const Value input = e.input != nullptr ? eval(e.input) : block_text_;
  return with_arguments(e.arguments, Value(), [&](const Args& args) {
    s_.at = e.offset;
    if (e.filter == nullptr)
      raise(Fault::Runtime, "No filter named " + repr(s_, Value::text(e.name)) + " found.");
    return invoke(s_, e.filter->builtin, input, args);
  });
}

bool Evaluator::test(const TestExpr& e) {
  const Value input = eval(e.input);
  return with_arguments(e.arguments, Value(),
                        [&](const Args& args) {
                          s_.at = e.offset;
                          if (e.test == nullptr)
                            raise(Fault::Runtime,
                                  "No test named " + repr(s_, Value::text(e.name)) + " found.");
                          return invoke(s_, e.test->builtin, input, args);
                        })
      .as_bool();
}

Value Evaluator::call_expression(const CallExpr& e, Value caller) {
  // A method called at once needs no object of its own.
  Value callee;
  const MethodInfo* method = nullptr;
  if (e.callee->kind == ExprKind::Attribute) {
    const auto& attribute = *static_cast<const AttributeExpr*>(e.callee);
    s_.charge();
    callee = eval(attribute.of);
    s_.at = attribute.offset;
    method = method_of(callee, attribute.method);
    if (method == nullptr || method->property) {
      method = nullptr;
      callee = get_attribute(s_, callee, attribute.name, attribute.method, &attribute);
    }
  } else {
    callee = eval(e.callee);
  }
  return with_arguments(e.arguments, caller, [&](const Args& args) {
    s_.at = e.offset;
    return method != nullptr ? invoke(s_, method->builtin, callee, args) : call(callee, args);
  });
}

Value Evaluator::call(Value callee, const Args& args) {
  switch (callee.type()) {
    case Type::Function:
      return invoke(s_, *callee.as<const Builtin>(), args);
    case Type::Method:
      return invoke(s_, callee.as<Method>()->info->builtin, callee.as<Method>()->self, args);
    case Type::DictType:
      return make_dict(s_, args);
    case Type::Macro:
      return call_macro(*callee.as<MacroObject>(), args);
    case Type::Joiner: {
      auto& joiner = *callee.as<Joiner>();
      return std::exchange(joiner.used, true) ? joiner.separator : Value::text("");
    }
    case Type::Loop:
      return recurse(*callee.as<LoopContext>(), args);
    case Type::BlockRef: {
      const auto& reference = *callee.as<BlockReference>();
      const std::string text = capture([&] { run_block(*reference.block, reference.context); });
      return s_.text(text, s_.autoescape);
    }
    case Type::Undefined:
      raise_undefined(s_, callee);
    default:
      type_error("'" + std::string(type_name(callee)) + "' object is not callable");
  }
}

// --- macros --------------------------------------------------------------------------------------

// Sets the parameters in the current frame, which is the macro's.
void Evaluator::bind_macro(const MacroObject& macro, const Args& args) {
  const MacroDefinition& definition = *macro.definition;
  const std::size_t count = definition.parameters.size();
  std::vector<bool> used(args.keywords.size());
  const auto take = [&](std::string_view name) {
    s_.charge(args.keywords.size() / 4);
    for (std::size_t i = 0; i < args.keywords.size(); ++i) {
      if (!used[i] && args.keywords[i].name == name) {
        used[i] = true;
        return args.keywords[i].value;
      }
    }
    return Value();
  };
  const std::size_t given = std::min(args.positional.size(), count);
  bool caller_given = given == count && definition.explicit_caller;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view name = definition.parameters[i]->name;
    caller_given |= i >= given && name == "caller";
    slot(definition.parameters[i]->place) = i < given ? args.positional[i] : take(name);
  }
  if (definition.uses_caller && !caller_given) {
    const Value caller = take("caller");
    Value& to = frame_->slots[definition.caller_slot];
    to = caller;
    if (caller.missing() || caller.none_type()) to = s_.hint("No caller defined");
  }
  bind_extra(definition, args, used);
}

void Evaluator::bind_extra(const MacroDefinition& definition, const Args& args,
                           const std::vector<bool>& used) {
  const std::string name = definition.name.empty() ? "None" : repr(s_, Value::text(definition.name));
  const std::size_t count = definition.parameters.size();
  if (definition.uses_kwargs) {
    auto* rest = s_.arena.make<Dict>();
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (!used[i]) jinja::set(s_, *rest, Value::text(args.keywords[i].name), args.keywords[i].value);
    }
    frame_->slots[definition.kwargs_slot] = Value::object(Type::Dict, rest);
  } else {
    const Keyword* extra = nullptr;
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (used[i]) continue;
      if (extra == nullptr) extra = &args.keywords[i];
      if (args.keywords[i].name == "caller") {
        type_error(
            "macro " + name +
            " was invoked with two values for the special caller argument. This is most likely a bug.");
      }
    }
    if (extra != nullptr)
      type_error("macro " + name + " takes no keyword argument " + repr(s_, Value::text(extra->name)));
  }
  const std::size_t rest = args.positional.size() > count ? args.positional.size() - count : 0;
  if (definition.uses_varargs) {
    Value* items = s_.arena.array<Value>(rest);
    std::copy(args.positional.end() - static_cast<std::ptrdiff_t>(rest), args.positional.end(), items);
    frame_->slots[definition.varargs_slot] = Value::tuple(items, rest);
  } else if (rest > 0) {
    type_error("macro " + name + " takes not more than " + std::to_string(count) + " argument(s)");
  }
}

Value Evaluator::call_macro(const MacroObject& macro, const Args& args) {
  if (calls_ >= s_.options.limits.depth || s_.depth + macro.definition->height > Deeper::kMaxDepth) {
    raise(Fault::Recursion, "maximum recursion depth exceeded");
  }
  s_.charge(10);
  const MacroDefinition& definition = *macro.definition;
  Frame* outer_frame = std::exchange(frame_, make_frame(definition.function, macro.frame));
  ContextView* outer_view = std::exchange(view_, macro.context);
  ++calls_;
  s_.depth += definition.height;
  const std::string text = capture([&] {
    bind_macro(macro, args);
    enter(definition.loads);
    fill_defaults(definition);
    run(definition.body);
  });
  s_.depth -= definition.height;
  --calls_;
  view_ = outer_view;
  frame_ = outer_frame;
  return s_.text(text, s_.autoescape);
}

// Parameters that were not given, from left to right: later defaults see earlier ones.
void Evaluator::fill_defaults(const MacroDefinition& definition) {
  const std::size_t first_default = definition.parameters.size() - definition.defaults.size();
  for (std::size_t i = 0; i < definition.parameters.size(); ++i) {
    const NameExpr& parameter = *definition.parameters[i];
    if (!slot(parameter.place).missing()) continue;
    if (i >= first_default) {
      const Value value = eval(definition.defaults[i - first_default]);
      slot(parameter.place) = value;
    } else {
      const std::string hint = "parameter " + repr(s_, Value::text(parameter.name)) + " was not provided";
      slot(parameter.place) = s_.hint(s_.arena.copy(hint));
    }
  }
}

}  // namespace tocsin::jinja
