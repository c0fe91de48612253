// The evaluator's `for`, and `loop` as the template sees it.
#include "language/jinja/evaluator.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {

// Puts the evaluator back as it was. A loop's condition is the one place whose error may be survived
// (`loop.nextitem`, see attributes.cc), however deep in macros it was raised.
struct Evaluator::Suspended {
  explicit Suspended(Evaluator& evaluator) : e(evaluator) {}
  Suspended(const Suspended&) = delete;
  Suspended& operator=(const Suspended&) = delete;
  ~Suspended() {
    e.frame_ = frame;
    e.view_ = view;
    e.out_ = out;
    e.unjoined_ = unjoined;
    e.captures_ = captures;
    e.block_text_ = block_text;
    e.calls_ = calls;
    e.s_.depth = depth;
    e.s_.autoescape = autoescape;
  }

  Evaluator& e;
  Frame* frame = e.frame_;
  ContextView* view = e.view_;
  std::string* out = e.out_;
  std::string unjoined = e.unjoined_;
  std::size_t captures = e.captures_;
  Value block_text = e.block_text_;
  int calls = e.calls_;
  int depth = e.s_.depth;
  bool autoescape = e.s_.autoescape;
};

// The items for which the loop's condition holds, found one by one while the body runs.
struct Evaluator::FilteredLoop : Iterator {
  Walk walk;
  Evaluator* evaluator;
  const For* node;
  Frame* frame;
  ContextView* view;
  bool entered = false;

  static bool step(State& state, Iterator& self_, Value& out) {
    auto& self = static_cast<FilteredLoop&>(self_);
    Evaluator& e = *self.evaluator;
    const Suspended suspended(e);
    e.frame_ = self.frame;
    e.view_ = self.view;
    if (!std::exchange(self.entered, true)) e.enter(self.node->test_loads);
    while (self.walk.next(out)) {
      e.assign(self.node->test_target, out);
      if (truthy(state, e.eval(self.node->test))) return true;
    }
    return false;
  }
};

bool LoopContext::next(State& state, Value& item) {
  if (!after.missing()) {
    item = std::exchange(after, Value());
  } else if (!advance(state, *items, item)) {
    return false;
  }
  ++index0;
  before = current;
  current = item;
  return true;
}

Value LoopContext::peek(State& state) {
  Value item;
  if (after.missing() && advance(state, *items, item)) after = item;
  return after;
}

std::int64_t LoopContext::length(State& state) {
  if (known_length >= 0) return known_length;
  if (const auto size = length_if_any(state, iterable))
    return known_length = static_cast<std::int64_t>(*size);
  auto* rest = state.arena.make<List>();
  for (Value item; advance(state, *items, item);) rest->items.push_back(state.arena, item);
  items = iterator_over(state, Value::object(Type::List, rest));
  known_length = static_cast<std::int64_t>(rest->items.size()) + index0 + 1 + (after.missing() ? 0 : 1);
  return known_length;
}

void Evaluator::run_for(const For& node) {
  const Value iterable = eval(node.iterable);
  s_.at = node.iterable->offset;
  if (!node.recursive) return loop_body(node, iterable, nullptr);
  LoopContext start;
  start.depth0 = -1;
  start.recursive = &node;
  start.frame = frame_;
  start.context = view_;
  const Value value[] = {iterable};
  append_str(s_, *out_, recurse(start, {value, {}}));
}

Value Evaluator::recurse(LoopContext& loop, const Args& args) {
  if (loop.recursive == nullptr) type_error("The loop must have the 'recursive' marker to be called.");
  if (args.positional.size() != 1 || !args.keywords.empty()) {
    type_error("LoopContext.__call__() takes 2 positional arguments but " +
               std::to_string(args.positional.size() + 1) + " were given");
  }
  if (args.positional[0].none_type()) type_error("'NoneType' object is not iterable");
  const For& node = *loop.recursive;
  if (calls_ >= s_.options.limits.depth || s_.depth + node.height > Deeper::kMaxDepth) {
    raise(Fault::Recursion, "maximum recursion depth exceeded");
  }
  Frame* outer_frame = std::exchange(frame_, make_frame(node.function, loop.frame));
  ContextView* outer_view = std::exchange(view_, loop.context);
  ++calls_;
  s_.depth += node.height;
  const std::string text = capture([&] { loop_body(node, args.positional[0], &loop); });
  s_.depth -= node.height;
  --calls_;
  view_ = outer_view;
  frame_ = outer_frame;
  return s_.text(text, s_.autoescape);
}

void Evaluator::loop_body(const For& node, Value iterable, LoopContext* outer) {
  Value source = iterable;
  if (node.test != nullptr) {
    Frame* condition_frame = make_frame(node.test_function, outer != nullptr ? outer->frame : frame_);
    source = Value::object(
        Type::Iterator, s_.arena.make<FilteredLoop>(Iterator{&FilteredLoop::step, "generator object"},
                                                    Walk(s_, iterable), this, &node, condition_frame, view_));
  }
  LoopContext* loop = nullptr;
  if (node.extended) {
    loop = s_.arena.make<LoopContext>();
    loop->iterable = source;
    loop->items = iterator_over(s_, source);
    loop->depth0 = outer != nullptr ? outer->depth0 + 1 : 0;
    loop->recursive = node.recursive ? &node : nullptr;
    loop->frame = outer != nullptr ? outer->frame : frame_;
    loop->context = view_;
  }
  bool any = false;
  const auto iteration = [&](Value item) {
    any = true;
    s_.at = node.offset;
    if (loop != nullptr) frame_->slots[node.loop_slot] = Value::object(Type::Loop, loop);
    assign(node.target, item);
    enter(node.loads);
    run(node.body);
  };
  if (loop != nullptr) {
    for (Value item; loop->next(s_, item);) iteration(item);
  } else {
    Walk walk(s_, source);
    for (Value item; walk.next(item);) iteration(item);
  }
  leave(node.loads);
  if (!any && !node.otherwise.empty()) {
    enter(node.otherwise_loads);
    run(node.otherwise);
    leave(node.otherwise_loads);
  }
}

}  // namespace tocsin::jinja
