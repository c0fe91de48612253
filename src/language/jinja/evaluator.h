// Walks the tree: expressions to values, statements to text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "language/jinja/ast.h"
#include "language/jinja/call.h"
#include "language/jinja/program.h"

namespace tocsin::jinja {

// The variables of one call of a function.
struct Frame {
  Frame* parent;
  Value* slots;
};

// What names are looked up in when no scope knows them: top-level assignments, then what a scoped block was
// given, then the caller's variables, then the globals.
struct ContextView {
  struct Entry {
    std::string_view name;
    Value value;
  };
  ArenaVector<Entry> assigned;
  ArenaVector<Entry> locals;
  const ContextView* base = nullptr;
};

struct MacroObject {
  const MacroDefinition* definition;
  Frame* frame;
  ContextView* context;
};

struct BlockReference {
  const Block* block;
  ContextView* context;
};

// `loop`.
struct LoopContext {
  Value iterable;
  Iterator* items = nullptr;
  std::int64_t index0 = -1;
  std::int64_t known_length = -1;
  Value after, current, before;  // Missing where there is none
  Value last_changed;
  int depth0 = 0;
  const For* recursive = nullptr;  // the loop to run again when called
  Frame* frame = nullptr;
  ContextView* context = nullptr;

  bool next(State& state, Value& item);
  Value peek(State& state);
  std::int64_t length(State& state);
};

class Evaluator {
 public:
  Evaluator(State& state, const Program& program, const Context& context);

  // Renders the whole template into `out`. Raises.
  void render(std::string& out);

  Value call(Value callee, const Args& args);
  // Missing when there is no such block.
  Value block_reference(std::string_view name);
  Value no_parent_block(std::string_view name);

 private:
  // --- expressions
  Value eval(const Expr* e);
  Value load(const NameExpr& e);
  Value attribute(const AttributeExpr& e);
  Value item(const ItemExpr& e);
  Value filter(const FilterExpr& e);
  bool test(const TestExpr& e);
  Value call_expression(const CallExpr& e, Value caller);
  Value concat(const SequenceExpr& e);
  bool comparison(const CompareExpr& e);
  Value conditional(const ConditionalExpr& e);
  Value sequence(const SequenceExpr& e);
  Value dict(const DictExpr& e);
  template <class Use>
  Value with_arguments(const Arguments& arguments, Value caller, Use use);
  template <class Use>
  Value with_starred(const Arguments& arguments, Value caller, Use use);
  bool escaping(Autoescape mode) const {
    return mode == Autoescape::On || (mode == Autoescape::Runtime && s_.autoescape);
  }

  // --- statements
  // What `body` writes, instead of writing it.
  template <class Write>
  std::string capture(Write body) {
    std::string text, problem;
    std::string* outer = std::exchange(out_, &text);
    std::swap(problem, unjoined_);
    ++captures_;
    body();
    --captures_;
    out_ = outer;
    std::swap(problem, unjoined_);
    if (!problem.empty()) type_error(std::move(problem));
    return text;
  }
  void run(Body body);
  void run(const Statement* s);
  void output(const Output& node);
  void append_result(Value v);
  void run_for(const For& node);
  void loop_body(const For& node, Value iterable, LoopContext* outer);
  Value recurse(LoopContext& loop, const Args& args);
  void run_if(const If& node);
  void set_block(const SetBlock& node);
  void filter_block(const FilterBlock& node);
  Value filter_text(const FilterExpr& filter, Value text);
  void with(const With& node);
  void autoescape(const AutoescapeBlock& node);
  void block(const Block& node);
  void run_block(const Block& node, ContextView* context);
  void reference(const Reference& node);
  void check_namespaces(const Expr* target);
  void check_namespace(const NamespaceTarget& target);
  void assign(const Expr* target, Value value);
  void export_names(const Expr* target);

  // --- frames
  Frame* make_frame(const Function* function, Frame* parent);
  void enter(Loads loads);
  void leave(Loads loads);
  Value& slot(Place place);
  Value resolve(std::string_view name);
  Value variable(std::size_t index);

  Value call_macro(const MacroObject& macro, const Args& args);
  void bind_macro(const MacroObject& macro, const Args& args);
  void fill_defaults(const MacroDefinition& definition);
  void bind_extra(const MacroDefinition& definition, const Args& args, const std::vector<bool>& used);

  struct FilteredLoop;
  struct Suspended;
  Value undefined_name(std::string_view name, const Expr* site);

  State& s_;
  const Program& program_;
  const Context& context_;
  Frame* frame_ = nullptr;
  ContextView* view_ = nullptr;
  std::string* out_ = nullptr;
  std::string unjoined_;        // what is wrong with a piece of the text being written, see append_result()
  std::size_t captures_ = 0;    // 0: out_ is the result itself
  Value block_text_;            // of the filter or set block whose filters are being applied
  int calls_ = 0;               // macros and recursive loops inside each other
  std::vector<Value> escaped_;  // JSON-escaped variables, made when first used
};

}  // namespace tocsin::jinja
