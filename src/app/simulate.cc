#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/commands.h"
#include "app/delivery.h"
#include "app/system.h"
#include "language/json/write.h"
#include "simulation/simulate.h"
#include "simulation/write.h"
#include "store/integrations.h"
#include "store/people.h"

namespace tocsin::app {
namespace {

constexpr int kFailed = 1, kWrongUsage = 2, kReachesNobody = 3;
// On somebody's terminal; the server gives less.
constexpr simulation::Limits kLimits{.time = std::chrono::minutes{5}, .instants = 100'000};

Result<std::string> read_payload(const std::string& file) {
  std::ostringstream text;
  if (file == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return invalid("--payload: cannot read " + file);
  text << stream.rdbuf();
  return text.str();
}

// Opening a database makes the file; a simulation must not leave an empty one where a path was mistyped.
Result<void> check_exists(const std::string& address) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (!address.starts_with(kSqlite) || std::filesystem::exists(address.substr(kSqlite.size()))) return {};
  return invalid("--database: there is no file " + address.substr(kSqlite.size()));
}

// The last word of "https://host/integrations/v1/webhook/<token>/", or nothing.
std::string token_of_link(std::string_view link) {
  if (link.find("/integrations/v1/") == std::string_view::npos) return {};
  if (link.ends_with('/')) link.remove_suffix(1);
  return std::string(link.substr(link.rfind('/') + 1));
}

Result<Integration> find_integration(store::Connection& db, const std::string& wanted) {
  const std::string token = token_of_link(wanted);
  std::vector<Integration> named;
  for (Integration& integration : store::all_integrations(db)) {
    if (integration.id.str() == wanted || (!token.empty() && integration.token == token)) return integration;
    if (integration.name == wanted) named.push_back(std::move(integration));
  }
  if (named.size() == 1) return named.front();
  if (named.empty())
    return invalid("--integration: there is none with the id, name or link \"" + wanted + "\"");
  std::string ids;
  for (const Integration& integration : named) ids += " " + integration.id.str();
  return invalid("--integration: several are called \"" + wanted + "\", give one of the ids" + ids);
}

Result<UserId> find_user(store::Connection& db, const std::string& wanted) {
  auto user = store::find_user_by_name(db, wanted);
  if (!user) user = store::find_user(db, UserId(wanted));
  if (!user) return invalid("--answer: there is no user \"" + wanted + "\"");
  return user->id;
}

Result<simulation::Request> read_request(const Simulate& command, store::Connection& db, Instant now) {
  TRY_AS(const Integration integration, find_integration(db, command.integration));
  simulation::Request request{.integration = integration.id,
                              .start = command.at.value_or(std::chrono::floor<std::chrono::seconds>(now)),
                              .horizon = command.horizon,
                              .inputs = {}};
  for (const SimulatedPayload& payload : command.payloads) {
    TRY_AS(std::string text, read_payload(payload.file));
    request.inputs.push_back({payload.after, simulation::Post{std::move(text)}});
  }
  if (command.payloads.empty()) {
    const integration::Type* type = integration::find_type(integration.type);
    if (type == nullptr || type->example.empty())
      return invalid("--payload: there is no example for type " + integration.type + ", give a file");
    request.inputs.push_back({{}, simulation::Post{std::string(type->example)}});
  }
  for (const SimulatedAnswer& answer : command.answers) {
    TRY_AS(UserId user, find_user(db, answer.user));
    request.inputs.push_back({answer.after, simulation::Acknowledge{std::move(user)}});
  }
  return request;
}

struct Providers {
  delivery::Means means;
  bool assumed = false;
};

// Whoever simulates beside a server need not know its passwords: when no provider is named, those that Tocsin
// has are taken to be set up, and the report says so.
Providers providers_of(const Simulate& command) {
  ServeOptions options = command.server;
  options.public_url = "http://simulated.invalid";
  const bool assumed = options.smtp_url.empty() && options.ntfy_url.empty() && options.slack_token.empty();
  if (assumed) {
    options.smtp_url = "smtp://simulated.invalid";
    options.ntfy_url = "https://simulated.invalid";
    options.slack_token = "simulated";
  }
  if (options.smtp_from.empty()) options.smtp_from = "tocsin@simulated.invalid";
  return {delivery_means(options), assumed};
}

int fail(const std::string& message, int code) {
  std::cerr << "tocsin: " << message << '\n';
  return code;
}

int run(const Simulate& command, store::Database& database) {
  const Instant now = SystemClock().now();
  store::ReadPool reads(database);
  const auto request = [&] {
    const auto db = reads.lease();
    return read_request(command, *db, now);
  }();
  if (!request) return fail(request.error().message, kWrongUsage);
  const Providers providers = providers_of(command);
  auto report = simulation::simulate(reads, *request, providers.means, kLimits, now);
  if (!report) return fail(report.error().field + ": " + report.error().message, kWrongUsage);
  if (providers.assumed) {
    report->notes.emplace_back(
        "no --smtp-url, --ntfy-url or --slack-token is given: mail, push and Slack are taken to be set up");
  }
  std::cout << (command.json ? json::write(simulation::write_json(*report), json::kPretty) + "\n"
                             : simulation::write_text(*report));
  return report->reaches_somebody() ? 0 : kReachesNobody;
}

}  // namespace

int simulate(const Simulate& command, const std::string& address) {
  if (const auto exists = check_exists(address); !exists) return fail(exists.error().message, kWrongUsage);
  try {
    const auto database = store::open_database(address);
    return run(command, *database);
  } catch (const store::StorageError& error) {
    return fail(error.what(), kFailed);
  }
}

}  // namespace tocsin::app
