// What follows a primary: subscripts, calls, filters and tests.
#include "language/jinja/attributes.h"
#include "language/jinja/parser.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {

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

}  // namespace tocsin::jinja
