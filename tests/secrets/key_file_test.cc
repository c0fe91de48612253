// The key's file: where it is looked for, when it is made, and what an operator reads when it is not there.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/secret_key.h"
#include "store/secrets.h"
#include "support/database.h"
#include "support/site_client.h"

namespace tocsin {
namespace {

using ::testing::HasSubstr;

class KeyFile : public ::testing::Test {
 protected:
  KeyFile() {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-key-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    path = folder + "/deeper/tocsin.db.key";
  }
  ~KeyFile() override { std::filesystem::remove_all(folder); }

  Result<std::optional<store::SecretKey>> load_at(store::Database& database, bool given) {
    return app::load_secret_key({path, given}, database, ids, log);
  }
  Result<store::SecretKey> load() {
    auto key = load_at(scratch.database(), true);
    if (!key) return key.error();
    return **std::move(key);
  }
  static std::string error_of(const Result<store::SecretKey>& key) {
    return key ? "none" : key.error().message;
  }

  std::string folder, path;
  test::TestDatabase scratch{store::Dialect::Sqlite};
  test::SeededRng rng{4};
  IdSource ids{rng};
  test::RecordingLog log;
};

TEST_F(KeyFile, LiesBesideTheDatabaseUnlessItIsNamed) {
  EXPECT_EQ(app::key_file_of("", "sqlite:/var/lib/tocsin/t.db").path, "/var/lib/tocsin/t.db.key");
  EXPECT_EQ(app::key_file_of("", "sqlite::memory:").path, "");
  EXPECT_EQ(app::key_file_of("", "postgresql://a@b/c").path, "./data/secret.key");
  EXPECT_FALSE(app::key_file_of("", "postgresql://a@b/c").given);
  EXPECT_EQ(app::key_file_of("/run/key", "sqlite:t.db").path, "/run/key");
  EXPECT_TRUE(app::key_file_of("/run/key", "sqlite:t.db").given);
}

TEST_F(KeyFile, IsMadeOnceForItsOwnerOnly) {
  const auto made = load();
  ASSERT_TRUE(made) << error_of(made);
  struct stat about {};
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  EXPECT_EQ(load()->hex(), made->hex());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder + "/deeper"), {}), 1)
      << "no drafts stay";
  EXPECT_FALSE(log.contains(made->hex()));
  ::chmod(path.c_str(), 0644);
  ASSERT_TRUE(load());
  EXPECT_TRUE(log.contains("others may read the secret key file"));
}

TEST_F(KeyFile, IsNotMadeAnewForASealedDatabase) {
  store::adopt_secret_key(scratch.database(), *load(), ids, Instant{});
  std::filesystem::remove(path);
  const std::string error = error_of(load());
  EXPECT_THAT(error, HasSubstr("is missing"));
  EXPECT_THAT(error, HasSubstr("tocsin secrets forget"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(KeyFile, IsNothingThatAFurtherPostgresNodeFailsWithout) {
  test::TestDatabase shared{store::Dialect::Postgres};
  store::adopt_secret_key(shared.database(), **load_at(shared.database(), false), ids, Instant{});
  std::filesystem::remove(path);
  const auto key = load_at(shared.database(), false);
  ASSERT_TRUE(key);
  EXPECT_FALSE(key->has_value());
  EXPECT_TRUE(log.contains("this node has no secret key"));
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(load_at(shared.database(), true)) << "a file that was named must be there";
}

TEST_F(KeyFile, SaysWhatIsWrongWithIt) {
  std::filesystem::create_directories(folder + "/deeper");
  std::ofstream(path) << "hello\n";
  EXPECT_THAT(error_of(load()), HasSubstr("64 hexadecimal digits"));
  path = "/proc/nowhere/key";
  EXPECT_THAT(error_of(load()), HasSubstr("cannot be made"));
}

}  // namespace
}  // namespace tocsin
