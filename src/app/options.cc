#include "app/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "domain/model/webhook.h"

namespace tocsin::app {
namespace {

std::string env_name(std::string option) {
  option = option.substr(option.find_first_not_of('-'));
  std::transform(option.begin(), option.end(), option.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return "TOCSIN_" + option;
}

template <class T>
CLI::Option* add(CLI::App& app, const std::string& name, T& value, const std::string& about) {
  return app.add_option(name, value, about)->envname(env_name(name));
}

std::optional<api::Rate> read_rate(const std::string& option, const std::string& text) {
  if (text.empty() || text == "off") return std::nullopt;
  const auto rate = api::parse_rate(text);
  if (!rate)
    throw CLI::ValidationError(option, "expected N/PERIOD such as 300/5m, or off; got \"" + text + "\"");
  return rate;
}

std::optional<inbound::IngestLimit> read_ingest_limit(const std::string& option, const std::string& text) {
  const auto rate = read_rate(option, text);
  if (!rate) return std::nullopt;
  return inbound::IngestLimit{rate->requests, rate->period};
}

// "90d", "12h"
std::optional<std::chrono::seconds> read_duration(const std::string& option, const std::string& text) {
  if (text.empty() || text == "off") return std::nullopt;
  const auto rate = api::parse_rate("1/" + text);
  if (!rate)
    throw CLI::ValidationError(option, "expected a duration such as 90d or 12h; got \"" + text + "\"");
  return rate->period;
}

// "WORD@10m" -> WORD and 10 minutes; without a duration behind the last @, all of it and none.
std::pair<std::string, std::chrono::seconds> split_at(const std::string& text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos || at == 0) return {text, {}};
  const auto after = api::parse_rate("1/" + text.substr(at + 1));
  return after ? std::pair{text.substr(0, at), after->period} : std::pair{text, std::chrono::seconds{0}};
}

std::vector<inbound::EmailProvider> read_email_providers(std::string_view text) {
  std::vector<inbound::EmailProvider> providers;
  while (!text.empty()) {
    const std::string name(text.substr(0, text.find(',')));
    text.remove_prefix(std::min(text.size(), name.size() + 1));
    const auto provider = inbound::parse_email_provider(name);
    if (!provider)
      throw CLI::ValidationError("--inbound-email-provider", "no such provider: \"" + name + "\"");
    providers.push_back(*provider);
  }
  return providers;
}

// The subcommands' options as they are being parsed.
class CommandLine {
 public:
  CommandLine() {
    app_.set_version_flag("--version", std::string("tocsin ") + TOCSIN_VERSION);
    app_.require_subcommand(1);
    add_serve();
    add_people();
    add_templates();
    add_secrets();
    openapi_ = app_.add_subcommand("openapi", "Print the OpenAPI document");
    coverage_command_ = with_database(app_.add_subcommand(
        "coverage", "Print where paging will reach nobody in the time ahead; exit code 1 if anywhere"));
    add(*coverage_command_, "--days", coverage_.days, "How far to look (default 90)")
        ->check(CLI::Range(1, 366));
    add_simulate();
  }

  Options parse(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
      check();
    } catch (const CLI::ParseError& error) {
      constexpr int kWrongUsage = 2;
      std::exit(app_.exit(error) == 0 ? 0 : kWrongUsage);
    }
    if (*serve_command_) options_.command = serve_;
    if (*user_create_) options_.command = user_;
    if (*team_create_) options_.command = team_;
    if (*token_create_) options_.command = token_;
    if (*render_command_) options_.command = render_;
    if (*check_command_) options_.command = check_;
    if (*openapi_) options_.command = PrintOpenApi{};
    if (*coverage_command_) options_.command = coverage_;
    if (*forget_command_) options_.command = ForgetSecrets{};
    if (*simulate_command_) options_.command = simulate_;
    return options_;
  }

 private:
  CLI::App* with_database(CLI::App* command) {
    add(*command, "--database", options_.database,
        "sqlite:PATH or postgresql://... (default sqlite:./data/tocsin.db)");
    return command;
  }

