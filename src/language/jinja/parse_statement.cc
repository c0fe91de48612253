#include <algorithm>

#include "language/jinja/parser.h"
#include "language/jinja/text_form.h"
#include "language/jinja/unicode.h"

namespace tocsin::jinja {
namespace {

using Names = std::string_view;
constexpr Names kEndFor[] = {"endfor"}, kForElse[] = {"endfor", "else"}, kIf[] = {"elif", "else", "endif"},
                kEndIf[] = {"endif"}, kEndSet[] = {"endset"}, kEndMacro[] = {"endmacro"},
                kEndCall[] = {"endcall"}, kEndFilter[] = {"endfilter"}, kEndWith[] = {"endwith"},
                kEndAutoescape[] = {"endautoescape"}, kEndBlock[] = {"endblock"};

}  // namespace

Body Parser::parse() {
  return subparse({});
}

void Parser::fail_unknown_tag(std::optional<std::string_view> name, std::uint32_t offset) const {
  std::string message =
      name ? "Encountered unknown tag " + repr_quoted(*name) + "." : "Unexpected end of template.";
  if (!end_tags_.empty()) {
    std::string looking;
    for (const std::string_view tag : end_tags_.back())
      looking += (looking.empty() ? "" : " or ") + repr_quoted(tag);
    const bool misplaced = name && std::any_of(end_tags_.begin(), end_tags_.end(), [&](EndTags tags) {
                             return std::find(tags.begin(), tags.end(), *name) != tags.end();
                           });
    message += misplaced ? " You probably made a nesting mistake. Jinja is expecting this tag, but currently "
                           "looking for " +
                               looking + "."
                         : " Jinja was looking for the following tags: " + looking + ".";
  }
  if (!open_tags_.empty())
    message += " The innermost block that needs to be closed is " + repr_quoted(open_tags_.back()) + ".";
  fail(std::move(message), offset);
}

Body Parser::statements(EndTags end, bool drop_end) {
  const Nested guard(*this);
  skip(Token::Colon);  // allowed for Python's sake
  expect(Token::BlockEnd);
  const Body body = subparse(end);
  if (at(Token::End)) {
    end_tags_.push_back(end);
    fail_unknown_tag(std::nullopt, current_.offset);
  }
  if (drop_end) advance();
  return body;
}

Body Parser::subparse(EndTags end) {
  std::vector<Statement*> body;
  std::vector<OutputItem> items;
  if (!end.empty()) end_tags_.push_back(end);
  const auto flush = [&] {
    if (items.empty()) return;
    auto* output =
        make<Output>(StatementKind::Output, items.front().expr != nullptr ? items.front().expr->offset : 0);
    output->items = keep(items);
    for (const OutputItem& item : items) {
      if (item.expr != nullptr) lift(output->height, item.expr->height);
    }
    body.push_back(output);
    items.clear();
  };
  while (!at(Token::End)) {
    if (at(Token::Data)) {
      items.push_back({advance().text, nullptr});
    } else if (at(Token::VariableBegin)) {
      advance();
      items.push_back({{}, tuple(TupleItems::Expressions)});
      expect(Token::VariableEnd);
    } else {
      flush();
      expect(Token::BlockBegin);
      if (at(Token::Name) && std::find(end.begin(), end.end(), current_.text) != end.end()) break;
      body.push_back(statement());
      expect(Token::BlockEnd);
    }
  }
  flush();
  if (!end.empty()) end_tags_.pop_back();
  return keep(body);
}

Statement* Parser::statement() {
  if (!at(Token::Name)) fail("tag name expected");
  const Lexeme tag = current_;
  open_tags_.push_back(tag.text);
  Statement* made = dispatch(tag.text);
  if (made == nullptr) {
    open_tags_.pop_back();
    fail_unknown_tag(tag.text, tag.offset);
  }
  open_tags_.pop_back();
  return made;
}

Statement* Parser::dispatch(std::string_view tag) {
  struct Tag {
    std::string_view name;
    Statement* (Parser::*parse)();
  };
  static constexpr Tag kTags[] = {
      {"if", &Parser::parse_if},           {"for", &Parser::parse_for},
      {"set", &Parser::parse_set},         {"macro", &Parser::parse_macro},
      {"call", &Parser::parse_call},       {"filter", &Parser::parse_filter_block},
      {"with", &Parser::parse_with},       {"autoescape", &Parser::parse_autoescape},
      {"block", &Parser::parse_block},     {"print", &Parser::parse_print},
      {"include", &Parser::parse_include}, {"import", &Parser::parse_import},
      {"from", &Parser::parse_from},       {"extends", &Parser::parse_extends},
  };
  for (const Tag& known : kTags) {
    if (known.name == tag) return (this->*known.parse)();
  }
  return nullptr;
}

Statement* Parser::parse_for() {
  auto* node = make<For>(StatementKind::For, advance().offset);
  node->target = target(TupleItems::Primaries, "in");
  expect_name("in");
  node->iterable = tuple(TupleItems::Unconditional, "recursive");
  if (skip_name("if")) node->test = expression();
  node->recursive = skip_name("recursive");
  node->body = statements(kForElse, false);
  if (advance().text != "endfor") node->otherwise = statements(kEndFor, true);
  lift(node->height, node->iterable->height);
  if (node->test != nullptr) lift(node->height, node->test->height);
  lift(node->height, node->body);
  lift(node->height, node->otherwise);
  return node;
}

Statement* Parser::parse_if() {
  auto* node = make<If>(StatementKind::If, current_.offset);
  std::vector<IfBranch> branches;
  do {
    advance();  // if, elif
    Expr* test = tuple(TupleItems::Unconditional);
    branches.push_back({test, statements(kIf, false)});
  } while (at_name("elif"));
  if (advance().text == "else") branches.push_back({nullptr, statements(kEndIf, true)});
  node->branches = keep(branches);
  for (const IfBranch& branch : branches) {
    if (branch.test != nullptr) lift(node->height, branch.test->height);
    lift(node->height, branch.body);
  }
  return node;
}

Statement* Parser::parse_set() {
  const std::uint32_t offset = advance().offset;
  Expr* to = target(TupleItems::SetTargets);
  if (skip(Token::Assign)) {
    auto* node = make<Set>(StatementKind::Set, offset);
    node->target = to;
    node->value = tuple(TupleItems::Expressions);
    lift(node->height, node->value->height);
    return node;
  }
  auto* node = make<SetBlock>(StatementKind::SetBlock, offset);
  node->target = to;
  node->filter = filter(nullptr);
  node->body = statements(kEndSet, true);
  if (node->filter != nullptr) lift(node->height, node->filter->height);
  lift(node->height, node->body);
  return node;
}

void Parser::signature(MacroDefinition& macro) {
  std::vector<NameExpr*> parameters;
  std::vector<Expr*> defaults;
  expect(Token::ParenOpen);
  while (!at(Token::ParenClose)) {
    if (!parameters.empty()) expect(Token::Comma);
    parameters.push_back(name_target());
    if (skip(Token::Assign)) {
      defaults.push_back(expression());
      lift(macro.height, defaults.back()->height);
    } else if (!defaults.empty()) {
      fail("non-default argument follows default argument");
    }
  }
  expect(Token::ParenClose);
  macro.parameters = keep(parameters);
  macro.defaults = keep(defaults);
}

Statement* Parser::parse_macro() {
  auto* node = make<Macro>(StatementKind::Macro, advance().offset);
  node->target = name_target();
  node->definition.name = node->target->name;
  signature(node->definition);
  node->definition.body = statements(kEndMacro, true);
  lift(node->definition.height, node->definition.body);
  return node;
}

Statement* Parser::parse_call() {
  auto* node = make<CallBlock>(StatementKind::CallBlock, advance().offset);
  if (at(Token::ParenOpen)) signature(node->caller);
  Expr* called = expression();
  if (called->kind != ExprKind::Call) fail("expected call", node->offset);
  node->call = static_cast<CallExpr*>(called);
  node->caller.body = statements(kEndCall, true);
  lift(node->caller.height, node->caller.body);
  lift(node->height, called->height);
  return node;
}

Statement* Parser::parse_filter_block() {
  auto* node = make<FilterBlock>(StatementKind::FilterBlock, advance().offset);
  node->filter = filter(nullptr, true);
  node->body = statements(kEndFilter, true);
  lift(node->height, node->filter->height);
  lift(node->height, node->body);
  return node;
}

Statement* Parser::parse_with() {
  auto* node = make<With>(StatementKind::With, advance().offset);
  std::vector<Expr*> targets, values;
  while (!at(Token::BlockEnd)) {
    if (!targets.empty()) expect(Token::Comma);
    targets.push_back(target(TupleItems::Primaries));
    expect(Token::Assign);
    values.push_back(expression());
    lift(node->height, values.back()->height);
  }
  node->targets = keep(targets);
  node->values = keep(values);
  node->body = statements(kEndWith, true);
  lift(node->height, node->body);
  return node;
}

Statement* Parser::parse_autoescape() {
  auto* node = make<AutoescapeBlock>(StatementKind::Autoescape, advance().offset);
  node->value = expression();
  node->body = statements(kEndAutoescape, true);
  lift(node->height, node->value->height);
  lift(node->height, node->body);
  return node;
}

Statement* Parser::parse_block() {
  auto* node = make<Block>(StatementKind::Block, advance().offset);
  node->name = expect(Token::Name).text;
  node->scoped = skip_name("scoped");
  node->required = skip_name("required");
  if (at(Token::Subtract)) {
    fail(
        "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an "
        "underscore instead.");
  }
  node->body = statements(kEndBlock, true);
  if (node->required) {
    for (const Statement* child : node->body) {
      const bool output = child->kind == StatementKind::Output;
      const auto blank = [](const OutputItem& item) {
        return item.expr == nullptr && unicode::strip(item.data).empty();
      };
      const auto* items = output ? &static_cast<const Output*>(child)->items : nullptr;
      if (items == nullptr || !std::all_of(items->begin(), items->end(), blank)) {
        fail("Required blocks can only contain comments or whitespace");
      }
    }
  }
  skip_name(node->name);
  lift(node->height, node->body);
  return node;
}

Statement* Parser::parse_print() {
  auto* node = make<Output>(StatementKind::Output, advance().offset);
  std::vector<OutputItem> items;
  while (!at(Token::BlockEnd)) {
    if (!items.empty()) expect(Token::Comma);
    items.push_back({{}, expression()});
    lift(node->height, items.back().expr->height);
  }
  node->items = keep(items);
  return node;
}

// "with context", "without context": read and of no consequence.
void Parser::import_context() {
  if ((at_name("with") || at_name("without")) && look().token == Token::Name && look().text == "context") {
    advance();
    advance();
  }
}

Statement* Parser::parse_include() {
  auto* node = make<Reference>(StatementKind::Include, advance().offset);
  node->source = expression();
  if (at_name("ignore") && look().token == Token::Name && look().text == "missing") {
    node->ignore_missing = true;
    advance();
    advance();
  }
  import_context();
  lift(node->height, node->source->height);
  return node;
}

Statement* Parser::parse_import() {
  auto* node = make<Reference>(StatementKind::Import, advance().offset);
  node->source = expression();
  expect_name("as");
  node->targets = keep(std::vector<NameExpr*>{name_target()});
  import_context();
  lift(node->height, node->source->height);
  return node;
}

Statement* Parser::parse_from() {
  auto* node = make<Reference>(StatementKind::FromImport, advance().offset);
  node->source = expression();
  expect_name("import");
  std::vector<NameExpr*> targets;
  const auto context = [&] {
    if ((!at_name("with") && !at_name("without")) || look().token != Token::Name || look().text != "context")
      return false;
    import_context();
    return true;
  };
  while (true) {
    if (!targets.empty()) expect(Token::Comma);
    if (!at(Token::Name)) expect(Token::Name);
    if (context()) break;
    targets.push_back(name_target());
    if (targets.back()->name.starts_with('_')) {
      fail("names starting with an underline can not be imported", targets.back()->offset);
    }
    if (skip_name("as")) targets.back() = name_target();
    if (context() || !at(Token::Comma)) break;
  }
  node->targets = keep(targets);
  lift(node->height, node->source->height);
  return node;
}

Statement* Parser::parse_extends() {
  auto* node = make<Reference>(StatementKind::Extends, advance().offset);
  node->source = expression();
  lift(node->height, node->source->height);
  return node;
}

}  // namespace tocsin::jinja
