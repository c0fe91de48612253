// The list in memory against the database's own filters, after random changes by several writers.
#include "store/group_index.h"

#include <gmock/gmock.h>

#include <limits>
#include <random>

#include "store/alert_groups.h"
#include "store/routes.h"
#include "support/database.h"

namespace tocsin::store {
namespace {

class GroupIndexes : public test::OnBothDatabases {
 protected:
  void SetUp() override {
    writers_.push_back(writer());
    // SQLite has one writer; here a second connection takes its turn with it, as a second process would.
    writers_.push_back(writer());
    reader_ = reader();
    for (const char* id : {"C1", "C2", "C3"}) {
      std::string team = id == std::string_view("C3") ? "NULL" : "'T1'";
      if (id == std::string_view("C1")) {
        db().execute(
            "INSERT INTO teams (id, name, avatar_url, grafana_id, created_at) VALUES ('T1', 'ops', '', 1, "
            "1)");
      }
      db().run_script(
          "INSERT INTO integrations (id, type, token, name, team_id, templates, labels, dynamic_labels, "
          "settings, "
          "created_at) VALUES ('" +
          std::string(id) + "', 'webhook', '" + id + "', '" + id + "', " + team +
          ", '{}', '[]', '[]', '{}', 1);");
      for (const char* route : {"Ra", "Rb"}) add_route(id, std::string(route) + id);
    }
  }

  Connection& db(std::size_t writer = 0) { return *writers_[writer]; }

  void add_route(const std::string& integration, const std::string& id) {
    db().execute(
        "INSERT INTO routes (id, integration_id, is_default, position, routing_type, labels, slack_enabled, "
        "backends, created_at) VALUES ($1, $2, 0, $3, 'regex', '[]', 0, '{}', 1)",
        {id, integration, static_cast<int>(id[1])});
  }

  AlertGroup new_group(Instant at, std::string title) {
    const std::string integration = "C" + std::to_string(1 + draw(3));
    AlertGroup group{};
    group.id = AlertGroupId("I" + std::to_string(100 + draw(900)) + "x" + std::to_string(++number_));
    group.number = number_;
    group.integration = IntegrationId(integration);
    group.route = RouteId((draw(2) == 0 ? "Ra" : "Rb") + integration);
    group.distinction = "d" + std::to_string(number_);
    group.title = std::move(title);
    group.started_at = at;
    return group;
  }

  static void insert(Connection& db, const AlertGroup& group, Labels labels) {
    EXPECT_TRUE(insert_group(db, {.group = group,
                                  .labels = std::move(labels),
                                  .opened_because = "{}",
                                  .source_link = std::nullopt,
                                  .received_at = group.started_at}));
  }

  AlertGroup open(std::size_t writer, Instant at, std::string title, Labels labels) {
    AlertGroup group = new_group(at, std::move(title));
    Transaction transaction(db(writer));
    insert(db(writer), group, std::move(labels));
    transaction.commit();
    return group;
  }

  // What the database answers.
  std::vector<AlertGroupId> listed(const GroupFilter& filter) {
    return list_group_ids(*reader_, filter, 1'000'000);
  }

  void expect_same(const GroupFilter& filter) {
    const auto expected = listed(filter);
    const auto found =
        index_.find(*reader_, filter, [](std::int64_t count) { return Window{.limit = count, .offset = 0}; });
    EXPECT_EQ(found.count, static_cast<std::int64_t>(expected.size()));
    EXPECT_EQ(found.ids, expected);
    const auto page =
        index_.find(*reader_, filter, [](std::int64_t) { return Window{.limit = 3, .offset = 2}; });
    const std::size_t from = std::min<std::size_t>(2, expected.size()),
                      to = std::min<std::size_t>(5, expected.size());
    EXPECT_EQ(page.ids, std::vector(expected.begin() + static_cast<std::ptrdiff_t>(from),
                                    expected.begin() + static_cast<std::ptrdiff_t>(to)));
  }

  GroupFilter random_filter() {
    GroupFilter filter;
    if (draw(3) == 0) filter.integration = "C" + std::to_string(1 + draw(4));
    if (draw(4) == 0) filter.route = (draw(2) == 0 ? "RaC" : "RbC") + std::to_string(1 + draw(3));
    if (draw(4) == 0) filter.team = draw(2) == 0 ? "null" : "T1";
    if (draw(3) == 0) filter.state = static_cast<GroupState>(draw(4));
    if (draw(3) == 0) {
      const Instant from = start_ + std::chrono::seconds(draw(200));
      filter.started = {from, from + std::chrono::seconds(draw(100))};
    }
    for (std::size_t i = draw(3); i > 0; --i) filter.labels.push_back(label());
    if (draw(4) == 0) filter.search = std::vector<std::string>{"DISK", "k 1", "%", "_", "of", "2ro"}[draw(6)];
    return filter;
  }

  Label label() { return {draw(2) == 0 ? "env" : "site", std::to_string(draw(3))}; }
  std::size_t draw(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(dice_);
  }

