#include "language/jinja/lexer.h"

#include "language/jinja/text_form.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {

std::string_view describe(Token token) {
  constexpr std::string_view kNames[] = {"end of template",
                                         "template data / text",
                                         "begin of print statement",
                                         "end of print statement",
                                         "begin of statement block",
                                         "end of statement block",
                                         "name",
                                         "string",
                                         "integer",
                                         "float",
                                         "+",
                                         "=",
                                         ":",
                                         ",",
                                         "/",
                                         ".",
                                         "==",
                                         "//",
                                         ">",
                                         ">=",
                                         "{",
                                         "[",
                                         "(",
                                         "<",
                                         "<=",
                                         "%",
                                         "*",
                                         "!=",
                                         "|",
                                         "**",
                                         "}",
                                         "]",
                                         ")",
                                         ";",
                                         "-",
                                         "~"};
  return kNames[static_cast<std::size_t>(token)];
}

std::string normalize_source(std::string_view source) {
  std::string out;
  out.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\r') {
      out += '\n';
      if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
    } else {
      out += source[i];
    }
  }
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

void Lexer::fail(std::string message, std::size_t offset) const {
  throw Raised{Fault::Syntax, std::move(message), static_cast<std::uint32_t>(offset)};
}

void Lexer::skip_space() {
  while (pos_ < source_.size()) {
    std::size_t next = pos_;
    if (!unicode::is_space(json::next_code_point(source_, next))) return;
    pos_ = next;
  }
}

Lexeme Lexer::next() {
  Lexeme out;
  if (mode_ == Mode::Data) {
    if (data(out)) return out;
    out.offset = static_cast<std::uint32_t>(pos_);
    return out;
  }
  skip_space();
  out.offset = static_cast<std::uint32_t>(pos_);
  if (pos_ >= source_.size()) return out;
  if (open_.empty() && end_tag(out)) return out;
  if (number(out) || name(out) || string(out) || operator_sign(out)) return out;
  std::size_t end = pos_;
  json::next_code_point(source_, end);
  std::string sign;
  append_quoted(sign, source_.substr(pos_, end - pos_));
  fail("unexpected char " + sign + " at " + std::to_string(json::count_code_points(source_.substr(0, pos_))),
       pos_);
}

// --- outside of tags -----------------------------------------------------------------------------

bool Lexer::data(Lexeme& out) {
  while (true) {
    if (pending_ != Token::End) {
      out = {pending_, static_cast<std::uint32_t>(pos_), {}};
      mode_ = pending_ == Token::VariableBegin ? Mode::Variable : Mode::Block;
      pending_ = Token::End;
      pos_ += 2;
      if (pos_ < source_.size() && (source_[pos_] == '-' || source_[pos_] == '+')) ++pos_;
      return true;
    }
    if (pos_ >= source_.size()) return false;
    const std::size_t start = pos_;
    std::size_t at = start;
    for (;; ++at) {
      at = source_.find('{', at);
      if (at == std::string_view::npos || at + 1 >= source_.size()) {
        at = source_.size();
        break;
      }
      if (source_[at + 1] == '{' || source_[at + 1] == '%' || source_[at + 1] == '#') break;
    }
    std::string_view text = source_.substr(start, at - start);
    pos_ = at;
    if (at < source_.size()) {
      if (at + 2 < source_.size() && source_[at + 2] == '-') text = unicode::strip_right(text);
      if (const std::size_t length = raw_begin(at); length != 0) {
        // The raw text follows; what stands before it comes out first.
        if (!text.empty()) {
          out = {Token::Data, static_cast<std::uint32_t>(start), text};
          return true;
        }
        out = raw(at + length);
        if (!out.text.empty()) return true;
        continue;
      }
      if (source_[at + 1] == '#') {
        comment();
      } else {
        pending_ = source_[at + 1] == '{' ? Token::VariableBegin : Token::BlockBegin;
      }
    }
    if (!text.empty()) {
      out = {Token::Data, static_cast<std::uint32_t>(start), text};
      return true;
    }
  }
}

void Lexer::comment() {
  pos_ += 2;
  if (pos_ < source_.size() && (source_[pos_] == '-' || source_[pos_] == '+')) ++pos_;
  if (pos_ >= source_.size()) return;
  const std::size_t end = source_.find("#}", pos_);
  if (end == std::string_view::npos) fail("Missing end of comment tag", pos_);
  const bool strip = end > pos_ && source_[end - 1] == '-';
  pos_ = end + 2;
  if (strip) skip_space();
}

// Length of "{%- raw -%}" at `at`, 0 when that is not what stands there.
std::size_t Lexer::raw_begin(std::size_t at) const {
  if (source_[at + 1] != '%') return 0;
  Lexer scan(source_, arena_);
  scan.pos_ = at + 2;
  if (scan.pos_ < source_.size() && (source_[scan.pos_] == '-' || source_[scan.pos_] == '+')) ++scan.pos_;
  scan.skip_space();
  if (!source_.substr(scan.pos_).starts_with("raw")) return 0;
  scan.pos_ += 3;
  scan.skip_space();
  const std::string_view rest = source_.substr(scan.pos_);
  if (rest.starts_with("%}")) return scan.pos_ + 2 - at;
  if (!rest.starts_with("-%}")) return 0;
  scan.pos_ += 3;
  scan.skip_space();
  return scan.pos_ - at;
}

Lexeme Lexer::raw(std::size_t begin) {
  if (begin >= source_.size()) {
    pos_ = begin;
    return {};
  }
  for (std::size_t at = source_.find("{%", begin); at != std::string_view::npos;
       at = source_.find("{%", at + 1)) {
    pos_ = at + 2;
    const char sign = pos_ < source_.size() ? source_[pos_] : '\0';
    if (sign == '-' || sign == '+') ++pos_;
    skip_space();
    if (!source_.substr(pos_).starts_with("endraw")) continue;
    pos_ += 6;
    skip_space();
    const std::string_view rest = source_.substr(pos_);
    const bool strip_after = rest.starts_with("-%}");
    if (!strip_after && !rest.starts_with("+%}") && !rest.starts_with("%}")) continue;
    pos_ += rest.starts_with("%}") ? 2 : 3;
    if (strip_after) skip_space();
    std::string_view text = source_.substr(begin, at - begin);
    if (sign == '-') text = unicode::strip_right(text);
    return {Token::Data, static_cast<std::uint32_t>(begin), text};
  }
  fail("Missing end of raw directive", begin);
}

// --- inside of tags ------------------------------------------------------------------------------

bool Lexer::end_tag(Lexeme& out) {
  const std::string_view rest = source_.substr(pos_);
  const std::string_view tag = mode_ == Mode::Variable ? "}}" : "%}";
  const bool strip = rest.starts_with('-') && rest.substr(1).starts_with(tag);
  const bool keep = mode_ == Mode::Block && rest.starts_with('+') && rest.substr(1).starts_with(tag);
  if (!strip && !keep && !rest.starts_with(tag)) return false;
  out.token = mode_ == Mode::Variable ? Token::VariableEnd : Token::BlockEnd;
  pos_ += strip || keep ? 3 : 2;
  if (strip) skip_space();
  mode_ = Mode::Data;
  return true;
}

}  // namespace tocsin::jinja
