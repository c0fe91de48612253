// The outbox: order, lanes, leases, coalescing; on both databases.
#include "store/outbox.h"

#include <gmock/gmock.h>

#include "domain/model/outgoing.h"
#include "support/database.h"

namespace tocsin {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

const Instant t0 = from_micros(1'800'000'000'000'000);

class Outbox : public test::OnBothDatabases {
 protected:
  std::unique_ptr<store::Connection> db = writer();

  void put(std::string id, std::string queue, Instant due, std::optional<std::string> key = {},
           std::string text = "x") {
    store::insert_outbox(*db, {.id = std::move(id),
                               .queue = std::move(queue),
                               .kind = "notify",
                               .group = AlertGroupId("I1"),
                               .coalesce_key = std::move(key),
                               .payload = json::Value(json::Object{{"text", json::Value(text)}}),
                               .created_at = due,
                               .due_at = due});
  }
  std::vector<store::OutboxRow> claim(Instant now, std::size_t room = 1, std::string node = "a",
                                      std::vector<std::string> full = {}) {
    store::Transaction transaction(*db);
    auto rows = store::claim_due(*db, {.node = std::move(node),
                                       .now = now,
                                       .until = now + 60s,
                                       .limit = 64,
                                       .room = [room](std::string_view) { return room; },
                                       .full = std::move(full)});
    transaction.commit();
    return rows;
  }
  bool finish(const std::string& id, std::string_view node, Instant now, json::Value outcome) {
    return store::finish_each(*db, node, now, {{id, std::move(outcome)}}).front();
  }
  std::vector<std::string> ids(const std::vector<store::OutboxRow>& rows) {
    std::vector<std::string> out;
    for (const auto& row : rows) out.push_back(row.id);
    return out;
  }
};
TOCSIN_ON_BOTH_DATABASES(Outbox);

TEST_P(Outbox, HandsOutDueRowsInOrderAndNoMoreThanALaneHasRoomFor) {
  put("1", "email", t0);
  put("2", "email", t0 + 1s);
  put("3", "webhook:WH1", t0 + 2s);
  put("4", "ntfy", t0 + 1h);
  EXPECT_THAT(ids(claim(t0 + 3s)), ElementsAre("1", "3"));
  EXPECT_THAT(ids(claim(t0 + 3s, 1, "a", {"email"})), ElementsAre());
  EXPECT_THAT(ids(claim(t0 + 3s)), ElementsAre("2"));
}

TEST_P(Outbox, TellsAWebhookAboutOneGroupInOrder) {
  put("acknowledged", "webhook:WH1", t0);
  put("resolved", "webhook:WH1", t0 + 1s);
  put("other lane", "webhook:WH2", t0 + 1s);
  put("mail", "email", t0 + 1s);
  put("other mail", "email", t0 + 2s);
  EXPECT_THAT(ids(claim(t0 + 3s, 4)), ElementsAre("acknowledged", "other lane", "mail", "other mail"));
  EXPECT_THAT(ids(claim(t0 + 3s, 4)), ElementsAre()) << "while the first one is under way";
  EXPECT_TRUE(store::retry_at(*db, "acknowledged", "a", t0 + 3s, t0 + 13s, json::Value("timed out")));
  EXPECT_THAT(ids(claim(t0 + 4s, 4)), ElementsAre()) << "while it waits for its next attempt";
  EXPECT_THAT(ids(claim(t0 + 13s, 4)), ElementsAre("acknowledged"));
  EXPECT_TRUE(finish("acknowledged", "a", t0 + 14s, json::Value("given up")));
  EXPECT_THAT(ids(claim(t0 + 14s, 4)), ElementsAre("resolved"));
}

TEST_P(Outbox, OfTwoGroupsNoneWaitsForTheOther) {
  put("1", "webhook:WH1", t0);
  store::insert_outbox(*db, {.id = "2",
                             .queue = "webhook:WH1",
                             .kind = "webhook",
                             .group = AlertGroupId("I2"),
                             .coalesce_key = {},
                             .payload = json::Value(json::Object{}),
                             .created_at = t0 + 1s,
                             .due_at = t0 + 1s});
  EXPECT_THAT(ids(claim(t0 + 1s, 4)), ElementsAre("1", "2"));
}

TEST_P(Outbox, AClaimEndsWithItsLease) {
  put("1", "email", t0);
  EXPECT_EQ(claim(t0).size(), 1u);
  EXPECT_EQ(claim(t0 + 59s, 1, "b").size(), 0u);
  const auto again = claim(t0 + 60s, 1, "b");
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].attempts, 2);
  EXPECT_FALSE(finish("1", "a", t0 + 61s, json::Value("late")));
  EXPECT_TRUE(finish("1", "b", t0 + 61s, json::Value("sent")));
  EXPECT_EQ(store::next_due(*db), std::nullopt);
}

