// Names, frames and the expressions that call nothing.
#include "language/jinja/evaluator.h"

#include <algorithm>

#include "language/jinja/attributes.h"
#include "language/jinja/dict.h"
#include "language/jinja/filters.h"
#include "language/jinja/html.h"
#include "language/jinja/json_escape.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {

Evaluator::Evaluator(State& state, const Program& program, const Context& context)
    : s_(state), program_(program), context_(context) {
  state.evaluator = this;
}

// --- names ---------------------------------------------------------------------------------------

Value Evaluator::undefined_name(std::string_view name, const Expr* site) {
  return Value::object(Type::Undefined,
                       s_.arena.make<Undefined>(Undefined::Kind::Name, "", Value::text(name), "", site));
}

Value& Evaluator::slot(Place place) {
  Frame* frame = frame_;
  for (std::uint16_t hops = place.hops; hops > 0; --hops) frame = frame->parent;
  return frame->slots[place.slot];
}

Value Evaluator::load(const NameExpr& e) {
  const Value v = slot(e.place);
  return v.missing() ? undefined_name(e.name, &e) : v;
}

Value Evaluator::variable(std::size_t index) {
  const json::Value& value = context_.variables()[index].get();
  if (s_.options.escaping == Escaping::None) return s_.from_json(value);
  if (escaped_.empty()) escaped_.resize(context_.variables().size());
  if (escaped_[index].missing()) escaped_[index] = s_.keep_json(json_escaped(value));
  return escaped_[index];
}

Value Evaluator::resolve(std::string_view name) {
  s_.charge(2 + context_.variables().size() / 8);
  for (const ContextView* view = view_; view != nullptr; view = view->base) {
    s_.charge((view->assigned.size() + view->locals.size()) / 4);
    for (const auto& entry : view->assigned) {
      if (entry.name == name) return entry.value;
    }
    for (const auto& entry : view->locals) {
      if (entry.name == name) return entry.value;
    }
  }
  const auto& variables = context_.variables();
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (variables[i].name == name) return variable(i);
  }
  return find_global(name);
}

// --- frames --------------------------------------------------------------------------------------

Frame* Evaluator::make_frame(const Function* function, Frame* parent) {
  return s_.arena.make<Frame>(parent, s_.arena.array<Value>(function->slots));
}

void Evaluator::enter(Loads loads) {
  s_.charge(loads.size() / 4);
  for (const Load& load : loads) {
    switch (load.kind) {
      case Load::Kind::Resolve:
        frame_->slots[load.slot] = resolve(load.name);
        break;
      case Load::Kind::Alias:
        frame_->slots[load.slot] = slot(load.from);
        break;
      case Load::Kind::Unset:
        frame_->slots[load.slot] = Value();
        break;
    }
  }
}

void Evaluator::leave(Loads loads) {
  for (const Load& load : loads) frame_->slots[load.slot] = Value();
}

// --- expressions ---------------------------------------------------------------------------------

Value Evaluator::eval(const Expr* e) {
  s_.charge();
  switch (e->kind) {
    case ExprKind::Const:
      return static_cast<const ConstExpr*>(e)->value;
    case ExprKind::Name:
      return load(*static_cast<const NameExpr*>(e));
    case ExprKind::Attribute:
      return attribute(*static_cast<const AttributeExpr*>(e));
    case ExprKind::Item:
      return item(*static_cast<const ItemExpr*>(e));
    case ExprKind::Call:
      return call_expression(*static_cast<const CallExpr*>(e), Value());
    case ExprKind::Filter:
      return filter(*static_cast<const FilterExpr*>(e));
    case ExprKind::Test:
      return Value::boolean(test(*static_cast<const TestExpr*>(e)));
    case ExprKind::Not:
      return Value::boolean(!truthy(s_, eval(static_cast<const UnaryExpr*>(e)->operand)));
    case ExprKind::Negate:
    case ExprKind::Positive: {
      const Value v = eval(static_cast<const UnaryExpr*>(e)->operand);
      s_.at = e->offset;
      return e->kind == ExprKind::Negate ? negate(s_, v) : positive(s_, v);
    }
    case ExprKind::Binary: {
      const auto& node = *static_cast<const BinaryExpr*>(e);
      const Value left = eval(node.left);
      const Value right = eval(node.right);
      s_.at = e->offset;
      return arithmetic(s_, node.op, left, right);
    }
    case ExprKind::And: {
      const Value left = eval(static_cast<const BinaryExpr*>(e)->left);
      return truthy(s_, left) ? eval(static_cast<const BinaryExpr*>(e)->right) : left;
    }
    case ExprKind::Or: {
      const Value left = eval(static_cast<const BinaryExpr*>(e)->left);
      return truthy(s_, left) ? left : eval(static_cast<const BinaryExpr*>(e)->right);
    }
    case ExprKind::Concat:
      return concat(*static_cast<const SequenceExpr*>(e));
    case ExprKind::Compare:
      return Value::boolean(comparison(*static_cast<const CompareExpr*>(e)));
    case ExprKind::Conditional:
      return conditional(*static_cast<const ConditionalExpr*>(e));
    case ExprKind::Tuple:
    case ExprKind::List:
      return sequence(*static_cast<const SequenceExpr*>(e));
    case ExprKind::Dict:
      return dict(*static_cast<const DictExpr*>(e));
    case ExprKind::Slice: {
      // Only reached inside a tuple of subscripts, where it is no use as a key.
      const auto& node = *static_cast<const SliceExpr*>(e);
      for (const Expr* part : {node.start, node.stop, node.step}) {
        if (part != nullptr) eval(part);
      }
      return Value::object(Type::Slice, s_.arena.make<SliceObject>());
    }
    case ExprKind::NamespaceTarget:
      break;
  }
  return Value::none();
}

