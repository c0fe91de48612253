#include "app/commands.h"
#include "app/options.h"
#include "app/serve.h"
#include "base/overloaded.h"

int main(int argc, char** argv) {
  using namespace tocsin;
  using namespace tocsin::app;
  const Options options = parse_command_line(argc, argv);
  return std::visit(
      Overloaded{[&](const ServeOptions& command) { return serve(command, options.database); },
                 [&](const CreateUser& command) { return create_user(command, options.database); },
                 [&](const CreateTeam& command) { return create_team(command, options.database); },
                 [&](const CreateToken& command) { return create_token(command, options.database); },
                 [&](const RenderTemplate& command) { return render_template(command); },
                 [&](const CheckTemplate& command) { return check_template(command); },
                 [&](const PrintOpenApi&) { return print_openapi(); },
                 [&](const ShowCoverage& command) { return show_coverage(command, options.database); },
                 [&](const ForgetSecrets&) { return forget_secrets(options.database); },
                 [&](const Simulate& command) { return simulate(command, options.database); }},
      options.command);
}
