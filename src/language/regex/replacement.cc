#include "language/regex/replacement.h"

#include "language/json/utf8.h"

namespace tocsin::regex {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

class Reader {
 public:
  Reader(std::string_view in, int groups,
         const std::function<std::optional<int>(const std::string&)>& find_group)
      : in_(in), groups_(groups), find_group_(find_group) {}

  Result<std::vector<ReplacementPiece>> run() {
    while (pos_ < in_.size()) {
      if (in_[pos_] == '\\') {
        TRY(escape());
      } else {
        current_.literal += in_[pos_++];
      }
    }
    pieces_.push_back(std::move(current_));
    return std::move(pieces_);
  }

 private:
  Result<void> escape() {
    if (pos_ + 1 >= in_.size())
      return invalid("bad escape (end of pattern) at position " + std::to_string(pos_));
    const char c = in_[pos_ + 1];
    if (c == 'g') return named_group();
    if (is_digit(c)) return numbered_group();
    constexpr std::string_view kLetters = "abfnrtv", kMeanings = "\a\b\f\n\r\t\v";
    if (const std::size_t i = kLetters.find(c); i != std::string_view::npos) {
      current_.literal += kMeanings[i];
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      return invalid(std::string("bad escape \\") + c + " at position " + std::to_string(pos_ + 2));
    } else {
      if (c != '\\') current_.literal += '\\';
      current_.literal += c;
    }
    pos_ += 2;
    return {};
  }

  // \0 and three octal digits are characters; everything else is a group of one or two digits.
  Result<void> numbered_group() {
    const auto at = [&](std::size_t i) { return pos_ + i < in_.size() ? in_[pos_ + i] : '\0'; };
    const bool three = is_octal(at(1)) && at(1) < '4' && is_octal(at(2)) && is_octal(at(3));
    if (at(1) == '0' || three) {
      char32_t code = 0;
      std::size_t digits = 1;
      for (; digits <= 3 && is_octal(at(digits)); ++digits)
        code = code * 8 + static_cast<char32_t>(at(digits) - '0');
      json::append_code_point(current_.literal, code);
      pos_ += digits;
      return {};
    }
    int group = at(1) - '0';
    pos_ += 2;
    if (is_digit(at(0))) {
      group = group * 10 + (at(0) - '0');
      ++pos_;
    }
    return refer(group);
  }

  Result<void> named_group() {
    const std::size_t end = in_.find('>', pos_);
    if (pos_ + 2 >= in_.size() || in_[pos_ + 2] != '<')
      return invalid("missing < at position " + std::to_string(pos_ + 2));
    if (end == std::string_view::npos) return invalid("missing > at position " + std::to_string(in_.size()));
    const std::string name(in_.substr(pos_ + 3, end - pos_ - 3));
    pos_ = end + 1;
    if (name.empty()) return invalid("missing group name at position " + std::to_string(end));
    if (name.find_first_not_of("0123456789") == std::string::npos) {
      return refer(name.size() > 4 ? groups_ + 1 : std::stoi(name));
    }
    const std::optional<int> group = find_group_(name);
    if (!group) return invalid("unknown group");
    return refer(*group);
  }

  Result<void> refer(int group) {
    if (group > groups_) return invalid("invalid group reference");
    current_.group = group;
    pieces_.push_back(std::move(current_));
    current_ = {};
    return {};
  }

  std::string_view in_;
  int groups_;
  const std::function<std::optional<int>(const std::string&)>& find_group_;
  std::size_t pos_ = 0;
  ReplacementPiece current_;
  std::vector<ReplacementPiece> pieces_;
};

}  // namespace

Result<std::vector<ReplacementPiece>> parse_replacement(
    std::string_view text, int groups,
    const std::function<std::optional<int>(const std::string&)>& find_group) {
  return Reader(text, groups, find_group).run();
}

}  // namespace tocsin::regex
