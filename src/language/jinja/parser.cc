#include "language/jinja/parser.h"

#include <charconv>

#include "language/jinja/attributes.h"
#include "language/jinja/bigint.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {
namespace {

constexpr int kMaxNesting = 150;
constexpr std::uint16_t kMaxHeight = 400;

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

}  // namespace

Parser::Nested::Nested(Parser& parser) : parser_(parser) {
  if (++parser.nesting_ > kMaxNesting) {
    --parser.nesting_;
    throw Raised{Fault::Recursion, "maximum recursion depth exceeded", parser.current_.offset};
  }
}

void Parser::lift(std::uint16_t& height, std::uint16_t below) {
  if (below >= kMaxHeight)
    throw Raised{Fault::Recursion, "maximum recursion depth exceeded", current_.offset};
  if (below >= height) height = static_cast<std::uint16_t>(below + 1);
}

void Parser::lift(std::uint16_t& height, const Arguments& arguments) {
  for (const Expr* argument : arguments.positional) lift(height, argument->height);
  for (const KeywordExpr& keyword : arguments.keywords) lift(height, keyword.value->height);
  if (arguments.star != nullptr) lift(height, arguments.star->height);
  if (arguments.double_star != nullptr) lift(height, arguments.double_star->height);
}

void Parser::lift(std::uint16_t& height, Body body) {
  for (const Statement* statement : body) lift(height, statement->height);
}

// --- tokens --------------------------------------------------------------------------------------

Lexeme Parser::advance() {
  const Lexeme before = current_;
  if (ahead_) {
    current_ = *ahead_;
    ahead_.reset();
  } else if (current_.token != Token::End) {
    current_ = lexer_.next();
  }
  return before;
}

const Lexeme& Parser::look() {
  if (!ahead_) ahead_ = lexer_.next();
  return *ahead_;
}

bool Parser::skip_name(std::string_view name) {
  return at_name(name) && (advance(), true);
}
bool Parser::skip(Token token) {
  return at(token) && (advance(), true);
}

void Parser::fail(std::string message, std::uint32_t offset) const {
  throw Raised{Fault::Syntax, std::move(message), offset};
}

std::string Parser::describe_current() const {
  return std::string(at(Token::Name) ? current_.text : describe(current_.token));
}

void Parser::fail_expected(std::string expected) const {
  if (at(Token::End)) fail("unexpected end of template, expected " + quoted(expected) + ".");
  fail("expected token " + quoted(expected) + ", got " + quoted(describe_current()));
}

Lexeme Parser::expect(Token token) {
  if (!at(token)) fail_expected(std::string(describe(token)));
  return advance();
}

Lexeme Parser::expect_name(std::string_view name) {
  if (!at_name(name)) fail_expected(std::string(name));
  return advance();
}

// --- operators, loosest first --------------------------------------------------------------------

Expr* Parser::expression(bool conditional) {
  const Nested guard(*this);
  return conditional ? this->conditional() : parse_or();
}

Expr* Parser::conditional() {
  Expr* then = parse_or();
  while (at_name("if")) {
    auto* node = make<ConditionalExpr>(ExprKind::Conditional, then->offset);
    advance();
    node->then = then;
    node->test = parse_or();
    if (skip_name("else")) {
      const Nested guard(*this);
      node->otherwise = conditional();
    }
    then = raise_over(node, {node->then, node->test, node->otherwise});
  }
  return then;
}

Expr* Parser::parse_or() {
  Expr* left = parse_and();
  while (at_name("or")) {
    auto* node = make<BinaryExpr>(ExprKind::Or, advance().offset);
    node->left = left;
    node->right = parse_and();
    left = raise_over(node, {left, node->right});
  }
  return left;
}

Expr* Parser::parse_and() {
  Expr* left = parse_not();
  while (at_name("and")) {
    auto* node = make<BinaryExpr>(ExprKind::And, advance().offset);
    node->left = left;
    node->right = parse_not();
    left = raise_over(node, {left, node->right});
  }
  return left;
}

Expr* Parser::parse_not() {
  if (!at_name("not")) return comparison();
  const Nested guard(*this);
  auto* node = make<UnaryExpr>(ExprKind::Not, advance().offset);
  node->operand = parse_not();
  return raise_over(node, {node->operand});
}

