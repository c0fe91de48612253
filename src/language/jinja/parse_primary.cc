// What operators stand between: names, literals and containers; and the targets of assignments.
#include <charconv>

#include "language/jinja/bigint.h"
#include "language/jinja/parser.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {
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
      fail("unexpected " + repr_quoted(describe_current()), token.offset);
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
    if (!parenthesised) fail("Expected an expression, got " + repr_quoted(describe_current()));
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
  fail("can't assign to " + repr_quoted(name), node->offset);
}

}  // namespace tocsin::jinja
