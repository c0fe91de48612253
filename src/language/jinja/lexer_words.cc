// What stands inside of tags: numbers, names, strings and signs.
#include "language/jinja/lexer.h"
#include "language/jinja/text_form.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

// Length of digits with single underscores between them ("1_000"), 0 when there is no digit.
template <class IsDigit>
std::size_t digit_run(std::string_view text, std::size_t at, IsDigit is) {
  std::size_t end = at;
  while (end < text.size()) {
    if (is(text[end])) {
      ++end;
    } else if (text[end] == '_' && end > at && end + 1 < text.size() && is(text[end + 1])) {
      end += 2;
    } else {
      break;
    }
  }
  return end - at;
}

}  // namespace

bool Lexer::number(Lexeme& out) {
  if (!is_digit(source_[pos_])) return false;
  const std::size_t whole = digit_run(source_, pos_, is_digit);
  std::size_t end = pos_ + whole;
  const auto at = [&](std::size_t i) { return i < source_.size() ? source_[i] : '\0'; };
  bool is_float = false;
  if (pos_ == 0 || source_[pos_ - 1] != '.') {
    if (at(end) == '.' && is_digit(at(end + 1))) {
      is_float = true;
      end += 1 + digit_run(source_, end + 1, is_digit);
    }
    if (at(end) == 'e' || at(end) == 'E') {
      const std::size_t sign = at(end + 1) == '+' || at(end + 1) == '-' ? 1 : 0;
      if (is_digit(at(end + 1 + sign))) {
        is_float = true;
        end += 1 + sign + digit_run(source_, end + 1 + sign, is_digit);
      }
    }
  }
  if (!is_float) {
    end = pos_ + whole;
    const char kind = static_cast<char>(at(pos_ + 1) | 0x20);
    if (source_[pos_] == '0' && (kind == 'x' || kind == 'b' || kind == 'o')) {
      const std::size_t from = at(pos_ + 2) == '_' ? pos_ + 3 : pos_ + 2;
      const std::size_t digits = kind == 'x' ? digit_run(source_, from, is_hex)
                                 : kind == 'b'
                                     ? digit_run(source_, from, [](char c) { return c == '0' || c == '1'; })
                                     : digit_run(source_, from, [](char c) { return c >= '0' && c <= '7'; });
      end = digits != 0 ? from + digits : pos_ + 1;
    } else if (source_[pos_] == '0') {
      end = pos_ + digit_run(source_, pos_, [](char c) { return c == '0'; });
    }
  }
  out.token = is_float ? Token::Float : Token::Integer;
  out.text = source_.substr(pos_, end - pos_);
  pos_ = end;
  return true;
}

bool Lexer::name(Lexeme& out) {
  std::size_t end = pos_;
  while (end < source_.size()) {
    std::size_t next = end;
    if (!unicode::is_name(json::next_code_point(source_, next))) break;
    end = next;
  }
  if (end == pos_) return false;
  out.token = Token::Name;
  out.text = source_.substr(pos_, end - pos_);
  if (!unicode::is_ascii(out.text) && !unicode::is_identifier(out.text))
    fail("Invalid character in identifier", pos_);
  pos_ = end;
  return true;
}

bool Lexer::string(Lexeme& out) {
  const char quote = source_[pos_];
  if (quote != '\'' && quote != '"') return false;
  bool escaped = false;
  for (std::size_t end = pos_ + 1; end < source_.size(); ++end) {
    if (source_[end] == '\\') {
      escaped = true;
      ++end;
    } else if (source_[end] == quote) {
      const std::string_view body = source_.substr(pos_ + 1, end - pos_ - 1);
      out.token = Token::String;
      out.text = escaped ? decode(body, pos_) : body;
      pos_ = end + 1;
      return true;
    }
  }
  return false;
}

