#include "domain/integration/html.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "language/json/utf8.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kWhitespace = " \t\n\r\f\v";
constexpr std::string_view kItem = "* ";
constexpr std::string_view kRule = "--------------------------------";

bool is_space(char sign) {
  return kWhitespace.find(sign) != std::string_view::npos;
}
bool is_letter(char sign) {
  return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& sign : out) {
    if (sign >= 'A' && sign <= 'Z') sign = static_cast<char>(sign + 32);
  }
  return out;
}

// ---- entities

struct Entity {
  std::string_view name;
  char32_t code_point;
};
constexpr std::array kEntities{
    Entity{"amp", '&'},      Entity{"lt", '<'},       Entity{"gt", '>'},       Entity{"quot", '"'},
    Entity{"apos", '\''},    Entity{"nbsp", ' '},     Entity{"copy", 0xA9},    Entity{"reg", 0xAE},
    Entity{"trade", 0x2122}, Entity{"deg", 0xB0},     Entity{"middot", 0xB7},  Entity{"laquo", 0xAB},
    Entity{"raquo", 0xBB},   Entity{"euro", 0x20AC},  Entity{"pound", 0xA3},   Entity{"sect", 0xA7},
    Entity{"ndash", 0x2013}, Entity{"mdash", 0x2014}, Entity{"lsquo", 0x2018}, Entity{"rsquo", 0x2019},
    Entity{"ldquo", 0x201C}, Entity{"rdquo", 0x201D}, Entity{"bdquo", 0x201E}, Entity{"hellip", 0x2026},
    Entity{"bull", 0x2022},  Entity{"rarr", 0x2192},  Entity{"larr", 0x2190},  Entity{"times", 0xD7},
    Entity{"auml", 0xE4},    Entity{"ouml", 0xF6},    Entity{"uuml", 0xFC},    Entity{"Auml", 0xC4},
    Entity{"Ouml", 0xD6},    Entity{"Uuml", 0xDC},    Entity{"szlig", 0xDF},   Entity{"eacute", 0xE9},
    Entity{"egrave", 0xE8},  Entity{"agrave", 0xE0},  Entity{"ccedil", 0xE7}};

// "#8230" or "#x2026"; nullopt when it names no character.
std::optional<char32_t> numeric_entity(std::string_view digits) {
  digits.remove_prefix(1);
  std::uint32_t base = 10;
  if (digits.starts_with('x') || digits.starts_with('X')) {
    base = 16;
    digits.remove_prefix(1);
  }
  if (digits.empty() || digits.size() > 8) return std::nullopt;
  std::uint64_t number = 0;
  for (const char sign : lower(digits)) {
    const int digit = sign >= '0' && sign <= '9'   ? sign - '0'
                      : sign >= 'a' && sign <= 'f' ? sign - 'a' + 10
                                                   : 16;
    if (digit >= static_cast<int>(base)) return std::nullopt;
    number = number * base + static_cast<std::uint64_t>(digit);
  }
  if (number == 0xA0) return U' ';
  const bool is_character = number > 0 && number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
  return is_character ? std::optional<char32_t>(static_cast<char32_t>(number)) : std::nullopt;
}

std::optional<char32_t> find_entity(std::string_view name) {
  if (name.starts_with('#')) return numeric_entity(name);
  const auto found = std::ranges::find(kEntities, name, &Entity::name);
  return found == kEntities.end() ? std::nullopt : std::optional<char32_t>(found->code_point);
}