  void add_serve() {
    CLI::App& serve = *with_database(app_.add_subcommand("serve", "Run the server"));
    serve_command_ = &serve;
    add(serve, "--listen", serve_.listen, "ADDR:PORT (default 127.0.0.1:8080)");
    add(serve, "--public-url", serve_.public_url, "Base of the links that the server answers");
    add(serve, "--threads", serve_.threads, "Network threads (default: one per core)");
    add(serve, "--tls-cert", serve_.tls_cert, "PEM file with the certificate chain");
    add(serve, "--tls-key", serve_.tls_key, "PEM file with the private key");
    add(serve, "--log-format", serve_.log_format, "text or json")->check(CLI::IsMember({"text", "json"}));
    serve.add_flag("--strict-oncall", serve_.strict_oncall, "Only OnCall's own 14 integration types")
        ->envname("TOCSIN_STRICT_ONCALL");
    add(serve, "--api-limit", api_limit_, "API requests per user, N/PERIOD or off (default 300/60s)");
    add(serve, "--ingest-limit-integration", limit_integration_,
        "Alerts per integration, N/PERIOD (default off)");
    add(serve, "--ingest-limit-total", limit_total_, "Alerts of all integrations, N/PERIOD (default off)");
    add(serve, "--max-body-bytes", serve_.max_body_bytes, "Largest request body (default 10 MiB)");
    add(serve, "--outbound-allow", serve_.outbound_allow,
        "Ranges of private addresses that webhooks and calendar feeds may call, CIDR[,CIDR...]");
    add_deliveries(serve);
    add_inbound_email(serve);
    add(serve, "--retain-alerts", retain_,
        "Delete resolved groups older than this, such as 90d (default off)");
    add(serve, "--retain-webhook-responses", retain_responses_,
        "Delete recorded webhook calls older than this, or off (default 90d)");
    add(serve, "--secret-key-file", serve_.secret_key_file,
        "File with the key that secrets are sealed with, made at the first start (default: beside a SQLite "
        "database, ./data/secret.key for PostgreSQL; several nodes need the same)");
  }

  // The providers: what serves, and what a simulation takes to work.
  void add_providers(CLI::App& command, ServeOptions& options) {
    add(command, "--smtp-url", options.smtp_url, "Mail server, smtp://HOST:PORT or smtps://HOST:PORT");
    add(command, "--smtp-user", options.smtp_user, "Login at the mail server");
    add(command, "--smtp-password", options.smtp_password, "Its password; better by TOCSIN_SMTP_PASSWORD");
    add(command, "--smtp-from", options.smtp_from, "Sender of mails, such as oncall@example.org");
    add(command, "--smtp-starttls", options.smtp_starttls, "required (default), offered or never")
        ->check(CLI::IsMember({"required", "offered", "never"}));
    add(command, "--ntfy-url", options.ntfy_url, "ntfy server that carries mobile push");
    add(command, "--ntfy-token", options.ntfy_token, "Its access token");
    add(command, "--slack-token", options.slack_token, "Slack bot token; better by TOCSIN_SLACK_TOKEN");
    add(command, "--slack-api-url", options.slack_api_url,
        "Base of Slack's API (default https://slack.com/api/)");
  }

  void add_deliveries(CLI::App& serve) {
    add_providers(serve, serve_);
    add(serve, "--webhook-timeout", webhook_timeout_, "How long a webhook's receiver may take (default 30s)");
    serve
        .add_flag("--log-deliveries", serve_.log_deliveries,
                  "Write pages that no provider carries to the log: for trying things out")
        ->envname("TOCSIN_LOG_DELIVERIES");
  }

