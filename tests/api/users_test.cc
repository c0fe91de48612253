#include <gtest/gtest.h>

#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::api {
namespace {

class UsersApi : public test::OnBothDatabases {};
TOCSIN_ON_BOTH_DATABASES(UsersApi);

TEST_P(UsersApi, ContactPointsAreSetByChannelAndNeverAnswered) {
  test::SiteClient site(database());
  const test::Answer made = site.post(
      "/api/v1/users/",
      R"({"username":"ann","email":"ann@example.org","contacts":{"phone":"+4912345","ntfy":"ann-pages"}})");
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(made["is_phone_number_verified"], "true");
  EXPECT_EQ(made.body.find("+4912345"), std::string::npos);

  const std::string path = "/api/v1/users/" + made["id"] + "/";
  const test::Answer changed = site.patch(path, R"({"contacts":{"phone":null,"slack":"U012"}})");
  EXPECT_EQ(changed["is_phone_number_verified"], "false");
  EXPECT_EQ(changed["slack"], R"({"user_id":"U012","team_id":null})");

  const test::Answer refused = site.patch(path, R"({"contacts":{"fax":"1","phone":[]}})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body, R"({"contacts":{"fax":["Unknown channel."],"phone":["Not a valid string."]}})");
  EXPECT_EQ(site.get(path)["is_phone_number_verified"], "false");
}

TEST_P(UsersApi, ADeletedUsersTokenDiesAndTheNameIsFree) {
  test::SiteClient site(database());
  const UserId ann = site.add_user("ann", Role::Admin);
  const std::string token = site.token_of(ann);
  EXPECT_EQ(site.as(token).get("/api/v1/users/current/")["username"], "ann");
  EXPECT_EQ(site.post("/api/v1/users/", R"({"username":"ann"})").body,
            R"({"username":["This field must be unique."]})");
  EXPECT_EQ(site.remove("/api/v1/users/" + ann.str() + "/").status, 204);
  EXPECT_EQ(site.as(token).get("/api/v1/users/current/").status, 403);
  EXPECT_EQ(site.post("/api/v1/users/", R"({"username":"ann"})").status, 201);
}

}  // namespace
}  // namespace tocsin::api
