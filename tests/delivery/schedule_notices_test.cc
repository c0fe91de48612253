// What is said about schedules in Slack and on phones, over real sockets.
#include <gmock/gmock.h>

#include "delivery/world.h"
#include "edge/delivery/ntfy/announce.h"
#include "edge/delivery/slack/schedule_posts.h"
#include "edge/delivery/slack/schedule_texts.h"
#include "language/json/read.h"
#include "store/schedule_notices.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class ScheduleNotices : public DeliveryWorld {
 protected:
  void open_all(const Receiver& receiver) {
    posts = std::make_unique<delivery::SlackSchedulePosts>(
        *client, delivery::SlackSettings{"xoxb", receiver.url("/api/"), "https://oncall.example.org"});
    announcer = std::make_unique<delivery::ShiftAnnouncer>(
        *client, delivery::NtfySettings{receiver.url("/"), "tk"}, "https://oncall.example.org");
    more_couriers = {posts.get(), announcer.get()};
    open();
    site.patch("/api/v1/users/" + anna.str(), R"({"contacts":{"slack":"U77"},"timezone":"Europe/Riga"})");
    make_schedule();
  }
  // anna on weekdays from 8 to 20, on level 2; the rest of the time nobody.
  void make_schedule() {
    const std::string shift = site.post(
        "/api/v1/on_call_shifts/",
        R"({"name":"s","type":"recurrent_event","frequency":"weekly","week_start":"MO","level":2,)"
        R"("by_day":["MO","TU","WE","TH","FR"],"duration":43200,"start":"2031-03-31T08:00:00","users":[")" +
            anna.str() + "\"]}")["id"];
    const std::string ghost =
        site.post("/api/v1/on_call_shifts/",
                  R"({"name":"g","type":"recurrent_event","frequency":"daily","duration":3600,)"
                  R"("start":"2031-04-01T03:00:00","users":[")" +
                      site.add_user("viewer", Role::Viewer).str() + "\"]}")["id"];
    const Answer made = site.post("/api/v1/schedules/",
                                  R"({"type":"calendar","name":"R&D <core>","time_zone":"UTC","shifts":[")" +
                                      shift + "\",\"" + ghost + "\"]}");
    EXPECT_EQ(made.status, 201) << made.body;
    schedule = ScheduleId(made["id"]);
    site.db().execute(
        "UPDATE schedules SET slack_channel_id = 'C1', slack_user_group_id = 'S7' WHERE id = $1", {schedule});
  }
  NoticedShift monday() const {
    return {
        .users = {anna}, .start = at("2031-04-07T08:00:00"), .end = at("2031-04-07T20:00:00"), .level = 2};
  }
  static Instant at(const char* text) { return *parse_iso(text); }
  // What the receiver got for one row; "" when nothing left.
  std::string sent(const Receiver& receiver, const Outgoing& outgoing, const std::string& queue) {
    site.db().execute("DELETE FROM outbox WHERE finished_at IS NULL");  // what the engine itself has to say
    const std::size_t before = receiver.requests().size();
    EXPECT_TRUE(run_until_finished(put(outgoing, queue)));
    const auto requests = receiver.requests();
    return requests.size() == before ? "" : requests.back().path + " " + requests.back().body;
  }

  std::unique_ptr<delivery::SlackSchedulePosts> posts;
  std::unique_ptr<delivery::ShiftAnnouncer> announcer;
  ScheduleId schedule;
};

TEST_F(ScheduleNotices, AHandOverNamesWhoHasTakenOverAndWhoIsNext) {
  Receiver receiver;
  open_all(receiver);
  const std::string text =
      sent(receiver, PostShiftNotice{.schedule = schedule, .started = {monday()}, .previous = {}, .next = {}},
           "slack:C1");
  EXPECT_THAT(text, HasSubstr("/api/chat.postMessage"));
  EXPECT_THAT(text, HasSubstr(R"("channel":"C1")"));
  EXPECT_THAT(text, HasSubstr("On-call shift for schedule R&amp;D &lt;core&gt; has changed"));
  EXPECT_THAT(
      text, HasSubstr("<https://oncall.example.org/schedules/" + schedule.str() + "|R&amp;D &lt;core&gt;>"));
  EXPECT_THAT(text, HasSubstr(R"(*New on-call shift*\n[L2] anna (<@U77>)\n)"
                              "<!date^1933315200^{date_long} {time}|2031-04-07 08:00 (UTC)> - "
                              "<!date^1933358400^{date_long} {time}|2031-04-07 20:00 (UTC)>"));
  EXPECT_THAT(text, HasSubstr("No one on-call next!"));
}

