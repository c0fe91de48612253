// docs/spec/api-common.md, section 8: which requests share a limit.
#include <gtest/gtest.h>

#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::test {
namespace {

class Buckets : public OnBothDatabases {
 protected:
  SiteClient site{database(), {.api_limit = api::Rate{.requests = 5, .period = std::chrono::seconds{60}}}};

  // How many requests in a row are let through, of at most 200.
  int admitted(const std::function<Answer()>& ask) {
    int count = 0;
    while (count < 200 && ask().status != 429) ++count;
    return count;
  }
};
TOCSIN_ON_BOTH_DATABASES(Buckets);

TEST_P(Buckets, InfoAndThePhoneRelaysHaveTheirOwn) {
  EXPECT_EQ(admitted([&] { return site.get("/api/v1/info/"); }), 100);
  int turn = 0;
  EXPECT_EQ(admitted([&] {
              return site.post(++turn % 2 == 0 ? "/api/v1/make_call/" : "/api/v1/send_sms/",
                               R"({"email":"nobody@example.org","message":"x"})");
            }),
            60)
      << "calls and texts together";
  EXPECT_EQ(admitted([&] { return site.get("/api/v1/users/"); }), 5);
  EXPECT_EQ(admitted([&] { return site.get("/api/v1/teams/"); }), 0);
  site.advance(std::chrono::seconds{60});
  EXPECT_EQ(site.get("/api/v1/info/").status, 200);
}

TEST_P(Buckets, AnExportCountsForWhomItsTokenBelongsTo) {
  const UserId anna = site.add_user("anna", Role::Editor);
  const std::string token = site.token_of(anna);
  const std::string url = site.as(token).post("/api/v1/users/current/export_token/")["export_url"];
  const std::string path = url.substr(url.find("/api/"));
  const auto fetch = [&] { return site.send("GET", path, {}, {}); };
  EXPECT_EQ(admitted(fetch), 4) << "making the link was the first of five";
  const Answer refused = fetch();
  EXPECT_EQ(refused.headers.find("Content-Type"), "text/calendar; charset=utf-8");
  EXPECT_EQ(refused.headers.find("Retry-After"), "60");
  EXPECT_EQ(refused.body, R"({"detail":"Request was throttled. Expected available in 60 seconds."})");
  EXPECT_EQ(site.as(token).get("/api/v1/users/current/").status, 429);
  EXPECT_EQ(site.get("/api/v1/users/").status, 200) << "somebody else's requests";
  EXPECT_EQ(site.send("GET", "/api/v1/users/" + anna.str() + "/schedule_export/?token=x", {}, {}).status,
            403);
}

}  // namespace
}  // namespace tocsin::test
