#include "support/site_client.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/site.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/people.h"
#include "store/transaction.h"

namespace tocsin::test {
namespace {

app::ServeOptions with_url(app::ServeOptions options) {
  if (options.public_url.empty()) options.public_url = "https://oncall.example.org";
  if (!options.secret_key) options.secret_key = SiteClient::secret_key();
  return options;
}

}  // namespace

void RecordingLog::write(LogLevel level, std::string_view sentence, Fields fields) {
  std::string text(sentence);
  for (const LogField& field : fields) {
    text += ' ' + std::string(field.key) + '=';
    std::visit(
        [&](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
            text += value;
          } else {
            text += std::to_string(value);
          }
        },
        field.value);
  }
  const std::lock_guard lock(mutex_);
  lines_.push_back({level, std::move(text)});
}

std::vector<RecordingLog::Line> RecordingLog::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

bool RecordingLog::contains(std::string_view text) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(lines_.begin(), lines_.end(),
                     [&](const Line& line) { return line.text.find(text) != std::string::npos; });
}

json::Value Answer::json() const {
  auto value = json::read(body);
  return value ? std::move(value).value() : json::Value();
}

std::string Answer::operator[](std::string_view path) const {
  const json::Value whole = json();
  const json::Value* at = &whole;
  while (at != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    at = at->find(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  if (at == nullptr) return {};
  return at->is_string() ? at->as_string() : json::write(*at);
}

SiteClient::SiteClient(store::Database& database, app::ServeOptions options, std::uint64_t seed,
                       http::Outbound* outbound)
    : rng_(seed), metrics_("test") {
  options = with_url(std::move(options));
  engine_ = std::make_unique<engine::Engine>(database, clock_, ids_, log_);
  site_ = std::make_unique<app::Site>(options, database, *engine_, clock_, ids_, log_, metrics_, outbound);
  db_ = database.connect(store::Connection::Mode::Write);
  admin_ = add_user("admin", Role::Admin);
  admin_token_ = token_of(admin_);
}

SiteClient::~SiteClient() = default;

http::Request SiteClient::make_request(std::string_view method, std::string_view target,
                                       std::string_view body, std::string_view token,
                                       std::string_view content_type) {
  const std::size_t question = std::min(target.find('?'), target.size());
  http::Request request;
  request.method = method;
  request.target = target;
  request.path = http::percent_decode(target.substr(0, question));
  if (question < target.size()) request.query = target.substr(question + 1);
  request.body = body;
  request.remote_address = "192.0.2.1";
  if (!token.empty()) request.headers.add("Authorization", std::string(token));
  if (!body.empty()) request.headers.add("Content-Type", std::string(content_type));
  return request;
}

Answer SiteClient::send(std::string_view method, std::string_view target, std::string_view body,
                        std::string_view token, std::string_view content_type,
                        const std::vector<std::pair<std::string, std::string>>& headers) {
  http::Request request = make_request(method, target, body, token, content_type);
  for (const auto& [name, value] : headers) request.headers.add(name, value);
  return handle(std::move(request));
}

Answer SiteClient::handle(http::Request request) {
  const std::string what = request.method + ' ' + request.target;
  std::optional<http::Response> response;
  site_->handle(std::move(request), [&](http::Response r) { response = std::move(r); });
  run_engine();
  if (!response) {
    ADD_FAILURE() << what << " was not answered";
    return {};
  }
  return {response->status, std::move(response->body), std::move(response->headers)};
}

void SiteClient::queue(std::string_view method, std::string_view target, std::string_view body,
                       std::vector<int>& statuses) {
  site_->handle(make_request(method, target, body, admin_token_, "application/json"),
                [&statuses](http::Response r) { statuses.push_back(r.status); });
}

void SiteClient::alert(const std::string& link, std::string_view payload) {
  const std::size_t path = link.find("/integrations/");
  ASSERT_NE(path, std::string::npos) << link;
  const Answer answer = send("POST", link.substr(path), payload, {});
  ASSERT_EQ(answer.status, 200) << answer.body;
}

UserId SiteClient::add_user(const std::string& username, Role role) {
  User user;
  user.id = UserId(ids_.public_id("U"));
  user.username = user.name = username;
  user.email = username + "@example.org";
  user.role = role;
  clock_.advance(std::chrono::microseconds{1});
  user.created_at = clock_.now();
  store::Transaction transaction(*db_);
  store::insert_user(*db_, user);
  transaction.commit();
  return user.id;
}

TeamId SiteClient::add_team(const std::string& name) {
  Team team;
  team.id = TeamId(ids_.public_id("T"));
  team.name = name;
  clock_.advance(std::chrono::microseconds{1});
  team.created_at = clock_.now();
  store::Transaction transaction(*db_);
  store::insert_team(*db_, team);
  transaction.commit();
  return team.id;
}

std::string SiteClient::token_of(const UserId& user,
                                 std::optional<std::vector<access::Permission>> permissions) {
  std::string token = access::make_token(ids_);
  store::Transaction transaction(*db_);
  store::insert_token(*db_, {.id = ids_.public_id("TOKEN"),
                             .digest = *access::digest_token(token),
                             .user = user,
                             .name = "test",
                             .permissions = std::move(permissions),
                             .created_at = clock_.now()});
  transaction.commit();
  return token;
}

std::string SiteClient::service_account_token(std::vector<access::Permission> permissions) {
  std::string token = access::make_service_account_token(ids_);
  store::Transaction transaction(*db_);
  store::insert_token(*db_, {.id = ids_.public_id("TOKEN"),
                             .digest = *access::digest_token(token),
                             .user = std::nullopt,
                             .name = "robot",
                             .permissions = std::move(permissions),
                             .created_at = clock_.now()});
  transaction.commit();
  return token;
}

void SiteClient::advance(std::chrono::microseconds by) {
  clock_.advance(by);
  run_engine();
}

void SiteClient::run_engine() {
  std::ignore = engine_->run();
}

}  // namespace tocsin::test
