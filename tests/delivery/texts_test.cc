// What a page says: appearance templates, Slack's markup, Markdown, and the mail as bytes.
#include <gmock/gmock.h>

#include "domain/templating/appearance.h"
#include "domain/templating/markdown.h"
#include "edge/delivery/email/email.h"
#include "language/json/read.h"

namespace tocsin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Instant t0 = from_micros(1'933'135'628'000'000);

TEST(Appearance, ChannelsSeeTheWebTextsAndFallBackToTheTypes) {
  Integration integration;
  integration.type = "webhook";
  integration.name = "Prod";
  integration.templates = {{"web.title", "{{ payload.t }} on {{ integration_name }}"},
                           {"web.message", "see <https://x.org|here>"},
                           {"slack.title", "[{{ web_title }}] #{{ grafana_oncall_alert_group_id }}"},
                           {"email.message", "{{ web_message }}"},
                           {"web.image_url", "{{ payload.none }}"}};
  const json::Value payload = json::read(R"({"t": "full", "none": null})").value();
  const auto& type = *integration::find_type("webhook");
  const templating::AppearanceFacts facts{payload, "https://l", 7};
  const auto slack = templating::render_appearance(integration, type, integration::Channel::Slack, facts, t0);
  EXPECT_EQ(slack.title, "[full on Prod] #7");
  const auto mail = templating::render_appearance(integration, type, integration::Channel::Email, facts, t0);
  EXPECT_EQ(mail.title, "Incident") << "the default is the type's web text, not the integration's own";
  EXPECT_EQ(mail.message, "see here - https://x.org");
  EXPECT_EQ(mail.image_url, std::nullopt) << "None is nothing";
}

TEST(SlackFormat, TurnsMarkupIntoWords) {
  const struct {
    const char *in, *out;
  } cases[] = {{"<!here> look", "@here look"},
               {"<https://a.org|A> & <b>", "[A](https://a.org) & <b>"},
               {"<@U12AB|anna> <#C1|ops>", "@anna #ops"},
               {"1 < 2 > 1", "1 < 2 > 1"},
               {"<https://a.org>", "<https://a.org>"},
               {"<", "<"},
               {"<!channel", "<!channel"}};
  for (const auto& c : cases) {
    EXPECT_EQ(templating::slack_format(c.in, templating::LinkForm::Markdown), c.out);
  }
}

TEST(Markdown, BecomesHtmlWithoutWhatAlertsCouldSmuggleIn) {
  const std::string html = templating::markdown_to_html(
      "**bold**\nnext\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>x</script> [l](javascript:alert(1))");
  EXPECT_THAT(html, HasSubstr("<strong>bold</strong><br />"));
  EXPECT_THAT(html, HasSubstr("<table>"));
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
  EXPECT_THAT(html, Not(HasSubstr("javascript:")));
  EXPECT_EQ(templating::markdown_to_text("**bold** and `code`"), "bold and code");
}

TEST(Mail, HasOneLineHeadersWhateverTheTitleSays) {
  delivery::Page page{
      .id = "row-1", .notify = {}, .user = {}, .view = {}, .look = {}, .left_today = 3, .now = t0};
  page.user.email = "anna@example.org";
  page.view.listed.group.id = AlertGroupId("I1");
  page.view.listed.group.number = 7;
  page.view.integration.name = "Prod";
  page.look.title = "disk\r\nBcc: eve@example.org";
  std::string mail = delivery::compose_mail(page, "oncall@example.org");
  EXPECT_THAT(mail, HasSubstr("\r\nSubject: disk  Bcc: eve@example.org\r\n"));
  EXPECT_THAT(mail, HasSubstr("\r\nDate: Sat, 05 Apr 2031 06:07:08 +0000\r\n"));
  page.look.title = "Platte läuft voll, Platte läuft voll, Platte läuft voll, Platte läuft voll";
  mail = delivery::compose_mail(page, "oncall@example.org");
  EXPECT_THAT(mail, HasSubstr("\r\nSubject: =?utf-8?B?"));
  page.look.title.reset();
  EXPECT_THAT(delivery::compose_mail(page, "oncall@example.org"), HasSubstr("Subject: #7 Incident via Prod"));
}

}  // namespace
}  // namespace tocsin
