// The parsed template: plain structs in the template's arena, told apart by `kind`. resolve.cc fills in where
// each name lives.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "language/jinja/operators.h"
#include "language/jinja/value.h"

namespace tocsin::jinja {

struct FilterInfo;
struct TestInfo;
struct MethodName;

// --- where variables live ------------------------------------------------------------------------

// A variable of an enclosing function's frame: `hops` frames outwards.
struct Place {
  std::uint16_t hops = 0;
  std::uint16_t slot = 0;
};

// What must be done when a scope is entered, so that its variables start as Jinja2's do.
struct Load {
  enum class Kind : std::uint8_t { Resolve, Alias, Unset };
  Kind kind;
  std::uint16_t slot;
  Place from;             // Alias
  std::string_view name;  // Resolve: a variable of the context
};
using Loads = std::span<const Load>;

// Root, macros, blocks, recursive loops and loop conditions: whatever has a frame of its own.
struct Function {
  Function* parent = nullptr;
  std::uint16_t slots = 0;
};

// --- expressions ---------------------------------------------------------------------------------

enum class ExprKind : std::uint8_t {
  Const,
  Name,
  Attribute,
  Item,
  Slice,
  Call,
  Filter,
  Test,
  Not,
  Negate,
  Positive,
  Binary,
  And,
  Or,
  Concat,
  Compare,
  Conditional,
  Tuple,
  List,
  Dict,
  NamespaceTarget,
};

struct Expr {
  ExprKind kind;
  std::uint16_t height = 1;  // of the tree below: bounds the evaluator's recursion
  std::uint32_t offset = 0;  // into the source
};

struct ConstExpr : Expr {
  Value value;
};
// Names that the language itself gives meaning; the parser numbers them first, in this order.
enum SpecialName : std::uint32_t { kLoop, kSelf, kSuper, kCaller, kKwargs, kVarargs };
inline constexpr std::string_view kSpecialNames[] = {"loop", "self", "super", "caller", "kwargs", "varargs"};

struct NameExpr : Expr {
  std::string_view name;
  std::uint32_t id = 0;  // the parser's number for the name
  bool store = false;
  Place place;
};
struct AttributeExpr : Expr {
  Expr* of = nullptr;
  std::string_view name;
  const MethodName* method = nullptr;  // null when no built-in type has a method of that name
};
struct ItemExpr : Expr {
  Expr* of = nullptr;
  Expr* key = nullptr;
};
struct SliceExpr : Expr {
  Expr *start = nullptr, *stop = nullptr, *step = nullptr;
};
struct KeywordExpr {
  std::string_view name;
  Expr* value;
};
struct Arguments {
  std::span<Expr*> positional;
  std::span<KeywordExpr> keywords;
  Expr* star = nullptr;
  Expr* double_star = nullptr;
};
struct CallExpr : Expr {
  Expr* callee = nullptr;
  Arguments arguments;
};
struct FilterExpr : Expr {
  Expr* input = nullptr;  // null: the text of the enclosing block
  std::string_view name;
  Arguments arguments;
  const FilterInfo* filter = nullptr;
};
struct TestExpr : Expr {
  Expr* input = nullptr;
  std::string_view name;
  Arguments arguments;
  const TestInfo* test = nullptr;
};
struct UnaryExpr : Expr {
  Expr* operand = nullptr;
};
struct BinaryExpr : Expr {  // also And, Or
  BinaryOp op = BinaryOp::Add;
  Expr *left = nullptr, *right = nullptr;
};
enum class Autoescape : std::uint8_t { Off, On, Runtime };
struct SequenceExpr : Expr {  // Concat, Tuple, List
  std::span<Expr*> items;
  Autoescape escape = Autoescape::Off;
};
struct Operand {
  CompareOp op;
  Expr* right;
};
struct CompareExpr : Expr {
  Expr* left = nullptr;
  std::span<Operand> operands;
};
struct ConditionalExpr : Expr {
  Expr *test = nullptr, *then = nullptr, *otherwise = nullptr;
};
struct Pair {
  Expr *key, *value;
};
struct DictExpr : Expr {
  std::span<Pair> pairs;
};
struct NamespaceTarget : Expr {
  NameExpr* object = nullptr;
  std::string_view attribute;
};

// "payload.labels.x": the expression as a reader would name it.
std::string path_of(const Expr& expr);

// --- statements ----------------------------------------------------------------------------------

enum class StatementKind : std::uint8_t {
  Output,
  For,
  If,
  Set,
  SetBlock,
  Macro,
  CallBlock,
  FilterBlock,
  With,
  Autoescape,
  Block,
  Include,
  Import,
  FromImport,
  Extends,
};

struct Statement {
  StatementKind kind;
  std::uint16_t height = 1;
  std::uint32_t offset = 0;
};
using Body = std::span<Statement*>;

struct OutputItem {
  std::string_view data;
  Expr* expr = nullptr;  // or, when null, data
};
struct Output : Statement {
  std::span<OutputItem> items;
  Autoescape escape = Autoescape::Off;
};
struct For : Statement {
  Expr *target = nullptr, *iterable = nullptr, *test = nullptr;
  bool recursive = false;
  bool extended = false;  // the body uses `loop`
  Body body, otherwise;
  Loads loads, test_loads, otherwise_loads;
  std::uint16_t loop_slot = 0;
  Function* function = nullptr;       // recursive only
  Function* test_function = nullptr;  // with `if` only
  Expr* test_target = nullptr;        // the target again, in the condition's frame
};
struct IfBranch {
  Expr* test;  // null: else
  Body body;
};
struct If : Statement {
  std::span<IfBranch> branches;
};
// `exported`: names that blocks will look for in the context.
struct Set : Statement {
  Expr *target = nullptr, *value = nullptr;
  bool exported = false;
};
struct SetBlock : Statement {
  Expr* target = nullptr;
  FilterExpr* filter = nullptr;
  Body body;
  Loads loads;
  bool exported = false;
};
struct MacroDefinition {
  std::string_view name;
  std::span<NameExpr*> parameters;
  std::span<Expr*> defaults;  // of the last ones
  Body body;
  Loads loads;
  Function* function = nullptr;
  bool uses_caller = false, uses_kwargs = false, uses_varargs = false, explicit_caller = false;
  std::uint16_t caller_slot = 0, kwargs_slot = 0, varargs_slot = 0;
  std::uint16_t height = 1;
  Autoescape escape = Autoescape::Off;
};
struct Macro : Statement {
  MacroDefinition definition;
  NameExpr* target = nullptr;
  bool exported = false;
};
struct CallBlock : Statement {
  CallExpr* call = nullptr;
  MacroDefinition caller;
};
struct FilterBlock : Statement {
  FilterExpr* filter = nullptr;
  Body body;
  Loads loads;
};
struct With : Statement {
  std::span<Expr*> targets, values;
  Body body;
  Loads loads;
};
struct AutoescapeBlock : Statement {
  Expr* value = nullptr;
  Body body;
  Loads loads;
};
struct Local {
  std::string_view name;
  Place place;
};
struct Block : Statement {
  std::string_view name;
  bool scoped = false, required = false;
  Body body;
  Loads loads;
  Function* function = nullptr;
  std::span<Local> locals;  // what a scoped block sees of its surroundings
  std::uint16_t self_slot = 0, super_slot = 0;
  bool uses_self = false, uses_super = false;
};
// Include, import, from, extends: there are no other templates, so they only fail, at run time.
struct Reference : Statement {
  Expr* source = nullptr;
  bool ignore_missing = false;
  std::span<NameExpr*> targets;
};

}  // namespace tocsin::jinja
