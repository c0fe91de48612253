// Tokens to statements and expressions, with Jinja2's grammar, precedence quirks and error messages.
// Source: docs/spec/templates.md, sections 4.1, 5 and 6.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "base/text_hash.h"
#include "language/jinja/ast.h"
#include "language/jinja/lexer.h"

namespace tocsin::jinja {

class Parser {
 public:
  // `source` is normalised and outlives what is parsed; nodes go into the state's arena.
  Parser(std::string_view source, State& state)
      : state_(state), arena_(state.arena), lexer_(source, state.arena) {
    for (const std::string_view name : kSpecialNames)
      name_ids_.emplace(name, static_cast<std::uint32_t>(name_ids_.size()));
    current_ = lexer_.next();
  }

  Body parse();

 private:
  using EndTags = std::span<const std::string_view>;

  // --- tokens
  Lexeme advance();
  const Lexeme& look();
  bool at(Token token) const { return current_.token == token; }
  bool at_name(std::string_view name) const { return current_.token == Token::Name && current_.text == name; }
  bool skip_name(std::string_view name);
  bool skip(Token token);
  Lexeme expect(Token token);
  Lexeme expect_name(std::string_view name);
  std::string describe_current() const;
  [[noreturn]] void fail(std::string message, std::uint32_t offset) const;
  [[noreturn]] void fail(std::string message) const { fail(std::move(message), current_.offset); }
  [[noreturn]] void fail_expected(std::string expected) const;
  [[noreturn]] void fail_unknown_tag(std::optional<std::string_view> name, std::uint32_t offset) const;

  // --- statements (parse_statement.cc)
  Body statements(EndTags end, bool drop_end);
  Body subparse(EndTags end);
  Statement* statement();
  Statement* dispatch(std::string_view tag);
  Statement* parse_for();
  Statement* parse_if();
  Statement* parse_set();
  Statement* parse_macro();
  Statement* parse_call();
  Statement* parse_filter_block();
  Statement* parse_with();
  Statement* parse_autoescape();
  Statement* parse_block();
  Statement* parse_print();
  Statement* parse_include();
  Statement* parse_import();
  Statement* parse_from();
  Statement* parse_extends();
  void signature(MacroDefinition& macro);
  void import_context();

  // --- expressions
  Expr* expression(bool conditional = true);
  Expr* conditional();
  Expr* parse_or();
  Expr* parse_and();
  Expr* parse_not();
  Expr* comparison();
  Expr* sum();
  Expr* concat();
  Expr* product();
  Expr* power();
  Expr* unary(bool with_filter = true);
  Expr* primary();
  Expr* name_or_literal();
  Expr* number();
  Expr* list();
  Expr* dict();
  Expr* postfix(Expr* node);
  Expr* filters_and_tests(Expr* node);
  Expr* subscript(Expr* node);
  Expr* subscript_key();
  Expr* call(Expr* node);
  FilterExpr* filter(Expr* node, bool inline_start = false);
  Expr* test(Expr* node);
  Arguments arguments();

  enum class TupleItems { Expressions, Unconditional, Primaries, SetTargets };
  Expr* tuple(TupleItems items, std::string_view end_name = {}, bool parenthesised = false);
  Expr* tuple_item(TupleItems kind);
  Expr* set_target_item();
  Expr* target(TupleItems kind, std::string_view end_name = {});
  NameExpr* name_target();
  void mark_store(Expr* target);
  void check_assignable(const Expr* target) const;

  // --- nodes
  template <class Node>
  Node* make(ExprKind kind, std::uint32_t offset) {
    Node* node = arena_.make<Node>();
    node->kind = kind;
    node->offset = offset;
    return node;
  }
  template <class Node>
  Node* make(StatementKind kind, std::uint32_t offset) {
    Node* node = arena_.make<Node>();
    node->kind = kind;
    node->offset = offset;
    return node;
  }
  template <class T>
  std::span<T> keep(const std::vector<T>& items) {
    if (items.empty()) return {};
    T* copy = arena_.array<T>(items.size());
    std::copy(items.begin(), items.end(), copy);
    return {copy, items.size()};
  }
  // Sets a node's height above its children and refuses trees too high to evaluate.
  template <class Node>
  Node* raise_over(Node* node, std::initializer_list<const Expr*> children) {
    for (const Expr* child : children) {
      if (child != nullptr) lift(node->height, child->height);
    }
    return node;
  }
  void lift(std::uint16_t& height, std::uint16_t below);
  void lift(std::uint16_t& height, const Arguments& arguments);
  void lift(std::uint16_t& height, Body body);
  NameExpr* make_name(std::string_view name, std::uint32_t offset);

  struct Nested {
    explicit Nested(Parser& parser);
    ~Nested() { --parser_.nesting_; }
    Parser& parser_;
  };

  State& state_;
  Arena& arena_;
  Lexer lexer_;
  Lexeme current_;
  std::optional<Lexeme> ahead_;
  int nesting_ = 0;
  std::vector<EndTags> end_tags_;
  std::vector<std::string_view> open_tags_;
  std::unordered_map<std::string_view, std::uint32_t, TextHash> name_ids_;
};

}  // namespace tocsin::jinja
