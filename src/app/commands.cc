#include "app/commands.h"

#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>

#include "app/site.h"
#include "app/system.h"
#include "edge/api/openapi.h"
#include "language/jinja/batch.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/organization.h"
#include "store/people.h"
#include "store/secrets.h"
#include "store/transaction.h"

namespace tocsin::app {
namespace {

int fail(const std::string& message) {
  std::cerr << "tocsin: " << message << '\n';
  return 1;
}

// What a command needs, on an up-to-date database, in one transaction.
struct Desk {
  store::Connection& db;
  IdSource& ids;
  Instant now;
};

int with_database(const std::string& address, const std::function<Result<std::string>(Desk&)>& work) {
  SystemClock clock;
  SystemRng rng;
  IdSource ids(rng);
  try {
    const auto database = store::open_database(address);
    store::migrate(*database, clock.now());
    const auto db = database->connect(store::Connection::Mode::Write);
    store::Transaction transaction(*db);
    store::ensure_organization(*db, ids, clock.now());
    Desk desk{*db, ids, clock.now()};
    const auto printed = work(desk);
    if (!printed) return fail(printed.error().message);
    transaction.commit();
    std::cout << *printed << '\n';
    return 0;
  } catch (const store::StorageError& error) {
    return fail(error.what());
  }
}

std::string issue_token(Desk& desk, const UserId& user,
                        std::optional<std::vector<access::Permission>> permissions) {
  std::string token = access::make_token(desk.ids);
  store::insert_token(desk.db, {.id = desk.ids.public_id("TOKEN"),
                                .digest = *access::digest_token(token),
                                .user = user,
                                .name = "command line",
                                .permissions = std::move(permissions),
                                .created_at = desk.now});
  return token;
}

User new_user(Desk& desk, const std::string& username, const std::string& email, Role role) {
  return {.id = UserId(desk.ids.public_id("U")),
          .username = username,
          .name = username,
          .email = email,
          .role = role,
          .time_zone = std::nullopt,
          .contacts = {},
          .teams = {},
          .grafana_id = 0,
          .created_at = desk.now,
          .deleted_at = std::nullopt};
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int render_batch() {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (!line.empty()) std::cout << jinja::render_batch_line(line, {.now = SystemClock().now()}) << '\n';
  }
  return 0;
}

}  // namespace

int create_user(const CreateUser& command, const std::string& database) {
  return with_database(database, [&](Desk& desk) -> Result<std::string> {
    const auto role = parse_role(command.role);
    if (!role) return invalid("unknown role \"" + command.role + "\"");
    if (store::find_user_by_name(desk.db, command.username)) {
      return invalid("a user named \"" + command.username + "\" exists already");
    }
    const User user = new_user(desk, command.username, command.email, *role);
    store::insert_user(desk.db, user);
    return user.id.str();
  });
}

int create_team(const CreateTeam& command, const std::string& database) {
  return with_database(database, [&](Desk& desk) -> Result<std::string> {
    if (store::find_team_by_name(desk.db, command.name)) {
      return invalid("a team named \"" + command.name + "\" exists already");
    }
    const Team team{.id = TeamId(desk.ids.public_id("T")),
                    .name = command.name,
                    .email = std::nullopt,
                    .avatar_url = {},
                    .grafana_id = 0,
                    .created_at = desk.now};
    store::insert_team(desk.db, team);
    return team.id.str();
  });
}

int create_token(const CreateToken& command, const std::string& database) {
  return with_database(database, [&](Desk& desk) -> Result<std::string> {
    auto user = store::find_user_by_name(desk.db, command.user);
    if (!user) user = store::find_user(desk.db, UserId(command.user));
    if (!user) return invalid("no user \"" + command.user + "\"");
    std::optional<std::vector<access::Permission>> permissions;
    for (const std::string& name : command.permissions) {
      const auto permission = access::parse_permission(name);
      if (!permission) return invalid("unknown permission \"" + name + "\"");
      if (!permissions) permissions.emplace();
      permissions->push_back(*permission);
    }
    return issue_token(desk, user->id, std::move(permissions));
  });
}

int render_template(const RenderTemplate& command) {
  if (command.batch) return render_batch();
  const auto source = read_file(command.template_file);
  if (!source) return fail("cannot read " + command.template_file);
  const auto context_text = read_file(command.context_file);
  if (!context_text) return fail("cannot read " + command.context_file);
  const auto variables = json::read(*context_text);
  if (!variables) return fail(command.context_file + ": " + variables.error().message);
  if (!variables->is_object()) return fail(command.context_file + ": expected a JSON object");
  jinja::Context context;
  for (const auto& [name, value] : variables->as_object()) context.set(name, &value);
  const jinja::Rendered rendered = jinja::render(*source, context, {.now = SystemClock().now()});
  if (rendered.error) return fail(rendered.error->text());
  std::cout << rendered.text;
  return 0;
}

int check_template(const CheckTemplate& command) {
  const auto source = read_file(command.template_file);
  if (!source) return fail("cannot read " + command.template_file);
  const auto compiled = jinja::Template::compile(*source);
  const auto* error = std::get_if<jinja::TemplateError>(&compiled);
  if (error == nullptr) return 0;
  return fail(command.template_file + ":" + std::to_string(error->line) + ":" +
              std::to_string(error->column) + ": " + error->message);
}

int forget_secrets(const std::string& database) {
  return with_database(database, [](Desk& desk) -> Result<std::string> {
    return std::to_string(store::forget_secrets(desk.db)) +
           " secrets deleted; enter them again after the next start";
  });
}

int print_openapi() {
  std::cout << json::write(api::openapi_document(all_resources())) << '\n';
  return 0;
}

std::optional<std::string> create_first_admin(store::Database& database) {
  SystemRng rng;
  IdSource ids(rng);
  const auto db = database.connect(store::Connection::Mode::Write);
  store::Transaction transaction(*db);
  if (store::any_user(*db)) return std::nullopt;
  Desk desk{*db, ids, SystemClock().now()};
  const User admin = new_user(desk, "admin", "", Role::Admin);
  store::insert_user(*db, admin);
  const std::string token = issue_token(desk, admin.id, std::nullopt);
  transaction.commit();
  return token;
}

}  // namespace tocsin::app
