// The command line's short commands. They open the database themselves and work while a server runs on it.
#pragma once

#include <optional>
#include <string>

#include "app/options.h"
#include "store/database.h"

namespace tocsin::app {

// Each answers the exit code; results go to stdout, errors to stderr.
int create_user(const CreateUser& command, const std::string& database);
int create_team(const CreateTeam& command, const std::string& database);
int create_token(const CreateToken& command, const std::string& database);
int render_template(const RenderTemplate& command);
int check_template(const CheckTemplate& command);
int print_openapi();
int forget_secrets(const std::string& database);
// Prints what will reach nobody; 0: nothing was found, 1: something was.
int show_coverage(const ShowCoverage& command, const std::string& database);
// Prints what an alert would do. 0: it reaches somebody, 3: nobody, 2: wrong usage, 1: it could not be found
// out.
int simulate(const Simulate& command, const std::string& database);

// On a database without users: creates the user "admin" and answers its token.
std::optional<std::string> create_first_admin(store::Database& database);

}  // namespace tocsin::app
