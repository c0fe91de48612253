// Counts and pages of /alerts/ and /alert_groups/, which are kept and not counted (docs/decisions/0081).
#include "api/api_test.h"

namespace tocsin::test {
namespace {

class AlertLists : public Api {
 protected:
  std::vector<std::string> page(const std::string& path, int number, int size) {
    const Answer answer = site.get(path + (path.find('?') == std::string::npos ? "?" : "&") +
                                   "perpage=" + std::to_string(size) + "&page=" + std::to_string(number));
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<std::string> ids;
    const json::Value body = answer.json();
    for (const json::Value& row : body.find("results")->as_array())
      ids.push_back(row.find("id")->as_string());
    return ids;
  }
  std::string count(const std::string& path) { return site.get(path)["count"]; }
  // Newest first, by the rows themselves.
  std::vector<std::string> stored() {
    std::vector<std::string> ids;
    const auto db = reader();
    for (const store::Row row : db->query("SELECT id FROM alerts ORDER BY created_at DESC, id DESC"))
      ids.push_back(row.string(0));
    return ids;
  }
};
TOCSIN_ON_BOTH_DATABASES(AlertLists);

TEST_P(AlertLists, PagesOfAllAlertsFollowEachOtherOverHoursAndDays) {
  const Answer integration = new_integration();
  for (int i = 0; i < 23; ++i) {
    site.alert(integration["link"], "{\"title\":\"t\",\"alert_uid\":\"" + std::to_string(i % 4) + "\"}");
    site.advance(std::chrono::minutes{17 + (i == 9 ? 300 : 0)} + std::chrono::days{i == 15 ? 3 : 0});
  }
  const auto expect_all = [&] {
    const auto expected = stored();
    EXPECT_EQ(count("/api/v1/alerts/"), std::to_string(expected.size()));
    std::vector<std::string> listed;
    const int pages = static_cast<int>((expected.size() + 3) / 4);
    for (int number = 1; number <= pages; ++number) {
      for (std::string& id : page("/api/v1/alerts/", number, 4)) listed.push_back(std::move(id));
    }
    EXPECT_EQ(listed, expected);
    EXPECT_EQ(page("/api/v1/alerts/", pages + 5, 4), page("/api/v1/alerts/", pages, 4));
  };
  expect_all();

  const auto groups = page("/api/v1/alert_groups/", 1, 10);
  ASSERT_EQ(groups.size(), 4u);
  EXPECT_EQ(site.remove(group_path(groups[1]), R"({"mode":"delete"})").status, 204);
  ASSERT_EQ(stored().size(), 17u);
  expect_all();
  EXPECT_EQ(count("/api/v1/alerts/?alert_group_id=" + groups[0]), "5");
  EXPECT_EQ(count("/api/v1/alerts/?alert_group_id=" + groups[1]), "0");
}

// What a client was told is in its next list, under each filter.
TEST_P(AlertLists, GroupsAreListedAsTheyWereAnswered) {
  const Answer integration =
      new_integration(",\"labels\":[{\"key\":{\"name\":\"env\"},\"value\":{\"name\":\"p\"}}]");
  const std::string first = new_group(integration, "Disk FULL"), second = new_group(integration, "disk 2");
  using Ids = std::vector<std::string>;
  const auto list = [&](const std::string& query) { return page("/api/v1/alert_groups/?" + query, 1, 50); };
  EXPECT_EQ(list("state=new"), (Ids{second, first}));
  ASSERT_EQ(site.post(group_path(first, "acknowledge")).status, 200);
  EXPECT_EQ(list("state=new"), Ids{second});
  EXPECT_EQ(list("state=acknowledged&search=full"), Ids{first});
  EXPECT_EQ(list("search=disk&integration_id=" + integration["id"]), (Ids{second, first}));
  EXPECT_EQ(list("search=disk&integration_id=C0"), Ids{});
  EXPECT_EQ(list("team_id=null&label=env:p"), (Ids{second, first}));
  EXPECT_EQ(list("label=env:q"), Ids{});
  EXPECT_EQ(list("started_at=2031-04-05T06:07:08_2031-04-05T06:07:09"), (Ids{second, first}));
  EXPECT_EQ(list("started_at=2031-04-05T06:07:09_2031-04-05T06:07:10"), Ids{});
  EXPECT_EQ(list("id=" + first + "&state=new"), Ids{});
  ASSERT_EQ(site.remove(group_path(second), R"({"mode":"delete"})").status, 204);
  EXPECT_EQ(list("search=disk"), Ids{first});
  EXPECT_EQ(count("/api/v1/alert_groups/?search=disk"), "1");
}

TEST_P(AlertLists, SearchOfPayloadsIsTheirTextIgnoringCase) {
  const Answer integration = new_integration();
  const std::string group = new_group(integration, "disk FULL on host7");
  new_group(integration, "cpu");
  EXPECT_EQ(count("/api/v1/alerts/?search=full%20on"), "1");
  EXPECT_EQ(count("/api/v1/alerts/?search=full%20on&alert_group_id=" + group), "1");
  EXPECT_EQ(count("/api/v1/alerts/?search=nowhere"), "0");
}

}  // namespace
}  // namespace tocsin::test