Value Evaluator::attribute(const AttributeExpr& e) {
  const Value of = eval(e.of);
  s_.at = e.offset;
  return get_attribute(s_, of, e.name, e.method, &e);
}

Value Evaluator::item(const ItemExpr& e) {
  const Value of = eval(e.of);
  if (e.key->kind != ExprKind::Slice) {
    const Value key = eval(e.key);
    s_.at = e.offset;
    return get_item(s_, of, key, &e);
  }
  const auto& slice = *static_cast<const SliceExpr*>(e.key);
  const auto part = [&](const Expr* bound) { return bound != nullptr ? eval(bound) : Value(); };
  const Value start = part(slice.start), stop = part(slice.stop), step = part(slice.step);
  s_.at = e.offset;
  return get_slice(s_, of, start, stop, step);
}

Value Evaluator::concat(const SequenceExpr& e) {
  Value few[8];
  const std::size_t count = e.items.size();
  Value* parts = count <= 8 ? few : s_.arena.array<Value>(count);
  bool markup = false;
  for (std::size_t i = 0; i < count; ++i) {
    parts[i] = eval(e.items[i]);
    markup |= parts[i].markup();
  }
  s_.at = e.offset;
  markup = markup && e.escape == Autoescape::On;
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (markup) {
      append_escaped(s_, out, parts[i]);
    } else {
      append_str(s_, out, parts[i]);
    }
    s_.check_text(out);
  }
  return s_.text(out, markup);
}

bool Evaluator::comparison(const CompareExpr& e) {
  Value left = eval(e.left);
  for (const Operand& operand : e.operands) {
    const Value right = eval(operand.right);
    s_.at = e.offset;
    if (!compare(s_, operand.op, left, right)) return false;
    left = right;
  }
  return true;
}

Value Evaluator::conditional(const ConditionalExpr& e) {
  if (truthy(s_, eval(e.test))) return eval(e.then);
  if (e.otherwise != nullptr) return eval(e.otherwise);
  s_.charge(20);
  s_.charge_bytes(e.offset);
  const auto message = "the inline if-expression on line " +
                       std::to_string(program_.position(e.offset).line) +
                       " evaluated to false and no else section was defined.";
  return s_.hint(s_.arena.copy(message));
}

Value Evaluator::sequence(const SequenceExpr& e) {
  ArenaVector<Value> items;
  items.reserve(s_.arena, e.items.size());
  for (const Expr* item : e.items) items.push_back(s_.arena, eval(item));
  return e.kind == ExprKind::List ? s_.list(items) : Value::tuple(items.begin(), items.size());
}

Value Evaluator::dict(const DictExpr& e) {
  auto* dict = s_.arena.make<Dict>();
  for (const Pair& pair : e.pairs) {
    const Value key = eval(pair.key);
    const Value value = eval(pair.value);
    s_.at = pair.key->offset;
    jinja::set(s_, *dict, key, value);
  }
  return Value::object(Type::Dict, dict);
}

}  // namespace tocsin::jinja
