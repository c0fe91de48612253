// tocsin simulate: exit codes, ways to name an integration, both kinds of output.
#include <cstdlib>
#include <fstream>

#include "app/commands.h"
#include "language/json/read.h"
#include "simulation_test.h"

namespace tocsin::test {
namespace {

class SimulateCommand : public Simulation {
 protected:
  struct Ran {
    int code = 0;
    std::string out, err;
  };
  Ran run(const app::Simulate& command) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = app::simulate(command, address());
    return {code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
  }
  static app::Simulate about(const std::string& integration) {
    return {.integration = integration, .payloads = {}, .at = kStart, .answers = {}};
  }
};
TOCSIN_ON_BOTH_DATABASES(SimulateCommand);

TEST_P(SimulateCommand, ExitsWithNoughtWhenSomebodyIsReachedAndThreeWhenNobodyIs) {
  const Answer reaching = integration(chain({notify(ann)}));
  const Answer lost = site.post("/api/v1/integrations/", R"({"type":"webhook","name":"Lost"})");
  for (const std::string& name : {reaching["id"], reaching["name"], reaching["link"]}) {
    const Ran ran = run(about(name));
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    EXPECT_TRUE(ran.out.ends_with("ann would be reached first, by Email after 1 s (2031-04-06T06:07:09Z).\n"))
        << ran.out;
  }
  const Ran ran = run(about("Lost"));
  EXPECT_EQ(ran.code, 3);
  EXPECT_TRUE(ran.out.ends_with("NOBODY would be reached.\n")) << ran.out;
  EXPECT_NE(ran.out.find("because: alert group assigned to route \"default\" with no escalation chain"),
            std::string::npos)
      << ran.out;
}

TEST_P(SimulateCommand, WritesTheAnswerOfTheApiAsJson) {
  app::Simulate command = about(integration(chain({notify(ann), wait(600), notify(bob)}))["id"]);
  command.json = true;
  command.answers = {{"ann", 5min}};
  const Ran ran = run(command);
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto report = json::read(ran.out);
  ASSERT_TRUE(report) << ran.out;
  EXPECT_TRUE(report->find("reached")->as_bool());
  EXPECT_EQ(report->find("people")->as_array().size(), 1u);
  EXPECT_EQ(report->find("start")->as_string(), to_iso(kStart));
}

TEST_P(SimulateCommand, OnlyMeansThatAreSetUpCount) {
  app::Simulate command = about(integration(chain({notify(ann)}))["id"]);
  EXPECT_NE(run(command).out.find("taken to be set up"), std::string::npos);
  command.server.ntfy_url = "https://ntfy.example.org";
  const Ran ran = run(command);
  EXPECT_EQ(ran.code, 3) << "ann has a mail address alone";
  EXPECT_NE(ran.out.find("(no provider of this server carries it)"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("taken to be set up"), std::string::npos);
}

TEST_P(SimulateCommand, WrongUsageIsTwo) {
  const Answer made = integration("");
  const TeamId team = site.add_team("Core");
  integration("", R"(,"team_id":")" + team.str() + "\"");
  const auto message_of = [&](const app::Simulate& command) {
    const Ran ran = run(command);
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    return ran.err;
  };
  EXPECT_EQ(message_of(about("Nothing")),
            "tocsin: --integration: there is none with the id, name or link \"Nothing\"\n");
  EXPECT_NE(message_of(about("Probes")).find("several are called \"Probes\""), std::string::npos);
  app::Simulate command = about(made["id"]);
  command.answers = {{"nobody", 5min}};
  EXPECT_EQ(message_of(command), "tocsin: --answer: there is no user \"nobody\"\n");
  command.answers.clear();
  command.payloads = {{"/nonexistent/alert.json", 0s}};
  EXPECT_EQ(message_of(command), "tocsin: --payload: cannot read /nonexistent/alert.json\n");
  const std::string file = testing::TempDir() + "tocsin-simulate-broken.json";
  std::ofstream(file) << "{\"a\":";
  command.payloads = {{file, 0s}};
  EXPECT_EQ(message_of(command).find("tocsin: payload: A source would be answered 400: JSON parse error"),
            0u);
}

TEST(SimulateCommandLine, ReadsItsOptions) {
  std::vector<std::string> words = {
      "tocsin", "simulate",   "--integration",        "Probes",   "--payload", "a@b.json",
      "c@10m",  "--at",       "2031-04-05T06:07:08Z", "--answer", "ann@5m",    "--horizon",
      "2h",     "--database", "sqlite:x.db"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  const app::Options options = app::parse_command_line(static_cast<int>(argv.size()), argv.data());
  const auto& command = std::get<app::Simulate>(options.command);
  EXPECT_EQ(options.database, "sqlite:x.db");
  ASSERT_EQ(command.payloads.size(), 2u);
  EXPECT_EQ(command.payloads[0].file, "a@b.json");
  EXPECT_EQ(command.payloads[1].file, "c");
  EXPECT_EQ(command.payloads[1].after, 10min);
  ASSERT_EQ(command.answers.size(), 1u);
  EXPECT_EQ(command.answers[0].user, "ann");
  EXPECT_EQ(command.answers[0].after, 5min);
  EXPECT_EQ(command.at, SiteClient::kStart);
  EXPECT_EQ(command.horizon, 2h);
}

TEST(SimulateCommandLine, RefusesWhatItCannotRead) {
  const auto exits = [](std::vector<std::string> more) {
    std::vector<std::string> words = {"tocsin", "simulate"};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    EXPECT_EXIT(app::parse_command_line(static_cast<int>(argv.size()), argv.data()),
                testing::ExitedWithCode(2), "");
  };
  exits({});
  exits({"--integration", "x", "--at", "tomorrow"});
  exits({"--integration", "x", "--horizon", "8d"});
  exits({"--integration", "x", "--answer", "ann"});
}

TEST(SimulateCommandLine, MakesNoDatabaseWhereThereIsNone) {
  const std::string path = testing::TempDir() + "tocsin-simulate-none.db";
  testing::internal::CaptureStderr();
  EXPECT_EQ(app::simulate({.integration = "x", .payloads = {}, .at = {}, .answers = {}}, "sqlite:" + path),
            2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "tocsin: --database: there is no file " + path + "\n");
  EXPECT_FALSE(std::ifstream(path).good());
}

}  // namespace
}  // namespace tocsin::test