Expr* Parser::comparison() {
  Expr* left = sum();
  std::vector<Operand> operands;
  const std::uint32_t offset = current_.offset;
  while (true) {
    CompareOp op{};
    switch (current_.token) {
      case Token::Equal:
        op = CompareOp::Equal;
        break;
      case Token::NotEqual:
        op = CompareOp::NotEqual;
        break;
      case Token::Less:
        op = CompareOp::Less;
        break;
      case Token::LessEqual:
        op = CompareOp::LessEqual;
        break;
      case Token::Greater:
        op = CompareOp::Greater;
        break;
      case Token::GreaterEqual:
        op = CompareOp::GreaterEqual;
        break;
      case Token::Name:
        if (current_.text == "in") {
          op = CompareOp::In;
          break;
        }
        if (current_.text == "not" && look().token == Token::Name && look().text == "in") {
          advance();
          op = CompareOp::NotIn;
          break;
        }
        [[fallthrough]];
      default: {
        if (operands.empty()) return left;
        auto* node = make<CompareExpr>(ExprKind::Compare, offset);
        node->left = left;
        node->operands = keep(operands);
        lift(node->height, left->height);
        for (const Operand& operand : operands) lift(node->height, operand.right->height);
        return node;
      }
    }
    advance();
    operands.push_back({op, sum()});
  }
}

Expr* Parser::sum() {
  Expr* left = concat();
  while (at(Token::Add) || at(Token::Subtract)) {
    auto* node = make<BinaryExpr>(ExprKind::Binary, current_.offset);
    node->op = advance().token == Token::Add ? BinaryOp::Add : BinaryOp::Subtract;
    node->left = left;
    node->right = concat();
    left = raise_over(node, {left, node->right});
  }
  return left;
}

// "~" binds tighter than "+" and looser than "*".
Expr* Parser::concat() {
  Expr* first = product();
  if (!at(Token::Tilde)) return first;
  auto* node = make<SequenceExpr>(ExprKind::Concat, current_.offset);
  std::vector<Expr*> items{first};
  while (skip(Token::Tilde)) items.push_back(product());
  node->items = keep(items);
  for (const Expr* item : items) lift(node->height, item->height);
  return node;
}

Expr* Parser::product() {
  Expr* left = power();
  while (true) {
    BinaryOp op{};
    if (at(Token::Multiply)) {
      op = BinaryOp::Multiply;
    } else if (at(Token::Divide)) {
      op = BinaryOp::Divide;
    } else if (at(Token::FloorDivide)) {
      op = BinaryOp::FloorDivide;
    } else if (at(Token::Modulo)) {
      op = BinaryOp::Modulo;
    } else {
      return left;
    }
    auto* node = make<BinaryExpr>(ExprKind::Binary, advance().offset);
    node->op = op;
    node->left = left;
    node->right = power();
    left = raise_over(node, {left, node->right});
  }
}

// Left-associative, unlike Python's.
Expr* Parser::power() {
  Expr* left = unary();
  while (at(Token::Power)) {
    auto* node = make<BinaryExpr>(ExprKind::Binary, advance().offset);
    node->op = BinaryOp::Power;
    node->left = left;
    node->right = unary();
    left = raise_over(node, {left, node->right});
  }
  return left;
}

Expr* Parser::unary(bool with_filter) {
  Expr* node = nullptr;
  if (at(Token::Subtract) || at(Token::Add)) {
    const Nested guard(*this);
    const Lexeme token = advance();
    auto* sign =
        make<UnaryExpr>(token.token == Token::Subtract ? ExprKind::Negate : ExprKind::Positive, token.offset);
    sign->operand = unary(false);
    node = raise_over(sign, {sign->operand});
  } else {
    node = primary();
  }
  node = postfix(node);
  return with_filter ? filters_and_tests(node) : node;
}

// --- primaries -----------------------------------------------------------------------------------

NameExpr* Parser::make_name(std::string_view name, std::uint32_t offset) {
  auto* node = make<NameExpr>(ExprKind::Name, offset);
  node->name = name;
  node->id = name_ids_.emplace(name, static_cast<std::uint32_t>(name_ids_.size())).first->second;
  return node;
}