  void add_inbound_email(CLI::App& serve) {
    add(serve, "--inbound-email-domain", serve_.inbound_email_domain, "Domain of inbound e-mail addresses");
    add(serve, "--inbound-email-provider", email_providers_,
        "Mail providers that post to /integrations/v1/inbound_email_webhook, NAME[,NAME...]: amazon_ses, "
        "amazon_ses_validated, mailgun, mailjet, mandrill, postal, postmark, sendgrid, sparkpost");
    add(serve, "--inbound-email-secret", serve_.inbound_email_secret,
        "The provider's signing key, or USER:PASSWORD; better by TOCSIN_INBOUND_EMAIL_SECRET");
    add(serve, "--inbound-email-sns-topic", serve_.inbound_email_sns_topic,
        "ARN of the one topic that amazon_ses_validated listens to");
    add(serve, "--inbound-email-aws-access-key-id", serve_.inbound_email_aws.access_key_id,
        "Who fetches the mails that amazon_ses_validated left in S3");
    add(serve, "--inbound-email-aws-secret-access-key", serve_.inbound_email_aws.secret_access_key,
        "Its secret; better by TOCSIN_INBOUND_EMAIL_AWS_SECRET_ACCESS_KEY");
    add(serve, "--inbound-email-aws-region", serve_.inbound_email_aws.region,
        "Region of the bucket (default: the topic's)");
    add(serve, "--inbound-email-s3-url", serve_.inbound_email_s3_url,
        "S3, http(s)://HOST[:PORT] (default https://s3.REGION.amazonaws.com)");
  }

  void add_people() {
    CLI::App* users = app_.add_subcommand("user", "Users")->require_subcommand(1);
    user_create_ = with_database(users->add_subcommand("create", "Create a user; prints the id"));
    add(*user_create_, "--username", user_.username, "Unique name")->required();
    add(*user_create_, "--email", user_.email, "E-mail address");
    add(*user_create_, "--role", user_.role, "admin, editor, viewer or none")
        ->check(CLI::IsMember({"admin", "editor", "viewer", "none"}));
    CLI::App* teams = app_.add_subcommand("team", "Teams")->require_subcommand(1);
    team_create_ = with_database(teams->add_subcommand("create", "Create a team; prints the id"));
    add(*team_create_, "--name", team_.name, "Unique name")->required();
    CLI::App* tokens = app_.add_subcommand("token", "API tokens")->require_subcommand(1);
    token_create_ = with_database(tokens->add_subcommand("create", "Create an API token; prints it once"));
    add(*token_create_, "--user", token_.user, "Username or id of the owner")->required();
    add(*token_create_, "--permission", token_.permissions,
        "Only these permissions (default: what the role allows)");
  }

  void add_secrets() {
    CLI::App* secrets = app_.add_subcommand("secrets", "Sealed secrets")->require_subcommand(1);
    forget_command_ = with_database(secrets->add_subcommand(
        "forget", "Delete all sealed secrets, when their key is lost; stop the servers first"));
  }

  void add_templates() {
    CLI::App* templates = app_.add_subcommand("template", "Templates")->require_subcommand(1);
    render_command_ = with_database(templates->add_subcommand("render", "Render a template"));
    add(*render_command_, "--template-file", render_.template_file, "File with the template");
    add(*render_command_, "--context-file", render_.context_file, "JSON file with the variables");
    render_command_->add_flag("--batch", render_.batch,
                              "JSON lines {\"template\", \"context\"} in, {\"result\"} or {\"error\"} out");
    check_command_ = with_database(templates->add_subcommand("check", "Compile a template only"));
    add(*check_command_, "--template-file", check_.template_file, "File with the template")->required();
  }

  void add_simulate() {
    simulate_command_ = with_database(app_.add_subcommand(
        "simulate",
        "Print what an alert would do until somebody answers, and send nothing; exit code 3 if it reaches "
        "nobody"));
    CLI::App& simulate = *simulate_command_;
    add(simulate, "--integration", simulate_.integration, "Its id, name or link")->required();
    add(simulate, "--payload", payloads_,
        "File with the JSON that would be posted, - for stdin; FILE@10m: that much later; may be repeated "
        "(default: the example of the integration's type)");
    add(simulate, "--at", at_, "When, such as 2026-11-24T03:00:00Z (default now)");
    add(simulate, "--horizon", horizon_, "How far to look (default 24h, at most 7d)");
    add(simulate, "--answer", answers_, "NAME@10m: that user acknowledges what fires then; may be repeated");
    simulate.add_flag("--json", simulate_.json, "The report as JSON, as POST /api/v1/simulate/ answers it");
    add_providers(simulate, simulate_.server);
  }

