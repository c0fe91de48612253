// The command line and the environment as values (docs/spec/RULINGS.md, 17: stable, scripts depend on it).
//
// Every option has an environment variable TOCSIN_<OPTION>; the command line wins.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "edge/api/rate_limit.h"
#include "edge/inbound/email_provider.h"
#include "edge/inbound/ingest_limit.h"
#include "store/sealing.h"

namespace tocsin::app {

struct ServeOptions {
  std::string listen = "127.0.0.1:8080";
  std::string public_url;  // empty: http://<listen>
  unsigned threads = 0;
  std::string tls_cert;
  std::string tls_key;
  std::string log_format = "text";  // or "json"
  bool strict_oncall = false;
  std::optional<api::Rate> api_limit = api::Rate{};  // none: off
  std::optional<inbound::IngestLimit> ingest_limit_integration;
  std::optional<inbound::IngestLimit> ingest_limit_total;
  std::size_t max_body_bytes = 10 * 1024 * 1024;
  std::string inbound_email_domain;
  std::vector<inbound::EmailProvider> inbound_email_providers;  // none: no mails are received
  std::string inbound_email_secret;
  std::string inbound_email_sns_topic;
  integration::AwsCredentials inbound_email_aws;  // region empty: the topic's
  std::string inbound_email_s3_url;               // empty: Amazon's, of the region
  std::string outbound_allow;  // ranges of addresses that may be called although they are not public
  std::string smtp_url;        // "smtp://host:587", "smtps://host:465"; empty: no mail
  std::string smtp_user;
  std::string smtp_password;
  std::string smtp_from;
  std::string smtp_starttls = "required";  // "offered", "never"
  std::string ntfy_url;                    // empty: no push
  std::string ntfy_token;
  std::string slack_token;  // empty: no Slack
  std::string slack_api_url = "https://slack.com/api/";
  std::chrono::seconds webhook_timeout{30};
  bool log_deliveries = false;                        // pages that no provider carries go to the log
  std::optional<std::chrono::seconds> retain_alerts;  // none: keep everything
  std::optional<std::chrono::seconds> retain_webhook_responses = std::chrono::days{90};
  std::string secret_key_file;                 // empty: beside the database (secret_key.h)
  std::optional<store::SecretKey> secret_key;  // what serve() found there
};

inbound::EmailSettings email_settings(const ServeOptions& options);

struct CreateUser {
  std::string username;
  std::string email;
  std::string role = "viewer";
};
struct CreateTeam {
  std::string name;
};
struct CreateToken {
  std::string user;
  std::vector<std::string> permissions;
};
struct RenderTemplate {
  std::string template_file;
  std::string context_file;
  bool batch = false;
};
struct CheckTemplate {
  std::string template_file;
};
struct PrintOpenApi {};
struct ForgetSecrets {};
struct ShowCoverage {
  int days = 90;
};
// A file, or "-" for stdin, some time after the start: "resolved.json@10m".
struct SimulatedPayload {
  std::string file;
  std::chrono::seconds after{0};
};
// "ann@10m"
struct SimulatedAnswer {
  std::string user;
  std::chrono::seconds after{0};
};
struct Simulate {
  std::string integration;                 // id, name or link
  std::vector<SimulatedPayload> payloads;  // none: the integration type's example
  std::optional<Instant> at;
  std::chrono::seconds horizon{std::chrono::hours{24}};
  std::vector<SimulatedAnswer> answers;
  bool json = false;
  ServeOptions server;  // of these only what delivers
};

struct Options {
  std::string database = "sqlite:./data/tocsin.db";
  std::variant<ServeOptions, CreateUser, CreateTeam, CreateToken, RenderTemplate, CheckTemplate, PrintOpenApi,
               ShowCoverage, ForgetSecrets, Simulate>
      command;
};

// Exits the process for --help, --version (0) and wrong usage (2), as command lines do.
Options parse_command_line(int argc, char** argv);

}  // namespace tocsin::app