Expr* Parser::name_or_literal() {
  const Lexeme token = advance();
  const auto literal = [&](Value value) {
    auto* node = make<ConstExpr>(ExprKind::Const, token.offset);
    node->value = value;
    return node;
  };
  if (token.text == "true" || token.text == "True") return literal(Value::boolean(true));
  if (token.text == "false" || token.text == "False") return literal(Value::boolean(false));
  if (token.text == "none" || token.text == "None") return literal(Value::none());
  return make_name(token.text, token.offset);
}

Expr* Parser::number() {
  const Lexeme token = advance();
  auto* node = make<ConstExpr>(ExprKind::Const, token.offset);
  std::string digits;
  for (const char c : token.text) {
    if (c != '_') digits += c;
  }
  if (token.token == Token::Float) {
    double number = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (parsed.ec == std::errc::result_out_of_range) number = std::strtod(digits.c_str(), nullptr);
    node->value = Value::real(number);
    return node;
  }
  int base = 10;
  std::string_view text = digits;
  if (text.size() > 1 && text[0] == '0' && (text[1] > '9')) {
    const char kind = static_cast<char>(text[1] | 0x20);
    base = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
    text.remove_prefix(2);
  } else if (text.size() > 4300) {
    throw Raised{Fault::ValueError,
                 "Exceeds the limit (4300 digits) for integer string conversion: value has " +
                     std::to_string(text.size()) +
                     " digits; use sys.set_int_max_str_digits() to increase the limit",
                 token.offset};
  }
  node->value = big::from_decimal(state_, text, base);
  return node;
}

Expr* Parser::primary() {
  const Lexeme token = current_;
  switch (token.token) {
    case Token::Name:
      return name_or_literal();
    case Token::String: {
      std::string joined;
      std::string_view text = advance().text;
      if (at(Token::String)) {
        joined = text;
        while (at(Token::String)) joined += advance().text;
        text = arena_.copy(joined);
      }
      auto* node = make<ConstExpr>(ExprKind::Const, token.offset);
      node->value = Value::text(text);
      return node;
    }
    case Token::Integer:
    case Token::Float:
      return number();
    case Token::ParenOpen: {
      advance();
      Expr* node = tuple(TupleItems::Expressions, {}, true);
      expect(Token::ParenClose);
      return node;
    }
    case Token::BracketOpen:
      return list();
    case Token::BraceOpen:
      return dict();
    default:
      fail("unexpected " + quoted(describe_current()), token.offset);
  }
}

Expr* Parser::tuple(TupleItems kind, std::string_view end_name, bool parenthesised) {
  const Nested guard(*this);
  const std::uint32_t offset = current_.offset;
  std::vector<Expr*> items;
  bool is_tuple = false;
  while (true) {
    if (!items.empty()) expect(Token::Comma);
    if (at(Token::VariableEnd) || at(Token::BlockEnd) || at(Token::ParenClose)) break;
    if (!end_name.empty() && at_name(end_name)) break;
    items.push_back(tuple_item(kind));
    if (!at(Token::Comma)) break;
    is_tuple = true;
  }
  if (!is_tuple) {
    if (!items.empty()) return items.front();
    if (!parenthesised) fail("Expected an expression, got " + quoted(describe_current()));
  }
  auto* node = make<SequenceExpr>(ExprKind::Tuple, offset);
  node->items = keep(items);
  for (const Expr* item : items) lift(node->height, item->height);
  return node;
}

Expr* Parser::tuple_item(TupleItems kind) {
  switch (kind) {
    case TupleItems::Expressions:
      return expression(true);
    case TupleItems::Unconditional:
      return expression(false);
    case TupleItems::Primaries:
      return primary();
    case TupleItems::SetTargets:
      break;
  }
  return set_target_item();
}

Expr* Parser::list() {
  auto* node = make<SequenceExpr>(ExprKind::List, expect(Token::BracketOpen).offset);
  std::vector<Expr*> items;
  while (!at(Token::BracketClose)) {
    if (!items.empty()) expect(Token::Comma);
    if (at(Token::BracketClose)) break;
    items.push_back(expression());
  }
  expect(Token::BracketClose);
  node->items = keep(items);
  for (const Expr* item : items) lift(node->height, item->height);
  return node;
}

Expr* Parser::dict() {
  auto* node = make<DictExpr>(ExprKind::Dict, expect(Token::BraceOpen).offset);
  std::vector<Pair> pairs;
  while (!at(Token::BraceClose)) {
    if (!pairs.empty()) expect(Token::Comma);
    if (at(Token::BraceClose)) break;
    Expr* key = expression();
    expect(Token::Colon);
    pairs.push_back({key, expression()});
    raise_over(node, {key, pairs.back().value});
  }
  expect(Token::BraceClose);
  node->pairs = keep(pairs);
  return node;
}

