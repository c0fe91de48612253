#include "domain/templating/markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <cstdlib>
#include <memory>
#include <tuple>

#include "domain/integration/html.h"

namespace tocsin::templating {
namespace {

using Parser = std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)>;
using Node = std::unique_ptr<cmark_node, decltype(&cmark_node_free)>;
using Text = std::unique_ptr<char, decltype(&std::free)>;

constexpr int kOptions = CMARK_OPT_HARDBREAKS | CMARK_OPT_VALIDATE_UTF8;  // "unsafe" is not among them

Parser make_parser() {
  static const bool registered = (cmark_gfm_core_extensions_ensure_registered(), true);
  std::ignore = registered;
  Parser parser(cmark_parser_new(kOptions), cmark_parser_free);
  for (const char* name : {"table", "strikethrough", "autolink"}) {
    if (cmark_syntax_extension* extension = cmark_find_syntax_extension(name))
      cmark_parser_attach_syntax_extension(parser.get(), extension);
  }
  return parser;
}

}  // namespace

std::string markdown_to_html(std::string_view markdown) {
  const Parser parser = make_parser();
  cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
  const Node document(cmark_parser_finish(parser.get()), cmark_node_free);
  const Text html(
      cmark_render_html(document.get(), kOptions, cmark_parser_get_syntax_extensions(parser.get())),
      std::free);
  return html.get();
}

std::string markdown_to_text(std::string_view markdown) {
  return integration::html_to_text(markdown_to_html(markdown));
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace tocsin::templating
