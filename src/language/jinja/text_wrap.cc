#include "language/jinja/text_wrap.h"

#include <algorithm>

#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

// textwrap knows only ASCII white space.
bool is_space(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13);
}
bool is_letter(char32_t c) {
  return unicode::is_word(c) && !unicode::is_decimal(c) && c != '_';
}
bool is_word_punctuation(char32_t c) {
  return unicode::is_word(c) || c == '!' || c == '"' || c == '\'' || c == '&' || c == '.' || c == ',' ||
         c == '?';
}

class Chunker {
 public:
  Chunker(std::u32string_view text, bool hyphens) : text_(text), hyphens_(hyphens) {}

  // White space, words, and words cut behind hyphens ("x-", "ray") and dashes.
  std::vector<std::u32string_view> run() {
    std::vector<std::u32string_view> chunks;
    while (pos_ < text_.size()) {
      const std::size_t start = pos_;
      if (is_space(text_[pos_])) {
        while (pos_ < text_.size() && is_space(text_[pos_])) ++pos_;
      } else if (!hyphens_) {
        while (pos_ < text_.size() && !is_space(text_[pos_])) ++pos_;
      } else if (!dash()) {
        word();
      }
      chunks.push_back(text_.substr(start, pos_ - start));
    }
    return chunks;
  }

 private:
  char32_t at(std::size_t i) const { return i < text_.size() ? text_[i] : U'\0'; }
  char32_t before(std::size_t back) const { return pos_ >= back ? text_[pos_ - back] : U'\0'; }

  // "--" or longer between words: (?<=[\w!"'&.,?])-{2,}(?=\w)
  std::size_t dash_length(std::size_t from) const {
    if (at(from) != '-' || at(from + 1) != '-') return 0;
    if (from == 0 || !is_word_punctuation(text_[from - 1])) return 0;  // so each run is measured once
    std::size_t end = from;
    while (at(end) == '-') ++end;
    return unicode::is_word(at(end)) ? end - from : 0;
  }
  bool dash() {
    const std::size_t length = dash_length(pos_);
    pos_ += length;
    return length > 0;
  }

  // [^\s\w]*\w+[^0-9\W]-(?=\w+[^0-9\W]) and friends: the shortest piece that may end a line.
  void word() {
    const std::size_t start = pos_;
    for (std::size_t end = start + 1;; ++end) {
      if (end >= text_.size() || is_space(text_[end]) || dash_length(end) > 0 || hyphenated(start, end)) {
        pos_ = end;
        return;
      }
    }
  }

  // May the piece end behind the hyphen at `end - 1`? It needs two letters (or letter-hyphen-letter) before
  // and two behind.
  bool hyphenated(std::size_t start, std::size_t end) const {
    const std::size_t hyphen = end - 1;
    if (text_[hyphen] != '-' || hyphen < start + 2) return false;
    const bool letters_before = is_letter(text_[hyphen - 1]) && is_letter(text_[hyphen - 2]);
    const bool broken_before = hyphen >= start + 3 && is_letter(text_[hyphen - 1]) &&
                               text_[hyphen - 2] == '-' && is_letter(text_[hyphen - 3]);
    const bool letters_behind =
        is_letter(at(end)) && (is_letter(at(end + 1)) || (at(end + 1) == '-' && is_letter(at(end + 2))));
    return (letters_before || broken_before) && letters_behind;
  }

  std::u32string_view text_;
  bool hyphens_;
  std::size_t pos_ = 0;
};

std::u32string decode(std::string_view text) {
  std::u32string out;
  for (std::size_t pos = 0; pos < text.size();) out += json::next_code_point(text, pos);
  return out;
}

void append_encoded(std::string& out, std::u32string_view text) {
  for (const char32_t c : text) json::append_code_point(out, c);
}

bool blank(std::u32string_view chunk) {
  return std::all_of(chunk.begin(), chunk.end(), [](char32_t c) { return unicode::is_space(c); });
}

// How much of a chunk that is longer than a line may stand on it: `space` signs, or fewer up to a hyphen
// unless only hyphens stand before that.
std::size_t broken_length(std::u32string_view chunk, std::size_t space, bool at_hyphens) {
  if (!at_hyphens || chunk.size() <= space || space == 0) return space;
  const std::size_t hyphen = chunk.rfind(U'-', space - 1);
  if (hyphen == std::u32string_view::npos || hyphen == 0) return space;
  return chunk.substr(0, hyphen).find_first_not_of(U'-') != std::u32string_view::npos ? hyphen + 1 : space;
}

}  // namespace

std::vector<std::string> wrap_text(State& state, std::string_view text, const WrapOptions& options) {
  if (options.width <= 0) value_error("invalid width " + std::to_string(options.width) + " (must be > 0)");
  const auto width = static_cast<std::size_t>(options.width);
  state.charge(text.size());
  const std::u32string decoded = decode(text);
  std::vector<std::u32string_view> chunks = Chunker(decoded, options.break_on_hyphens).run();
  std::reverse(chunks.begin(), chunks.end());
  std::vector<std::string> lines;
  while (!chunks.empty()) {
    state.charge(8);
    std::vector<std::u32string_view> parts;
    std::size_t size = 0;
    if (!lines.empty() && blank(chunks.back())) chunks.pop_back();
    while (!chunks.empty() && size + chunks.back().size() <= width) {
      size += chunks.back().size();
      parts.push_back(chunks.back());
      chunks.pop_back();
    }
    if (!chunks.empty() && chunks.back().size() > width) {
      if (options.break_long_words) {
        const std::size_t length = broken_length(chunks.back(), width - size, options.break_on_hyphens);
        parts.push_back(chunks.back().substr(0, length));
        chunks.back().remove_prefix(parts.back().size());
      } else if (parts.empty()) {
        parts.push_back(chunks.back());
        chunks.pop_back();
      }
    }
    if (!parts.empty() && blank(parts.back())) parts.pop_back();
    if (parts.empty()) continue;
    std::string line;
    for (const std::u32string_view part : parts) append_encoded(line, part);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace tocsin::jinja