// --- what follows a primary ----------------------------------------------------------------------

Expr* Parser::postfix(Expr* node) {
  while (true) {
    if (at(Token::Dot) || at(Token::BracketOpen)) {
      node = subscript(node);
    } else if (at(Token::ParenOpen)) {
      node = call(node);
    } else {
      return node;
    }
  }
}

Expr* Parser::filters_and_tests(Expr* node) {
  while (true) {
    if (at(Token::Pipe)) {
      node = filter(node);
    } else if (at_name("is")) {
      node = test(node);
    } else if (at(Token::ParenOpen)) {
      node = call(node);
    } else {
      return node;
    }
  }
}

Expr* Parser::subscript(Expr* node) {
  const Lexeme token = advance();
  if (token.token == Token::Dot) {
    const Lexeme name = current_;
    if (name.token == Token::Name) {
      advance();
      auto* attribute = make<AttributeExpr>(ExprKind::Attribute, token.offset);
      attribute->of = node;
      attribute->name = name.text;
      attribute->method = find_method_name(name.text);
      return raise_over(attribute, {node});
    }
    if (name.token != Token::Integer) {
      advance();
      fail("expected name or number", name.offset);
    }
    auto* item = make<ItemExpr>(ExprKind::Item, token.offset);
    item->of = node;
    item->key = number();
    return raise_over(item, {node});
  }
  auto* item = make<ItemExpr>(ExprKind::Item, token.offset);
  std::vector<Expr*> keys;
  while (!at(Token::BracketClose)) {
    if (!keys.empty()) expect(Token::Comma);
    keys.push_back(subscript_key());
  }
  expect(Token::BracketClose);
  item->of = node;
  if (keys.size() == 1) {
    item->key = keys.front();
  } else {
    auto* key = make<SequenceExpr>(ExprKind::Tuple, token.offset);
    key->items = keep(keys);
    for (const Expr* part : keys) lift(key->height, part->height);
    item->key = key;
  }
  return raise_over(item, {node, item->key});
}

Expr* Parser::subscript_key() {
  const std::uint32_t offset = current_.offset;
  Expr* start = nullptr;
  if (!at(Token::Colon)) {
    start = expression();
    if (!at(Token::Colon)) return start;
  }
  advance();
  auto* slice = make<SliceExpr>(ExprKind::Slice, offset);
  slice->start = start;
  if (!at(Token::Colon) && !at(Token::BracketClose) && !at(Token::Comma)) slice->stop = expression();
  if (skip(Token::Colon) && !at(Token::BracketClose) && !at(Token::Comma)) slice->step = expression();
  return raise_over(slice, {slice->start, slice->stop, slice->step});
}

Expr* Parser::call(Expr* node) {
  auto* made = make<CallExpr>(ExprKind::Call, current_.offset);
  made->callee = node;
  made->arguments = arguments();
  lift(made->height, made->arguments);
  return raise_over(made, {node});
}

Arguments Parser::arguments() {
  const Nested guard(*this);
  const std::uint32_t offset = expect(Token::ParenOpen).offset;
  std::vector<Expr*> positional;
  std::vector<KeywordExpr> keywords;
  Arguments out;
  const auto ensure = [&](bool valid) {
    if (!valid) fail("invalid syntax for function call expression", offset);
  };
  bool first = true;
  while (!at(Token::ParenClose)) {
    if (!std::exchange(first, false)) {
      expect(Token::Comma);
      if (at(Token::ParenClose)) break;
    }
    if (at(Token::Multiply)) {
      ensure(out.star == nullptr && out.double_star == nullptr);
      advance();
      out.star = expression();
    } else if (at(Token::Power)) {
      ensure(out.double_star == nullptr);
      advance();
      out.double_star = expression();
    } else if (at(Token::Name) && look().token == Token::Assign) {
      ensure(out.double_star == nullptr);
      const std::string_view name = advance().text;
      advance();
      keywords.push_back({name, expression()});
    } else {
      ensure(out.star == nullptr && out.double_star == nullptr && keywords.empty());
      positional.push_back(expression());
    }
  }
  expect(Token::ParenClose);
  out.positional = keep(positional);
  out.keywords = keep(keywords);
  return out;
}