  const Instant start_ = *parse_iso("2031-04-05T06:07:08");
  std::mt19937_64 dice_{20261130};
  std::int64_t number_ = 0;
  std::vector<std::unique_ptr<Connection>> writers_;
  std::unique_ptr<Connection> reader_;
  GroupIndex index_;
};
TOCSIN_ON_BOTH_DATABASES(GroupIndexes);

TEST_P(GroupIndexes, FindWhatTheDatabaseFinds) {
  std::vector<AlertGroup> alive;
  for (int round = 0; round < 300; ++round) {
    const std::size_t writer = draw(2), what = draw(10);
    if (what < 6 || alive.empty()) {
      // Two nodes' clocks: not every new group is the newest.
      const Instant at = start_ + std::chrono::milliseconds(round * 1000 - static_cast<int>(draw(3)) * 1500);
      Labels labels;
      if (draw(3) > 0) labels.push_back({"env", std::to_string(draw(3))});
      if (draw(3) > 0) labels.push_back({"site", std::to_string(draw(3))});
      alive.push_back(
          open(writer, at, "Disk " + std::to_string(draw(30)) + (draw(2) == 0 ? "" : " of 100%_"), labels));
    } else if (what < 9) {
      AlertGroup& group = alive[draw(alive.size())];
      AlertGroup after = group;
      if (draw(2) == 0) after.resolved = !after.resolved;
      if (draw(2) == 0) after.acknowledged = !after.acknowledged;
      if (draw(4) == 0) after.title = "Another Disk";
      Transaction transaction(db(writer));
      update_group(db(writer), group, after);
      transaction.commit();
      group = after;
    } else {
      const std::size_t gone = draw(alive.size());
      Transaction transaction(db(writer));
      remove_group(db(writer), alive[gone].id);
      transaction.commit();
      alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(gone));
    }
    if (draw(3) > 0) expect_same(random_filter());
    if (HasFailure()) FAIL() << "in round " << round;
  }
  expect_same({});
}

TEST_P(GroupIndexes, ShowNothingThatWasUndone) {
  open(0, start_, "first", {});
  {
    Transaction transaction(db());
    insert(db(), new_group(start_, "undone"), {});
    db().flush();
    expect_same({});
  }
  open(0, start_ + std::chrono::seconds{1}, "second", {});
  expect_same({});
}

TEST_P(GroupIndexes, KnowNoGroupsOfADeletedRoute) {
  for (int i = 0; i < 10; ++i) open(0, start_ + std::chrono::seconds(i), "x", {});
  GroupFilter filter;
  filter.route = "RaC1";
  expect_same(filter);
  ASSERT_FALSE(listed(filter).empty());
  delete_route(db(), RouteId("RaC1"));
  expect_same(filter);
}

// More than half of many groups are deleted: the columns are made anew, their numbers mean other texts. A
// writer that wrote nothing for long leaves no changes behind meanwhile.
TEST_P(GroupIndexes, StayRightWhenMostGroupsGo) {
  db().execute(
      "INSERT INTO alert_group_changes (writer, number, written_at, group_id, group_created_at) VALUES "
      "(1, 5, 0, 'Iold', 0), (2, 5, $1, 'Iold', 0)",
      {std::numeric_limits<std::int64_t>::max()});
  std::vector<AlertGroup> groups;
  {
    Transaction all(db());
    for (int i = 0; i < 1'200; ++i) {
      groups.push_back(new_group(start_ + std::chrono::seconds(i), "Disk " + std::to_string(i % 40)));
      insert(db(), groups.back(), {label(), label()});
    }
    all.commit();
  }
  GroupFilter searched;
  searched.search = "k 1";
  expect_same(searched);
  {
    Transaction most(db());
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (i % 7 != 3) remove_group(db(), groups[i].id);
    }
    most.commit();
  }
  expect_same(searched);
  for (int i = 0; i < 40; ++i) expect_same(random_filter());
  EXPECT_TRUE(reader_->query("SELECT 1 FROM alert_group_changes WHERE writer = 1").empty());
  EXPECT_EQ(reader_->query("SELECT 1 FROM alert_group_changes WHERE writer = 2").size(), 1u);
}

// A writer of whom more changes were cleared up than were read: only all groups tell what they were.
TEST_P(GroupIndexes, AreReadAnewWhenTooFarBehind) {
  open(0, start_, "known", {});
  expect_same({});
  const AlertGroup group = open(1, start_ + std::chrono::seconds{1}, "not heard of", {});
  db().execute("DELETE FROM alert_group_changes WHERE group_id = $1", {group.id});
  db().execute(
      "INSERT INTO alert_group_changes (writer, number, written_at, group_id, group_created_at) VALUES "
      "(7, $1, 0, 'Iother', 0)",
      {kGroupChangesKept + 1});
  expect_same({});
}

// Titles found across case, signs of LIKE taken as they are, and no match from one title into the next.
TEST_P(GroupIndexes, SearchTitlesOneByOne) {
  open(0, start_, "ÄRGER in Köln", {});
  open(0, start_ + std::chrono::seconds{1}, "abc", {});
  open(0, start_ + std::chrono::seconds{2}, "def", {});
  const auto count = [&](const std::string& text) {
    GroupFilter filter;
    filter.search = text;
    return index_.find(*reader_, filter, [](std::int64_t) { return Window{}; }).count;
  };
  EXPECT_EQ(count("ärger"), 1);
  EXPECT_EQ(count("KÖLN"), 1);
  EXPECT_EQ(count("cd"), 0);
  EXPECT_EQ(count("c"), 1);
  EXPECT_EQ(count("e"), 2);
  EXPECT_EQ(count("%"), 0);
}

}  // namespace
}  // namespace tocsin::store