// Python's escapes in string literals; unknown ones keep their backslash.
std::string_view Lexer::decode(std::string_view body, std::size_t offset) {
  std::string out;
  out.reserve(body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\\' || i + 1 >= body.size()) {
      out += body[i];
      continue;
    }
    const char c = body[++i];
    constexpr std::string_view kLetters = "\\'\"abfnrtv", kMeanings = "\\'\"\a\b\f\n\r\t\v";
    if (const std::size_t known = kLetters.find(c); known != std::string_view::npos) {
      out += kMeanings[known];
    } else if (c == '\n') {
      continue;
    } else if (c >= '0' && c <= '7') {
      char32_t code = 0;
      std::size_t digits = 0;
      for (; digits < 3 && i + digits < body.size() && body[i + digits] >= '0' && body[i + digits] <= '7';
           ++digits) {
        code = code * 8 + static_cast<char32_t>(body[i + digits] - '0');
      }
      json::append_code_point(out, code);
      i += digits - 1;
    } else if (c == 'x' || c == 'u' || c == 'U') {
      const std::size_t count = c == 'x' ? 2 : c == 'u' ? 4 : 8;
      char32_t code = 0;
      for (std::size_t d = 1; d <= count; ++d) {
        if (i + d >= body.size() || !is_hex(body[i + d])) {
          fail("truncated \\" + std::string(1, c) +
                   (c == 'x'   ? "XX"
                    : c == 'u' ? "XXXX"
                               : "XXXXXXXX") +
                   " escape",
               offset);
        }
        const char h = body[i + d];
        code = code * 16 + static_cast<char32_t>(is_digit(h) ? h - '0' : (h | 0x20) - 'a' + 10);
      }
      if (code > 0x10FFFF) fail("illegal Unicode character", offset);
      json::append_code_point(out, code);
      i += count;
    } else if (c == 'N') {
      fail(i + 1 < body.size() && body[i + 1] == '{' ? "unknown Unicode character name"
                                                     : "malformed \\N character escape",
           offset);
    } else {
      out += '\\';
      out += c;
    }
  }
  return arena_.copy(out);
}

void Lexer::balance(char sign) {
  if (sign == '{') open_.push_back('}');
  if (sign == '(') open_.push_back(')');
  if (sign == '[') open_.push_back(']');
  if (sign != '}' && sign != ')' && sign != ']') return;
  if (open_.empty()) fail(std::string("unexpected '") + sign + "'", pos_);
  const char expected = open_.back();
  open_.pop_back();
  if (expected != sign) fail(std::string("unexpected '") + sign + "', expected '" + expected + "'", pos_);
}

bool Lexer::operator_sign(Lexeme& out) {
  struct Sign {
    std::string_view text;
    Token token;
  };
  static constexpr Sign kSigns[] = {
      {"//", Token::FloorDivide}, {"**", Token::Power},        {"==", Token::Equal},
      {"!=", Token::NotEqual},    {">=", Token::GreaterEqual}, {"<=", Token::LessEqual},
      {"+", Token::Add},          {"-", Token::Subtract},      {"/", Token::Divide},
      {"*", Token::Multiply},     {"%", Token::Modulo},        {"~", Token::Tilde},
      {"[", Token::BracketOpen},  {"]", Token::BracketClose},  {"(", Token::ParenOpen},
      {")", Token::ParenClose},   {"{", Token::BraceOpen},     {"}", Token::BraceClose},
      {">", Token::Greater},      {"<", Token::Less},          {"=", Token::Assign},
      {".", Token::Dot},          {":", Token::Colon},         {"|", Token::Pipe},
      {",", Token::Comma},        {";", Token::Semicolon}};
  const std::string_view rest = source_.substr(pos_);
  for (const Sign& sign : kSigns) {
    if (!rest.starts_with(sign.text)) continue;
    if (sign.text.size() == 1) balance(sign.text[0]);
    out.token = sign.token;
    out.text = rest.substr(0, sign.text.size());
    pos_ += sign.text.size();
    return true;
  }
  return false;
}

}  // namespace tocsin::jinja
