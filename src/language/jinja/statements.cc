// The evaluator's statements.
#include <algorithm>

#include "language/jinja/attributes.h"
#include "language/jinja/dict.h"
#include "language/jinja/evaluator.h"
#include "language/jinja/filters.h"
#include "language/jinja/html.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {

void Evaluator::render(std::string& out) {
  out_ = &out;
  view_ = s_.arena.make<ContextView>();
  frame_ = make_frame(program_.resolved.root, nullptr);
  if (program_.resolved.uses_self)
    frame_->slots[program_.resolved.self_slot] = Value::object(Type::Self, view_);
  enter(program_.resolved.loads);
  run(program_.body);
  if (!unjoined_.empty()) type_error(unjoined_);
}

void Evaluator::run(Body body) {
  for (const Statement* s : body) run(s);
}

void Evaluator::run(const Statement* s) {
  s_.charge();
  switch (s->kind) {
    case StatementKind::Output:
      return output(*static_cast<const Output*>(s));
    case StatementKind::For:
      return run_for(*static_cast<const For*>(s));
    case StatementKind::If:
      return run_if(*static_cast<const If*>(s));
    case StatementKind::Set: {
      const auto& node = *static_cast<const Set*>(s);
      check_namespaces(node.target);
      const Value value = eval(node.value);
      s_.at = node.offset;
      assign(node.target, value);
      if (node.exported) export_names(node.target);
      return;
    }
    case StatementKind::SetBlock:
      return set_block(*static_cast<const SetBlock*>(s));
    case StatementKind::Macro: {
      const auto& node = *static_cast<const Macro*>(s);
      assign(node.target,
             Value::object(Type::Macro, s_.arena.make<MacroObject>(&node.definition, frame_, view_)));
      if (node.exported) export_names(node.target);
      return;
    }
    case StatementKind::CallBlock: {
      const auto& node = *static_cast<const CallBlock*>(s);
      const Value caller =
          Value::object(Type::Macro, s_.arena.make<MacroObject>(&node.caller, frame_, view_));
      append_result(call_expression(*node.call, caller));
      return;
    }
    case StatementKind::FilterBlock:
      return filter_block(*static_cast<const FilterBlock*>(s));
    case StatementKind::With:
      return with(*static_cast<const With*>(s));
    case StatementKind::Autoescape:
      return autoescape(*static_cast<const AutoescapeBlock*>(s));
    case StatementKind::Block:
      return block(*static_cast<const Block*>(s));
    case StatementKind::Include:
    case StatementKind::Import:
    case StatementKind::FromImport:
    case StatementKind::Extends:
      return reference(*static_cast<const Reference*>(s));
  }
}

void Evaluator::output(const Output& node) {
  const bool escape = escaping(node.escape);
  for (const OutputItem& item : node.items) {
    if (item.expr == nullptr) {
      s_.charge_bytes(item.data.size());
      *out_ += item.data;
      continue;
    }
    const Value v = eval(item.expr);
    s_.at = item.expr->offset;
    if (escape) {
      append_escaped(s_, *out_, v);
    } else {
      append_str(s_, *out_, v);
    }
  }
  // What is beyond the limit is cut in the end; until then it only must not grow. Rendering goes on, as an
  // error further down still counts.
  const std::size_t most = 4 * (s_.options.limits.output_code_points + 1);
  if (captures_ == 0 && out_->size() > most) {
    out_->resize(most);
  } else {
    s_.check_text(*out_);
  }
}

// What filter and call blocks give is not converted; Jinja2 fails over it when it joins the pieces of the
// text, after everything else.
void Evaluator::append_result(Value v) {
  if (v.string()) return append_str(s_, *out_, v);
  if (unjoined_.empty())
    unjoined_ = "sequence item 0: expected str instance, " + std::string(type_name(v)) + " found";
}

void Evaluator::run_if(const If& node) {
  for (const IfBranch& branch : node.branches) {
    if (branch.test != nullptr && !truthy(s_, eval(branch.test))) continue;
    return run(branch.body);
  }
}

// --- assignments ---------------------------------------------------------------------------------

// Before anything is evaluated, as in Jinja2.
void Evaluator::check_namespaces(const Expr* target) {
  if (target->kind == ExprKind::NamespaceTarget)
    check_namespace(*static_cast<const NamespaceTarget*>(target));
  if (target->kind == ExprKind::Tuple) {
    for (const Expr* item : static_cast<const SequenceExpr*>(target)->items) check_namespaces(item);
  }
}

void Evaluator::check_namespace(const NamespaceTarget& target) {
  s_.at = target.offset;
  if (!slot(target.object->place).is(Type::Namespace)) {
    raise(Fault::Runtime, "cannot assign attribute on non-namespace object");
  }
}

void Evaluator::assign(const Expr* target, Value value) {
  if (target->kind == ExprKind::Name) {
    slot(static_cast<const NameExpr*>(target)->place) = value;
    return;
  }
  if (target->kind == ExprKind::NamespaceTarget) {
    const auto& node = *static_cast<const NamespaceTarget*>(target);
    check_namespace(node);
    jinja::set(s_, slot(node.object->place).as<Namespace>()->attributes, Value::text(node.attribute), value);
    return;
  }
  const auto& targets = static_cast<const SequenceExpr*>(target)->items;
  if (!iterable(value)) type_error("cannot unpack non-iterable " + std::string(type_name(value)) + " object");
  Walk walk(s_, value);
  std::size_t count = 0;
  const std::string expected = "(expected " + std::to_string(targets.size());
  Value* values = s_.arena.array<Value>(targets.size());
  for (Value item; walk.next(item); ++count) {
    if (count == targets.size()) value_error("too many values to unpack " + expected + ")");
    values[count] = item;
  }
  if (count < targets.size())
    value_error("not enough values to unpack " + expected + ", got " + std::to_string(count) + ")");
  for (std::size_t i = 0; i < count; ++i) assign(targets[i], values[i]);
}