std::string decode_entities(std::string_view text) {
  constexpr std::size_t kLongest = 12;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '&') {
      const std::size_t end = text.substr(i, kLongest).find(';');
      const auto entity =
          end == std::string_view::npos ? std::nullopt : find_entity(text.substr(i + 1, end - 1));
      if (entity) {
        json::append_code_point(out, *entity);
        i += end;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

// ---- tags

struct Tag {
  std::string name;  // lower case
  bool closes = false;
  std::string_view attributes;
};

// From behind the `<`; `end` is set behind the `>`. nullopt: the `<` begins no tag and is text.
std::optional<Tag> read_tag(std::string_view html, std::size_t begin, std::size_t& end) {
  std::size_t i = begin;
  Tag tag;
  if (i < html.size() && html[i] == '/') {
    tag.closes = true;
    ++i;
  }
  if (i >= html.size() || !is_letter(html[i])) return std::nullopt;
  const std::size_t name_begin = i;
  while (i < html.size() && !is_space(html[i]) && html[i] != '>' && html[i] != '/') ++i;
  tag.name = lower(html.substr(name_begin, i - name_begin));

  const std::size_t attributes_begin = i;
  char quote = 0;
  for (; i < html.size() && (quote != 0 || html[i] != '>'); ++i) {
    if (quote != 0) {
      if (html[i] == quote) quote = 0;
    } else if ((html[i] == '"' || html[i] == '\'') && html[i - 1] == '=') {
      quote = html[i];
    }
  }
  tag.attributes = html.substr(attributes_begin, i - attributes_begin);
  end = std::min(i + 1, html.size());
  return tag;
}

// The value of `href`; empty when absent.
std::string find_href(std::string_view attributes) {
  std::size_t i = 0;
  const auto skip_space = [&] {
    while (i < attributes.size() && is_space(attributes[i])) ++i;
  };
  while (i < attributes.size()) {
    while (i < attributes.size() && (is_space(attributes[i]) || attributes[i] == '/')) ++i;
    const std::size_t name_begin = i;
    while (i < attributes.size() && !is_space(attributes[i]) && attributes[i] != '=') ++i;
    const std::string name = lower(attributes.substr(name_begin, i - name_begin));
    skip_space();
    if (i >= attributes.size() || attributes[i] != '=') continue;
    ++i;
    skip_space();
    const bool quoted = i < attributes.size() && (attributes[i] == '"' || attributes[i] == '\'');
    const std::size_t value_begin = quoted ? i + 1 : i;
    std::size_t value_end = quoted ? attributes.find(attributes[i], value_begin)
                                   : attributes.find_first_of(kWhitespace, value_begin);
    value_end = std::min(value_end, attributes.size());
    if (name == "href") return decode_entities(attributes.substr(value_begin, value_end - value_begin));
    i = std::min(value_end + (quoted ? 1 : 0), attributes.size());
  }
  return {};
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}
bool is_block(std::string_view name) {
  return is_one_of(
      name,
      {"address",  "article",    "aside",  "blockquote", "body", "center", "dd", "div", "dl",  "dt",
       "fieldset", "figcaption", "figure", "footer",     "form", "h1",     "h2", "h3",  "h4",  "h5",
       "h6",       "header",     "html",   "li",         "main", "nav",    "ol", "p",   "pre", "section",
       "table",    "tbody",      "td",     "tfoot",      "th",   "thead",  "tr", "ul"});
}
bool is_unseen(std::string_view name) {
  return is_one_of(name, {"head", "script", "style", "title"});
}

// ---- the text

class Writer {
 public:
  void text(std::string_view raw) {
    const std::string decoded = decode_entities(raw);
    for (const char sign : decoded) {
      if (pre_depth_ > 0 && sign == '\n') {
        new_line();
      } else if (is_space(sign)) {
        if (!line_.empty() && (pre_depth_ > 0 || line_.back() != ' ')) line_ += ' ';
      } else {
        line_ += sign;
      }
    }
  }

  void tag(const Tag& tag) {
    if (tag.name == "br") return new_line();
    if (tag.name == "hr") return rule();
    if (tag.name == "a") return tag.closes ? close_link() : open_link(tag);
    if (!is_block(tag.name)) return;
    // A block that begins an item (`<li><p>`) stays on the item's line.
    if (line_ != kItem || tag.closes) new_line();
    if (tag.name == "li" && !tag.closes) line_ = kItem;
    if (tag.name == "pre") pre_depth_ = std::max(0, pre_depth_ + (tag.closes ? -1 : 1));
  }

  std::string finish() {
    close_link();
    new_line();
    return std::move(out_);
  }

 private:
  void new_line() {
    const std::size_t begin = line_.find_first_not_of(kWhitespace);
    if (begin != std::string::npos) {
      if (!out_.empty()) out_ += '\n';
      out_.append(line_, begin, line_.find_last_not_of(kWhitespace) - begin + 1);
    }
    line_.clear();
  }
  void rule() {
    new_line();
    line_ = kRule;
    new_line();
  }
  void open_link(const Tag& tag) {
    close_link();
    href_ = find_href(tag.attributes);
    std::erase_if(href_, is_space);  // as browsers do with line breaks; the link stays in one piece
  }
  void close_link() {
    if (href_.empty()) return;
    if (!line_.empty() && line_.back() != ' ') line_ += ' ';
    line_.append("(").append(href_).append(")");
    href_.clear();
  }

  std::string out_;
  std::string line_;
  std::string href_;  // of the link that is open
  int pre_depth_ = 0;
};

// Behind the closing tag of `name`; the end of the text when there is none.
std::size_t skip_unseen(std::string_view html, std::size_t begin, std::string_view name) {
  for (std::size_t i = html.find("</", begin); i != std::string_view::npos; i = html.find("</", i + 2)) {
    if (lower(html.substr(i + 2, name.size())) != name) continue;
    const std::size_t end = html.find('>', i);
    return end == std::string_view::npos ? html.size() : end + 1;
  }
  return html.size();
}

// `i` is at `<!` or `<?`: behind the comment or declaration.
std::size_t skip_declaration(std::string_view html, std::size_t i) {
  const bool is_comment = html.substr(i).starts_with("<!--");
  const std::string_view mark = is_comment ? "-->" : ">";
  const std::size_t end = html.find(mark, i + (is_comment ? 4 : 2));
  return end == std::string_view::npos ? html.size() : end + mark.size();
}

}  // namespace

std::string html_to_text(std::string_view html) {
  Writer writer;
  std::size_t i = 0;
  while (i < html.size()) {
    const std::size_t open = std::min(html.find('<', i), html.size());
    writer.text(html.substr(i, open - i));
    if (open == html.size()) break;
    const std::string_view rest = html.substr(open);
    if (rest.starts_with("<!") || rest.starts_with("<?")) {
      i = skip_declaration(html, open);
      continue;
    }
    std::size_t end = 0;
    const auto tag = read_tag(html, open + 1, end);
    if (!tag) {
      writer.text("<");
      i = open + 1;
      continue;
    }
    i = is_unseen(tag->name) && !tag->closes ? skip_unseen(html, end, tag->name) : end;
    writer.tag(*tag);
  }
  return writer.finish();
}

}  // namespace tocsin::integration