TEST_F(ScheduleNotices, AnEmptyScheduleCallsWhomItsSettingsSay) {
  Receiver receiver;
  open_all(receiver);
  const PostShiftNotice nobody{
      .schedule = schedule, .started = {}, .previous = {monday()}, .next = {monday()}};
  const auto told_when = [&](const char* when) {
    site.put("/api/v1/schedules/" + schedule.str() + "/notices/",
             R"({"mention_next":true,"when_empty":")" + std::string(when) + "\"}");
    return sent(receiver, nobody, "slack:C1");
  };
  EXPECT_THAT(told_when("channel"), HasSubstr("Inviting <!channel>. No one on-call now!"));
  EXPECT_THAT(told_when("previous"), HasSubstr("No one on-call now! Inviting prev shift: anna (<@U77>)"));
  const std::string informed = told_when("inform");
  EXPECT_THAT(informed, HasSubstr(R"("No one on-call now!")"));
  EXPECT_THAT(informed, HasSubstr(R"(*Next on-call shift*\n[L2] anna (<@U77>))"));
  site.remove("/api/v1/schedules/" + schedule.str());
  EXPECT_EQ(sent(receiver, nobody, "slack:C1"), "") << "gone meanwhile";
}

TEST_F(ScheduleNotices, ReportsListGapsAndEmptyShiftsIfThereAreAny) {
  Receiver receiver;
  open_all(receiver);
  const std::string gaps = sent(receiver, PostScheduleReport{schedule, ScheduleFault::Gaps}, "slack:C1");
  EXPECT_THAT(gaps, HasSubstr("There are time periods that are unassigned in *<https://"));
  EXPECT_THAT(gaps, HasSubstr(R"(\nFrom <!date^1933135628^{date_long} {time}|2031-04-05 06:07 (UTC)> to )"));
  EXPECT_THAT(gaps, HasSubstr(" more\\n")) << "a month of nights is longer than a post";
  const std::string empty =
      sent(receiver, PostScheduleReport{schedule, ScheduleFault::EmptyShifts}, "slack:C1");
  EXPECT_THAT(empty, HasSubstr("found events without valid associated users."));
  EXPECT_THAT(empty, HasSubstr("*Title*: viewer"));
  EXPECT_THAT(empty, Not(HasSubstr("2031-04-08"))) << "a shift that repeats is listed once";
  site.patch("/api/v1/users/" + store::find_user_by_name(site.db(), "viewer")->id.str(),
             R"({"role":"editor"})");
  EXPECT_EQ(sent(receiver, PostScheduleReport{schedule, ScheduleFault::EmptyShifts}, "slack:C1"), "");
}

TEST_F(ScheduleNotices, AUserGroupIsSentOnlyWhenItChangesAndNeverEmpty) {
  Receiver receiver;
  open_all(receiver);
  const UpdateUserGroup update{UserGroupId("S7")};
  EXPECT_EQ(sent(receiver, update, "slack:user_groups"), "") << "Saturday: nobody is on call";
  site.advance(std::chrono::hours{24 * 2 + 3});  // Monday 09:07
  EXPECT_EQ(sent(receiver, update, "slack:user_groups"),
            R"(/api/usergroups.users.update {"usergroup":"S7","users":"U77"})");
  EXPECT_EQ(sent(receiver, update, "slack:user_groups"), "") << "nothing has changed";
  site.patch("/api/v1/users/" + anna.str(), R"({"contacts":{"slack":"U78"}})");
  EXPECT_THAT(sent(receiver, update, "slack:user_groups"), HasSubstr(R"("users":"U78")"));
}

TEST_F(ScheduleNotices, APhoneIsToldInItsOwnersTimeUnlessTheShiftIsNotTheirsAnyMore) {
  Receiver receiver;
  open_all(receiver);
  site.advance(std::chrono::hours{24 * 2 + 1} + 40min);  // Monday 07:47:08
  const AnnounceShift announced{anna, schedule, monday()};
  const std::string text = sent(receiver, announced, "push");
  EXPECT_THAT(text, HasSubstr(R"("topic":"annas-topic","title":"Your on-call shift starts in 15 minutes")"));
  EXPECT_THAT(text, HasSubstr(R"("message":"2031-04-07 11:00 - 2031-04-07 23:00\nSchedule R&D <core>")"));
  EXPECT_EQ(receiver.requests().back().headers.find("Authorization"), "Bearer tk");
  EXPECT_EQ(sent(receiver, AnnounceShift{site.admin(), schedule, monday()}, "push"), "");
  site.advance(13min);
  EXPECT_EQ(sent(receiver, announced, "push"), "") << "it has begun";
}

TEST(ScheduleTexts, AnAllDayEventIsToldByItsDays) {
  const auto find_user = [](const UserId&) { return std::optional<User>(User{.username = "ann & co"}); };
  PostShiftNotice notice{.schedule = ScheduleId("S1"), .started = {}, .previous = {}, .next = {}};
  notice.started = {{.users = {UserId("U1")},
                     .start = *parse_iso("2031-04-05T00:00:00"),
                     .end = *parse_iso("2031-04-08T00:00:00"),
                     .level = 3,
                     .all_day = true,
                     .is_override = true}};
  EXPECT_EQ(delivery::shift_notice_texts(notice, {}, find_user).now,
            "*New on-call shift*\nann &amp; co\nApr 05 - Apr 07 _All-day event in timezone \"UTC\"_\n");
}

}  // namespace
}  // namespace tocsin::test