void Evaluator::export_names(const Expr* target) {
  if (target->kind == ExprKind::Tuple) {
    for (const Expr* item : static_cast<const SequenceExpr*>(target)->items) export_names(item);
  }
  if (target->kind != ExprKind::Name) return;
  s_.charge(view_->assigned.size() / 8);
  const auto& name = *static_cast<const NameExpr*>(target);
  for (auto& entry : view_->assigned) {
    if (entry.name != name.name) continue;
    entry.value = slot(name.place);
    return;
  }
  view_->assigned.push_back(s_.arena, {name.name, slot(name.place)});
}

void Evaluator::set_block(const SetBlock& node) {
  enter(node.loads);
  const std::string text = capture([&] { run(node.body); });
  Value value = s_.text(text, s_.autoescape);
  if (node.filter != nullptr) {
    value = filter_text(*node.filter, value);
    if (s_.autoescape) value = mark_safe(s_, value);
  }
  assign(node.target, value);
  if (node.exported) export_names(node.target);
  leave(node.loads);
}

void Evaluator::filter_block(const FilterBlock& node) {
  enter(node.loads);
  const std::string text = capture([&] { run(node.body); });
  append_result(filter_text(*node.filter, s_.text(text, s_.autoescape)));
  leave(node.loads);
}

// The innermost filter of the chain has no input of its own: it gets the block's text.
Value Evaluator::filter_text(const FilterExpr& filter, Value text) {
  const Value outer = std::exchange(block_text_, text);
  const Value value = eval(&filter);
  block_text_ = outer;
  return value;
}

void Evaluator::with(const With& node) {
  enter(node.loads);
  for (std::size_t i = 0; i < node.targets.size(); ++i) {
    const Value value = eval(node.values[i]);
    assign(node.targets[i], value);
  }
  run(node.body);
  leave(node.loads);
}

void Evaluator::autoescape(const AutoescapeBlock& node) {
  enter(node.loads);
  const bool saved = s_.autoescape;
  s_.autoescape = truthy(s_, eval(node.value));
  run(node.body);
  s_.autoescape = saved;
  leave(node.loads);
}

// --- blocks and references -----------------------------------------------------------------------

Value Evaluator::block_reference(std::string_view name) {
  for (const Block* block : program_.resolved.blocks) {
    if (block->name == name)
      return Value::object(Type::BlockRef, s_.arena.make<BlockReference>(block, view_));
  }
  return {};
}

Value Evaluator::no_parent_block(std::string_view name) {
  return s_.hint(s_.arena.copy("there is no parent block called " + repr(s_, Value::text(name)) + "."));
}

void Evaluator::block(const Block& node) {
  s_.at = node.offset;
  if (node.required)
    raise(Fault::Runtime, "Required block " + repr(s_, Value::text(node.name)) + " not found");
  ContextView* view = view_;
  if (node.scoped) {
    view = s_.arena.make<ContextView>();
    view->base = view_;
    for (const Local& local : node.locals) {
      const Value value = slot(local.place);
      if (!value.missing()) view->locals.push_back(s_.arena, {local.name, value});
    }
  }
  run_block(node, view);
}

void Evaluator::run_block(const Block& node, ContextView* context) {
  if (calls_ >= s_.options.limits.depth || s_.depth + node.height > Deeper::kMaxDepth) {
    raise(Fault::Recursion, "maximum recursion depth exceeded");
  }
  Frame* outer_frame = std::exchange(frame_, make_frame(node.function, nullptr));
  ContextView* outer_view = std::exchange(view_, context);
  ++calls_;
  s_.depth += node.height;
  if (node.uses_self) frame_->slots[node.self_slot] = Value::object(Type::Self, context);
  if (node.uses_super) frame_->slots[node.super_slot] = no_parent_block(node.name);
  enter(node.loads);
  run(node.body);
  s_.depth -= node.height;
  --calls_;
  view_ = outer_view;
  frame_ = outer_frame;
}

// There is no loader: whatever is named cannot be found.
void Evaluator::reference(const Reference& node) {
  const Value source = eval(node.source);
  s_.at = node.offset;
  if (source.undefined()) raise_undefined(s_, source);
  const bool several = node.kind == StatementKind::Include && (source.list_like() || source.is(Type::Tuple));
  if (node.ignore_missing) return;
  if (!several) raise(Fault::NotFound, str(s_, source));
  std::string names;
  Walk walk(s_, source);
  for (Value name; walk.next(name);) {
    if (!names.empty()) names += ", ";
    names += name.undefined() ? undefined_message(s_, name) : str(s_, name);
    s_.check_text(names);
  }
  raise(Fault::NotFound, names.empty() ? "Tried to select from an empty list of templates."
                                       : "none of the templates given were found: " + names);
}

}  // namespace tocsin::jinja