TEST_P(Outbox, ANewerRowWithTheSameKeyReplacesTheOneThatWaits) {
  put("1", "slack:C1", t0 + 45s, "post:I1", "old");
  put("2", "slack:C1", t0, "post:I1", "new");
  const auto rows = claim(t0, 5);
  ASSERT_THAT(ids(rows), ElementsAre("1"));
  EXPECT_EQ(rows[0].payload.find("text")->as_string(), "new");
  // While it is being sent, the next one waits.
  put("3", "slack:C1", t0, "post:I1", "newer");
  EXPECT_THAT(ids(claim(t0, 5)), ElementsAre());
  // It failed; the newer one says all that it had to say.
  EXPECT_TRUE(store::retry_at(*db, "1", "a", t0, t0 + 10s, json::Value("429")));
  EXPECT_THAT(ids(claim(t0 + 20s, 5)), ElementsAre("3"));
  EXPECT_EQ(store::find_outbox(*db, "1")->finished_at, t0);
}

TEST_P(Outbox, AReplacementDoesNotCutThePauseOfAFailedAttemptShort) {
  put("1", "slack:C1", t0, "post:I1");
  claim(t0);
  store::retry_at(*db, "1", "a", t0, t0 + 30s, json::Value("429"));
  put("2", "slack:C1", t0 + 1s, "post:I1", "new");
  EXPECT_EQ(claim(t0 + 29s).size(), 0u);
  EXPECT_THAT(ids(claim(t0 + 30s)), ElementsAre("1"));
}

TEST_P(Outbox, FinishesManyAndSaysWhichWereStillItsOwn) {
  for (const char* id : {"1", "2", "3"}) put(id, "email", t0);
  ASSERT_EQ(claim(t0, 2).size(), 2u);
  ASSERT_EQ(claim(t0, 1, "b").size(), 1u);
  const std::vector<store::Ended> all{{"1", json::Value("sent")},
                                      {"3", json::Value("not mine")},
                                      {"2", json::Value("refused")},
                                      {"1", json::Value("again")}};
  EXPECT_THAT(store::finish_each(*db, "a", t0 + 1s, all), ElementsAre(true, false, true, false));
  EXPECT_EQ(store::find_outbox(*db, "1")->outcome, json::Value("sent"));
  EXPECT_EQ(store::find_outbox(*db, "2")->outcome, json::Value("refused"));
  EXPECT_EQ(store::find_outbox(*db, "3")->finished_at, std::nullopt);
  EXPECT_TRUE(store::finish_each(*db, "a", t0 + 1s, {}).empty());
}

TEST_P(Outbox, ASpoiltRowIsHandedOutAsSuchAndHoldsUpNobody) {
  put("1", "email", t0);
  put("2", "email", t0);
  db->execute("UPDATE outbox SET payload = '{\"text\":', outcome = '?' WHERE id = '1'");
  const auto rows = claim(t0, 2);
  ASSERT_THAT(ids(rows), ElementsAre("1", "2"));
  EXPECT_TRUE(rows[0].payload.is_null());
  EXPECT_FALSE(rows[1].payload.is_null());
  EXPECT_EQ(store::find_outbox(*db, "1")->outcome, json::Value());
}

TEST_P(Outbox, KnowsItsBacklogAndForgetsWhatIsLongDone) {
  put("1", "email", t0);
  put("2", "email", t0 + 1s);
  EXPECT_EQ(store::outbox_backlog(*db, t0 + 1s).waiting, 2);
  EXPECT_EQ(store::outbox_backlog(*db, t0 + 1s).oldest_due, t0);
  EXPECT_EQ(store::next_due(*db), t0);
  claim(t0);
  finish("1", "a", t0 + 2s, json::Value("sent"));
  EXPECT_EQ(store::outbox_of_group(*db, AlertGroupId("I1")).size(), 2u);
  EXPECT_EQ(store::delete_finished_before(*db, t0 + 3s, 10), 1);
  EXPECT_EQ(store::outbox_of_group(*db, AlertGroupId("I1")).size(), 1u);
}

TEST(Outgoing, ReadsBackWhatItWrote) {
  const Outgoing all[] = {
      effect::Notify{AlertGroupId("I1"), UserId("U1"), NotifyBy::Email, Importance::Important,
                     NotificationRuleId("N1"), ChainCause::DirectPaging, t0},
      effect::NotifyBundle{UserId("U1"),
                           Importance::Default,
                           {{AlertGroupId("I1"), std::nullopt, ChainCause::EscalationStep, t0, "why"}}},
      effect::TriggerWebhook{AlertGroupId("I1"), WebhookId("WH1"), EscalationPolicyId("E1")},
      effect::FireWebhooks{AlertGroupId("I1"), WebhookTrigger::Silence, UserId("U1")},
      effect::UpdateChatPosts{AlertGroupId("I1")},
      effect::PublishAlert{AlertGroupId("I1"), AlertId("A1")},
      effect::PostAcknowledgeReminder{AlertGroupId("I1"), UserId("U1")},
      effect::MentionInThread{AlertGroupId("I1"), UserGroupId("G1")},
      SendWebhook{AlertGroupId("I1"), WebhookId("WH1"), WebhookTrigger::Resolve, UserId("U1")},
      ResendWebhook{AlertGroupId("I1"), WebhookId("WH1"), "WHR1", UserId("U1"), "ann"},
  };
  for (const Outgoing& one : all) {
    const auto back = outgoing_from_json(kind_of(one), to_json(one));
    ASSERT_TRUE(back) << kind_of(one);
    EXPECT_EQ(back->index(), one.index());
    EXPECT_EQ(to_json(*back), to_json(one));
  }
  EXPECT_FALSE(outgoing_from_json("telegraph", json::Value(json::Object{})));
}

}  // namespace
}  // namespace tocsin
