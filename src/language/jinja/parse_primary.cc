// What operators stand between: names, literals, containers, and the calls, subscripts, filters and tests
// that follow them; and the targets of assignments.
#include <charconv>

#include "language/jinja/attributes.h"
#include "language/jinja/bigint.h"
#include "language/jinja/parser.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {
namespace {}  // namespace

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
  fail("can't assign to " + repr_quoted(name), node->offset);
}

}  // namespace tocsin::jinja
