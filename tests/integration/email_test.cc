#include "domain/integration/email.h"

#include <gtest/gtest.h>

#include <chrono>

#include "language/json/write.h"

namespace tocsin::integration {
namespace {

TEST(HtmlToText, KeepsWhatAReaderSees) {
  const struct {
    const char* name;
    const char* html;
    const char* expected;
  } cases[] = {
      {"nothing", "", ""},
      {"plain text", "  just text ", "just text"},
      {"blocks", "<div>a</div><p>b</p>c<h1>d</h1>", "a\nb\nc\nd"},
      {"line breaks", "a<br>b<BR/>c<br />d", "a\nb\nc\nd"},
      {"empty lines are dropped", "<p>a</p><p> &nbsp; </p><br><br><p>b</p>", "a\nb"},
      {"white space is one space", "a\n   b\t<b> c</b>", "a b c"},
      {"inline tags make no space", "un<b>break</b>able", "unbreakable"},
      {"links", "see <a class='x' href=\"https://x.example/?a=1&amp;b=2\">the graph</a>.",
       "see the graph (https://x.example/?a=1&b=2)."},
      {"links without quotes", "<a href=https://x.example>x</a>", "x (https://x.example)"},
      {"a link without text", "<a href='https://x.example'><img src=y></a>", "(https://x.example)"},
      {"a link broken over lines", "<a href='https://x.example\n /a'>x</a>", "x (https://x.example/a)"},
      {"an anchor is no link", "<a name=top>x</a>", "x"},
      {"lists", "<ul><li>one</li><li> two<li><p>three</p></ul>end", "* one\n* two\n* three\nend"},
      {"rules", "a<hr>b", "a\n--------------------------------\nb"},
      {"tables", "<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"},
      {"preformatted lines", "<pre>a\n  b</pre>c\nd", "a\nb\nc d"},
      {"entities", "&lt;b&gt; &amp;amp; &quot;x&quot; &#8211; &#x2014; &euro; &unknown; &",
       "<b> &amp; \"x\" – — € &unknown; &"},
      {"entities that are no characters", "&#xD800;&#99999999;&#;&#x;&#0;", "&#xD800;&#99999999;&#;&#x;&#0;"},
      {"unseen parts",
       "<html><head><title>t</title><style>p {}</style></head><body><script>if (a</b) x()</script>"
       "<!-- <p>no</p> --><p>yes</p></body></html>",
       "yes"},
      {"declarations", "<!DOCTYPE html><?xml version='1.0'?>x", "x"},
      {"a lone sign", "1 < 2 and 3 <4 >", "1 < 2 and 3 <4 >"},
      {"signs inside quoted values", "<img alt=\"a > b\">x", "x"},
      {"cut off in a tag", "x<a href=\"y", "x (y)"},
      {"cut off in a comment", "x<!-- y", "x"},
      {"cut off in a script", "x<script>y", "x"},
  };
  for (const auto& c : cases) EXPECT_EQ(html_to_text(c.html), c.expected) << c.name;
}

TEST(HtmlToText, TakesTimeInProportionToItsInput) {
  for (const std::string unit :
       {"<", "</", "<a ", "</s", "<script></", "<!--", "&", "<a href='", "<li>", "<script>"}) {
    std::string html;
    while (html.size() < 4'000'000) html += unit;
    const auto begin = std::chrono::steady_clock::now();
    (void)html_to_text(html);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << unit;
  }
}

TEST(Sender, IsTheAddressOfTheHeader) {
  const std::pair<const char*, const char*> cases[] = {
      {"ann@example.org", "ann@example.org"},
      {" Ann Lee <ann@example.org> ", "ann@example.org"},
      {"\"Lee, <x@y> Ann\" <ann@example.org>", "ann@example.org"},
      {"\"a \\\" <b@c>\" <ann@example.org>", "ann@example.org"},
      {"ann@example.org (Ann <no@x>)", "ann@example.org"},
      {"=?utf-8?q?=C3=84nn?= <ann@example.org>", "ann@example.org"},
      {"  Mailer Daemon ", "Mailer Daemon"},
      {"Ann <>", "Ann <>"},
      {"<ann@example.org", "ann@example.org"},
      {"", ""},
  };
  for (const auto& [header, expected] : cases) EXPECT_EQ(sender_address(header), expected) << header;
}

TEST(Mail, BecomesAPayload) {
  EXPECT_EQ(json::write(mail_payload(
                {.subject = "  Disk \n", .text = " full\n", .html = "<p>no</p>", .from = "a <a@b.c>"})),
            R"({"subject":"Disk","message":"full","sender":"a@b.c"})");
  EXPECT_EQ(json::write(mail_payload({.subject = "", .text = " \n", .html = "<p>OK</p>", .from = "x"})),
            R"({"subject":"","message":"OK","sender":"x"})");
  EXPECT_EQ(json::write(mail_payload({})), R"({"subject":"","message":"","sender":""})");
}

TEST(Mail, IsForTheFirstRecipientInTheDomain) {
  const auto token = [](std::vector<std::string> recipients) {
    return mail_token(recipients, "oncall.example.org").value_or("none");
  };
  EXPECT_EQ(token({"Abc123@oncall.example.org"}), "Abc123");
  EXPECT_EQ(token({"x@example.org", "<Abc123@OnCall.Example.Org>", "second@oncall.example.org"}), "Abc123");
  EXPECT_EQ(token({"Abc123@evil.oncall.example.org", "Abc@oncall.example.org.evil"}), "none");
  EXPECT_EQ(token({"@oncall.example.org", "oncall.example.org", ""}), "none");
  EXPECT_EQ(token({}), "none");
}

}  // namespace
}  // namespace tocsin::integration
