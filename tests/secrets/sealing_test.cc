// Secrets at rest (docs/decisions/0060-secrets-are-sealed.md): the cipher, the database's one key, and what
// an older version has left behind.
#include "store/sealing.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "store/secrets.h"
#include "store/webhooks.h"
#include "support/database.h"
#include "support/site_client.h"

namespace tocsin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

store::SecretKey key_of(char digit) {
  return store::SecretKey::from_hex(std::string(64, digit)).value();
}

class Sealing : public ::testing::Test {
 protected:
  test::SeededRng rng{1};
  IdSource ids{rng};
  store::SecretKey key = key_of('a');
};

TEST_F(Sealing, OpensWhatItSealedAndSaysNothingOfIt) {
  for (const std::string secret : {"hunter2", "\xF0\x9F\x94\x91 with spaces", "x"}) {
    const SealedText sealed = store::seal(key, ids, secret, "here");
    EXPECT_THAT(sealed.text, Not(HasSubstr(secret + "\"")));
    EXPECT_EQ(store::open(key, sealed, "here").value(), secret);
  }
  EXPECT_NE(store::seal(key, ids, "same", "here"), store::seal(key, ids, "same", "here"));
  EXPECT_TRUE(store::seal(key, ids, "", "here").empty());
  EXPECT_EQ(store::open(key, SealedText{}, "here").value(), "");
}

TEST_F(Sealing, OpensNothingElse) {
  const SealedText sealed = store::seal(key, ids, "hunter2", "here");
  EXPECT_FALSE(store::open(key, sealed, "there")) << "moved to another row";
  EXPECT_FALSE(store::open(key_of('b'), sealed, "here")) << "another key";
  EXPECT_FALSE(store::open(key, {"hunter2"}, "here")) << "never sealed";
  for (std::size_t at = 0; at < sealed.text.size(); ++at) {
    SealedText damaged = sealed;
    damaged.text[at] = damaged.text[at] == '0' ? '1' : '0';
    EXPECT_FALSE(store::open(key, damaged, "here")) << "sign " << at;
    damaged.text.resize(at);
    if (at > 0) {
      EXPECT_FALSE(store::open(key, damaged, "here")) << "cut after " << at;
    }
  }
}

TEST_F(Sealing, KeysAreReadBackAndToldApartByAnIdThatIsNoPartOfThem) {
  EXPECT_EQ(store::SecretKey::from_hex(key.hex())->id(), key.id());
  EXPECT_NE(key_of('b').id(), key.id());
  EXPECT_THAT(key.hex(), Not(HasSubstr(key.id())));
  for (const char* bad : {"", "aa", "not hexadecimal digits"}) EXPECT_FALSE(store::SecretKey::from_hex(bad));
}

class SealedDatabase : public test::OnBothDatabases {
 protected:
  void adopt(const store::SecretKey& key) { store::adopt_secret_key(database(), key, ids, Instant{}); }
  void insert_plain(const std::string& id, const std::string& password) {
    const auto db = writer();
    store::Transaction transaction(*db);
    Webhook webhook;
    webhook.id = WebhookId(id);
    webhook.name = id;
    store::insert_webhook(*db, webhook);
    db->execute("UPDATE webhook_secrets SET password = $2, sealed = 0 WHERE webhook_id = $1", {id, password});
    transaction.commit();
  }
  std::optional<std::string> password_of(const std::string& id, const store::SecretKey& key) {
    const auto webhook = store::find_webhook(*reader(), WebhookId(id));
    auto opened = store::open(key, webhook->password.value(), store::password_place(webhook->id));
    return opened ? std::optional(opened.value()) : std::nullopt;
  }

  test::SeededRng rng{2};
  IdSource ids{rng};
};
TOCSIN_ON_BOTH_DATABASES(SealedDatabase);

TEST_P(SealedDatabase, SealsWhatAnOlderVersionLeftInPlainTextOnceAndForAll) {
  insert_plain("WH1", "hunter2");
  insert_plain("WH2", "v1:looks sealed");
  insert_plain("WH3", "");
  adopt(key_of('a'));
  EXPECT_EQ(password_of("WH1", key_of('a')), "hunter2");
  EXPECT_EQ(password_of("WH2", key_of('a')), "v1:looks sealed");
  EXPECT_EQ(password_of("WH3", key_of('a')), "");
  const auto sealed = store::find_webhook(*reader(), WebhookId("WH1"))->password;
  adopt(key_of('a'));
  EXPECT_EQ(store::find_webhook(*reader(), WebhookId("WH1"))->password, sealed)
      << "the second start changes nothing";
  EXPECT_EQ(store::find_webhook(*reader(), WebhookId("WH1"))->authorization_header, std::nullopt);
}

TEST_P(SealedDatabase, RefusesAnotherKeyInWordsAndStaysAsItWas) {
  EXPECT_EQ(store::secret_key_id(database()), std::nullopt);
  adopt(key_of('a'));
  EXPECT_EQ(store::secret_key_id(database()), key_of('a').id());
  insert_plain("WH1", "hunter2");
  try {
    adopt(key_of('b'));
    FAIL() << "another key was taken";
  } catch (const store::StorageError& error) {
    EXPECT_THAT(error.what(), HasSubstr(key_of('a').id()));
    EXPECT_THAT(error.what(), HasSubstr(key_of('b').id()));
    EXPECT_THAT(error.what(), HasSubstr("--secret-key-file"));
    EXPECT_THAT(error.what(), Not(HasSubstr(key_of('b').hex())));
  }
  adopt(key_of('a'));
  EXPECT_EQ(password_of("WH1", key_of('a')), "hunter2") << "the right one finds all that was waiting";
}

TEST_P(SealedDatabase, StartsOverWhenItsSecretsAreForgotten) {
  insert_plain("WH1", "hunter2");
  adopt(key_of('a'));
  {
    const auto db = writer();
    store::Transaction transaction(*db);
    EXPECT_EQ(store::forget_secrets(*db), 1);
    transaction.commit();
  }
  adopt(key_of('b'));
  EXPECT_EQ(store::find_webhook(*reader(), WebhookId("WH1"))->password, std::nullopt);
}

// What was readable must not stay behind in free pages or in the log.
TEST(SealedFile, HoldsNoPlainTextAfterwards) {
  test::TestDatabase scratch(store::Dialect::Sqlite);
  const std::string path = scratch.address().substr(std::string("sqlite:").size());
  const auto count = [&] {
    std::size_t found = 0;
    for (const std::string& file : {path, path + "-wal"}) {
      std::ifstream bytes(file, std::ios::binary);
      std::ostringstream all;
      all << bytes.rdbuf();
      const std::string text = all.str();
      for (std::size_t at = text.find("hunter-plain"); at != std::string::npos;
           at = text.find("hunter-plain", at + 1))
        ++found;
    }
    return found;
  };
  {
    const auto db = scratch.database().connect(store::Connection::Mode::Write);
    store::Transaction transaction(*db);
    for (int i = 0; i < 50; ++i) {
      Webhook webhook;
      webhook.id = WebhookId("WH" + std::to_string(i));
      webhook.name = webhook.id.str();
      store::insert_webhook(*db, webhook);
    }
    db->execute("UPDATE webhook_secrets SET authorization_header = 'hunter-plain' || webhook_id, sealed = 0");
    transaction.commit();
  }
  ASSERT_GE(count(), 50u);
  test::SeededRng rng(3);
  IdSource ids(rng);
  store::adopt_secret_key(scratch.database(), key_of('a'), ids, Instant{});
  EXPECT_EQ(count(), 0u);
}

}  // namespace
}  // namespace tocsin
