// Tokens, the bounds of the tree, and the operators from the loosest to the tightest.
#include "language/jinja/parser.h"

#include "language/jinja/text_form.h"

namespace tocsin::jinja {
namespace {

constexpr int kMaxNesting = 150;
constexpr std::uint16_t kMaxHeight = 400;

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
  if (at(Token::End)) fail("unexpected end of template, expected " + repr_quoted(expected) + ".");
  fail("expected token " + repr_quoted(expected) + ", got " + repr_quoted(describe_current()));
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

}  // namespace tocsin::jinja
