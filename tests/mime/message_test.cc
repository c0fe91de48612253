#include "language/mime/message.h"

#include <gtest/gtest.h>

#include <chrono>

#include "language/mime/charset.h"
#include "language/mime/transfer.h"

namespace tocsin::mime {
namespace {

TEST(Charset, BecomesUtf8WhateverItWas) {
  const struct {
    const char* name;
    std::string bytes;
    const char* charset;
    const char* expected;
  } cases[] = {
      {"utf-8",
       "Gr\xc3\xb6\xc3\x9f"
       "e",
       "UTF-8", "Größe"},
      {"broken utf-8",
       "a\xff"
       "b\xc3",
       "utf-8",
       "a\uFFFD"
       "b\uFFFD"},
      {"latin",
       "Gr\xf6\xdf"
       "e",
       "ISO-8859-1", "Größe"},
      {"windows", "\x80 5", "windows-1252", "€ 5"},
      {"japanese", "\x1b$B%\"\x1b(B", "iso-2022-jp", "ア"},
      {"cut off", "\x83", "Shift_JIS", "\uFFFD"},
      {"unknown charset", "plain", "x-secret", "plain"},
      {"a name that is a path", "plain", "../../etc/passwd", "plain"},
      {"a name with a suffix", "\xf6", "iso-8859-1//IGNORE", "\uFFFD"},
  };
  for (const auto& c : cases) EXPECT_EQ(to_utf8(c.bytes, c.charset), c.expected) << c.name;
}

TEST(Transfer, ReadsBase64AndQuotedPrintable) {
  EXPECT_EQ(decode_base64("RGlz\r\naw=="), "Disk");
  EXPECT_EQ(decode_base64("RGlzaw"), "Disk");
  EXPECT_EQ(decode_base64("RA==RA=="), "DD");
  EXPECT_EQ(decode_base64("!!"), "");
  EXPECT_EQ(decode_quoted_printable("97 =25 us=\r\ned=3D"), "97 % used=");
  EXPECT_EQ(decode_quoted_printable("a= \t\nb"), "ab");
  EXPECT_EQ(decode_quoted_printable("1=2=4 =X="), "1=2=4 =X");
}

TEST(Words, OfHeadersAreRead) {
  const std::pair<const char*, const char*> cases[] = {
      {"plain", "plain"},
      {"=?utf-8?q?=C3=84nn_Lee?=", "Änn Lee"},
      {"a =?UTF-8?B?w4Q=?= b", "a Ä b"},
      {"=?utf-8?B?RGlzaw==?= \t =?utf-8?q?_full?=", "Disk full"},
      {"=?iso-8859-1*de?q?Gr=F6=DFe?=", "Größe"},
      {"=?utf-8?x?abc?=", "=?utf-8?x?abc?="},
      {"=?utf-8?q?open", "=?utf-8?q?open"},
      {"1 =? 2", "1 =? 2"},
      {"\xff", "\uFFFD"},
  };
  for (const auto& [value, expected] : cases) EXPECT_EQ(decode_words(value), expected) << value;
  // A character that begins in one word and ends in the next.
  EXPECT_EQ(decode_words("=?utf-8?q?=C3?= =?utf-8?q?=84?="), "Ä");
}

TEST(Message, GivesTheFirstPlainAndHtmlPart) {
  const struct {
    const char* name;
    const char* bytes;
    const char* text;
    const char* html;
  } cases[] = {
      {"without type", "Subject: s\n\nbody\n", "body\n", ""},
      {"without body", "Subject: s", "", ""},
      {"html alone", "Content-Type: TEXT/HTML\n\n<b>x</b>", "", "<b>x</b>"},
      {"alternatives",
       "Content-Type: multipart/alternative;\r\n boundary=\"b 1\"\r\n\r\npreamble\r\n--b "
       "1\r\n\r\ntext\r\n--b 1\r\n"
       "Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: "
       "quoted-printable\r\n\r\n=F6\r\n"
       "--b 1--\r\nepilogue",
       "text", "ö"},
      {"nested, with an attachment first",
       "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Disposition: attachment; "
       "filename=a.txt\n\nno\n"
       "--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\nContent-Type: "
       "text/plain\n\nyes\n--i--\n--o--\n",
       "yes", ""},
      {"a boundary that begins another",
       "Content-Type: multipart/mixed; boundary=b\n\n--bb\n--b\n\nx\n--bb\n--b--", "x\n--bb", ""},
      {"forwarded whole",
       "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nSubject: "
       "in\n\ninner\n--b--",
       "inner", ""},
      {"an empty part", "Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n\nx\n--b--", "", ""},
      {"cut off", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhalf", "half", ""},
      {"a multipart without a boundary", "Content-Type: multipart/mixed\n\nas it is", "as it is", ""},
      {"base64", "Content-Transfer-Encoding: BASE64\n\nRGlzaw==\n", "Disk", ""},
      {"only pictures", "Content-Type: image/png\n\n\x89PNG", "", ""},
  };
  for (const auto& c : cases) {
    const Message message = read_message(c.bytes);
    EXPECT_EQ(message.text, c.text) << c.name;
    EXPECT_EQ(message.html, c.html) << c.name;
  }
}

TEST(Message, UnfoldsItsHeaders) {
  const Message message =
      read_message("From somebody Sat Apr  5\nSubject: Disk\r\n full\nSUBJECT: second\nX: \n\nbody: none\n");
  EXPECT_EQ(message.headers.find("subject"), "Disk full");
  EXPECT_EQ(message.headers.find("x"), "");
  EXPECT_EQ(message.headers.find("body"), "");
  EXPECT_EQ(read_message("no header\nSubject: late").headers.find("Subject"), "");
}

TEST(Message, TakesTimeInProportionToItsInput) {
  std::string nested;
  for (int i = 0; i < 200; ++i) nested += "Content-Type: multipart/mixed; boundary=b\n\n--b\n";
  for (const std::string& unit : {std::string("=?x?q?a"), std::string("=?utf-8?B?"), std::string("--b\n"),
                                  std::string("Content-Type: a;b;"), std::string("=?x?q?=?="),
                                  std::string("= "), std::string("a:b\n"), nested}) {
    for (const char* head :
         {"Subject: ", "Content-Type: multipart/mixed; boundary=b\n\n", "Content-Type: text/plain;"}) {
      std::string bytes = head;
      while (bytes.size() < 2'000'000) bytes += unit;
      const auto begin = std::chrono::steady_clock::now();
      const Message message = read_message(bytes);
      (void)decode_words(message.headers.find("Subject"));
      EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5))
          << unit.substr(0, 20) << head;
    }
  }
}

}  // namespace
}  // namespace tocsin::mime
