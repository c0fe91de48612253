// Template source to tokens, one at a time, as Jinja2's lexer cuts it.
//
// The source has its newlines normalised (normalize_source). Errors are raised as Fault::Syntax.
// Source: docs/spec/templates.md, sections 5 ("literal numbers", "literal strings") and 6.1 (white space
// control).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "language/jinja/arena.h"
#include "language/jinja/raise.h"

namespace tocsin::jinja {

enum class Token : std::uint8_t {
  End,
  Data,
  VariableBegin,
  VariableEnd,
  BlockBegin,
  BlockEnd,
  Name,
  String,
  Integer,
  Float,
  Add,
  Assign,
  Colon,
  Comma,
  Divide,
  Dot,
  Equal,
  FloorDivide,
  Greater,
  GreaterEqual,
  BraceOpen,
  BracketOpen,
  ParenOpen,
  Less,
  LessEqual,
  Modulo,
  Multiply,
  NotEqual,
  Pipe,
  Power,
  BraceClose,
  BracketClose,
  ParenClose,
  Semicolon,
  Subtract,
  Tilde,
};

struct Lexeme {
  Token token = Token::End;
  std::uint32_t offset = 0;
  std::string_view text;  // names, data, numbers as written; strings decoded
};

// How messages name a kind of token: "end of print statement", "==".
std::string_view describe(Token token);

// CRLF and CR become LF; one newline at the end is dropped.
std::string normalize_source(std::string_view source);

class Lexer {
 public:
  Lexer(std::string_view source, Arena& arena) : source_(source), arena_(arena) {}
  Lexeme next();

 private:
  enum class Mode : std::uint8_t { Data, Variable, Block };

  bool data(Lexeme& out);
  void comment();
  Lexeme raw(std::size_t begin);
  std::size_t raw_begin(std::size_t at) const;
  bool end_tag(Lexeme& out);
  bool number(Lexeme& out);
  bool string(Lexeme& out);
  bool name(Lexeme& out);
  bool operator_sign(Lexeme& out);
  std::string_view decode(std::string_view body, std::size_t offset);
  void skip_space();
  void balance(char sign);
  [[noreturn]] void fail(std::string message, std::size_t offset) const;

  std::string_view source_;
  Arena& arena_;
  std::size_t pos_ = 0;
  Mode mode_ = Mode::Data;
  Token pending_ = Token::End;  // a begin tag found behind data
  std::vector<char> open_;      // the closing sign that each open bracket waits for
};

}  // namespace tocsin::jinja