  void check_simulate() {
    for (const std::string& text : payloads_) {
      auto [file, after] = split_at(text);
      simulate_.payloads.push_back({std::move(file), after});
    }
    for (const std::string& text : answers_) {
      auto [user, after] = split_at(text);
      if (user == text)
        throw CLI::ValidationError("--answer",
                                   "expected NAME@DURATION such as ann@10m; got \"" + text + "\"");
      simulate_.answers.push_back({std::move(user), after});
    }
    if (!at_.empty()) {
      simulate_.at = parse_iso(at_);
      if (!simulate_.at)
        throw CLI::ValidationError("--at",
                                   "expected a time such as 2026-11-24T03:00:00Z; got \"" + at_ + "\"");
    }
    const auto horizon = read_duration("--horizon", horizon_);
    if (!horizon || *horizon > std::chrono::hours{24 * 7})
      throw CLI::ValidationError("--horizon", "expected a duration of at most 7d");
    simulate_.horizon = *horizon;
  }

  void check() {
    if (*simulate_command_) check_simulate();
    if (*serve_command_) {
      serve_.api_limit = read_rate("--api-limit", api_limit_);
      serve_.ingest_limit_integration = read_ingest_limit("--ingest-limit-integration", limit_integration_);
      serve_.ingest_limit_total = read_ingest_limit("--ingest-limit-total", limit_total_);
      if (const auto timeout = read_duration("--webhook-timeout", webhook_timeout_))
        serve_.webhook_timeout = *timeout;
      if (serve_.webhook_timeout > kLongestWebhookTimeout)
        throw CLI::ValidationError("--webhook-timeout", "expected 1s to 120s");
      if (!serve_.smtp_url.empty() && serve_.smtp_from.find('@') == std::string::npos)
        throw CLI::ValidationError("--smtp-from", "expected an address such as oncall@example.org");
      serve_.retain_alerts = read_duration("--retain-alerts", retain_);
      serve_.retain_webhook_responses = read_duration("--retain-webhook-responses", retain_responses_);
      serve_.inbound_email_providers = read_email_providers(email_providers_);
      if (const auto good = inbound::check_email_settings(email_settings(serve_)); !good)
        throw CLI::ValidationError(good.error().field, good.error().message);
    }
    if (*render_command_ && !render_.batch &&
        (render_.template_file.empty() || render_.context_file.empty())) {
      throw CLI::RequiredError("--template-file and --context-file, or --batch");
    }
  }

  CLI::App app_{"Tocsin: alerts in, people paged, until somebody answers.", "tocsin"};
  Options options_;
  ServeOptions serve_;
  std::string api_limit_ = "300/60s", limit_integration_, limit_total_, retain_, webhook_timeout_ = "30s",
              retain_responses_ = "90d", email_providers_;
  CreateUser user_;
  CreateTeam team_;
  CreateToken token_;
  ShowCoverage coverage_;
  Simulate simulate_;
  std::vector<std::string> payloads_, answers_;
  std::string at_, horizon_ = "24h";
  RenderTemplate render_;
  CheckTemplate check_;
  CLI::App *serve_command_ = nullptr, *user_create_ = nullptr, *team_create_ = nullptr,
           *token_create_ = nullptr;
  CLI::App *render_command_ = nullptr, *check_command_ = nullptr, *openapi_ = nullptr,
           *coverage_command_ = nullptr, *forget_command_ = nullptr, *simulate_command_ = nullptr;
};

}  // namespace

inbound::EmailSettings email_settings(const ServeOptions& options) {
  integration::AwsCredentials aws = options.inbound_email_aws;
  if (aws.region.empty()) aws.region = inbound::region_of_topic(options.inbound_email_sns_topic);
  return {.providers = options.inbound_email_providers,
          .domain = options.inbound_email_domain,
          .secret = options.inbound_email_secret,
          .sns_topic = options.inbound_email_sns_topic,
          .public_url = options.public_url,
          .aws = aws,
          .s3_url = options.inbound_email_s3_url.empty() ? "https://s3." + aws.region + ".amazonaws.com"
                                                         : options.inbound_email_s3_url};
}

Options parse_command_line(int argc, char** argv) {
  return CommandLine().parse(argc, argv);
}

}  // namespace tocsin::app