FilterExpr* Parser::filter(Expr* node, bool inline_start) {
  FilterExpr* made = nullptr;
  while (at(Token::Pipe) || inline_start) {
    if (!inline_start) advance();
    inline_start = false;
    const Lexeme token = expect(Token::Name);
    std::string_view name = token.text;
    if (at(Token::Dot)) {
      std::string dotted(name);
      while (skip(Token::Dot)) dotted += "." + std::string(expect(Token::Name).text);
      name = arena_.copy(dotted);
    }
    made = make<FilterExpr>(ExprKind::Filter, token.offset);
    made->input = node;
    made->name = name;
    if (at(Token::ParenOpen)) made->arguments = arguments();
    lift(made->height, made->arguments);
    node = raise_over(made, {node});
  }
  return made;
}

Expr* Parser::test(Expr* node) {
  const std::uint32_t offset = advance().offset;
  const bool negated = skip_name("not");
  auto* made = make<TestExpr>(ExprKind::Test, offset);
  made->input = node;
  made->name = expect(Token::Name).text;
  if (at(Token::Dot)) {
    std::string dotted(made->name);
    while (skip(Token::Dot)) dotted += "." + std::string(expect(Token::Name).text);
    made->name = arena_.copy(dotted);
  }
  const bool takes_argument = at(Token::Name) || at(Token::String) || at(Token::Integer) ||
                              at(Token::Float) || at(Token::BracketOpen) || at(Token::BraceOpen);
  if (at(Token::ParenOpen)) {
    made->arguments = arguments();
  } else if (takes_argument && !at_name("else") && !at_name("or") && !at_name("and")) {
    if (at_name("is")) fail("You cannot chain multiple tests with is");
    made->arguments.positional = keep(std::vector<Expr*>{postfix(primary())});
  }
  lift(made->height, made->arguments);
  raise_over(made, {node});
  if (!negated) return made;
  auto* inverted = make<UnaryExpr>(ExprKind::Not, offset);
  inverted->operand = made;
  return raise_over(inverted, {made});
}

// --- targets of assignments ----------------------------------------------------------------------

NameExpr* Parser::name_target() {
  const Lexeme token = expect(Token::Name);
  NameExpr* node = make_name(token.text, token.offset);
  node->store = true;
  check_assignable(node);
  return node;
}

// "x", or "x.y" of a namespace.
Expr* Parser::set_target_item() {
  Expr* node = primary();
  if (node->kind != ExprKind::Name || !skip(Token::Dot)) return node;
  auto* attribute = make<NamespaceTarget>(ExprKind::NamespaceTarget, node->offset);
  attribute->object = static_cast<NameExpr*>(node);
  attribute->attribute = expect(Token::Name).text;
  return attribute;
}

Expr* Parser::target(TupleItems kind, std::string_view end_name) {
  Expr* node = tuple(kind, end_name);
  check_assignable(node);
  mark_store(node);
  return node;
}

void Parser::mark_store(Expr* node) {
  if (node->kind == ExprKind::Name) static_cast<NameExpr*>(node)->store = true;
  if (node->kind == ExprKind::Tuple) {
    for (Expr* item : static_cast<SequenceExpr*>(node)->items) mark_store(item);
  }
}

void Parser::check_assignable(const Expr* node) const {
  const auto assignable = [](const Expr* e, const auto& self) -> bool {
    if (e->kind == ExprKind::Name) {
      const std::string_view name = static_cast<const NameExpr*>(e)->name;
      return name != "true" && name != "false" && name != "none" && name != "True" && name != "False" &&
             name != "None";
    }
    if (e->kind == ExprKind::NamespaceTarget) return true;
    if (e->kind != ExprKind::Tuple) return false;
    for (const Expr* item : static_cast<const SequenceExpr*>(e)->items) {
      if (!self(item, self)) return false;
    }
    return true;
  };
  if (assignable(node, assignable)) return;
  std::string_view name = "name";
  if (node->kind == ExprKind::Const) name = "const";
  if (node->kind == ExprKind::Tuple) name = "tuple";
  if (node->kind == ExprKind::List) name = "list";
  if (node->kind == ExprKind::Dict) name = "dict";
  fail("can't assign to " + quoted(name), node->offset);
}

}  // namespace tocsin::jinja
