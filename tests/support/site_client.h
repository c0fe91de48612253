// The whole server as a client sees it, in process: app::Site on a test's database, under a simulated clock,
// with seeded chance and a log that is kept.
//
//   SiteClient site(database());
//   const Answer made = site.post("/api/v1/integrations/", R"({"type": "webhook"})");   // as the admin
//   EXPECT_EQ(made.status, 201);
//   site.alert(made["link"], R"({"title": "disk full"})");
//   site.advance(std::chrono::minutes{5});
//   site.as(site.token_of(viewer)).get("/api/v1/alert_groups/");
//
// A request is handled, then the engine runs until nothing waits, then the answer is there.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "app/metrics.h"
#include "app/options.h"
#include "base/log.h"
#include "base/world.h"
#include "domain/access/permission.h"
#include "domain/model/person.h"
#include "edge/http/message.h"
#include "edge/http/outbound.h"
#include "engine/engine.h"
#include "language/json/value.h"
#include "store/database.h"

namespace tocsin::app {
class Site;
}

namespace tocsin::test {

class SimulatedClock : public Clock {
 public:
  explicit SimulatedClock(Instant start) : now_(start) {}
  Instant now() const override { return now_; }
  void advance(std::chrono::microseconds by) { now_ += by; }

 private:
  Instant now_;
};

class SeededRng : public Rng {
 public:
  explicit SeededRng(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

class RecordingLog : public Log {
 public:
  struct Line {
    LogLevel level;
    std::string text;  // the sentence, then " key=value" of each field
  };
  void write(LogLevel level, std::string_view sentence, Fields fields) override;
  std::vector<Line> lines() const;
  bool contains(std::string_view text) const;

 private:
  mutable std::mutex mutex_;  // guards lines_
  std::vector<Line> lines_;
};

struct Answer {
  int status = 0;
  std::string body;
  http::Headers headers;

  json::Value json() const;  // null when the body is no JSON
  // Text of a member of the answered object: strings as they are, everything else as JSON; "" when absent.
  // Nested members with dots: "default_route.id".
  std::string operator[](std::string_view path) const;
};

class SiteClient {
 public:
  // 2031-04-05T06:07:08Z, a Saturday.
  static constexpr Instant kStart = from_micros(1'933'135'628'000'000);

  // What secrets are sealed with here.
  static store::SecretKey secret_key() { return store::SecretKey::from_hex(std::string(64, 'a')).value(); }

  // Without `outbound` nothing can be fetched.
  explicit SiteClient(store::Database& database, app::ServeOptions options = {}, std::uint64_t seed = 1,
                      http::Outbound* outbound = nullptr);
  ~SiteClient();
  SiteClient(const SiteClient&) = delete;
  SiteClient& operator=(const SiteClient&) = delete;

  // The same server, asked with another token; "" sends none.
  class Caller {
   public:
    Caller(SiteClient& site, std::string token) : site_(site), token_(std::move(token)) {}
    Answer get(std::string_view target) { return site_.send("GET", target, {}, token_); }
    Answer post(std::string_view target, std::string_view body = {}) {
      return site_.send("POST", target, body, token_);
    }
    Answer put(std::string_view target, std::string_view body) {
      return site_.send("PUT", target, body, token_);
    }
    Answer patch(std::string_view target, std::string_view body) {
      return site_.send("PATCH", target, body, token_);
    }
    Answer remove(std::string_view target, std::string_view body = {}) {
      return site_.send("DELETE", target, body, token_);
    }

   private:
    SiteClient& site_;
    std::string token_;
  };
  Caller as(std::string token) { return {*this, std::move(token)}; }

  // As the admin that every site starts with.
  Answer get(std::string_view target) { return as(admin_token_).get(target); }
  Answer post(std::string_view target, std::string_view body = {}) {
    return as(admin_token_).post(target, body);
  }
  Answer put(std::string_view target, std::string_view body) { return as(admin_token_).put(target, body); }
  Answer patch(std::string_view target, std::string_view body) {
    return as(admin_token_).patch(target, body);
  }
  Answer remove(std::string_view target, std::string_view body = {}) {
    return as(admin_token_).remove(target, body);
  }
  // Any request; a body is sent as application/json.
  Answer send(std::string_view method, std::string_view target, std::string_view body, std::string_view token,
              std::string_view content_type = "application/json",
              const std::vector<std::pair<std::string, std::string>>& headers = {});

  // A request as a server hands it over.
  Answer handle(http::Request request);

  // As the admin, without running the engine: several wait and become one batch at the next advance() or
  // request. Statuses are added as the answers come; `statuses` must outlive them.
  void queue(std::string_view method, std::string_view target, std::string_view body,
             std::vector<int>& statuses);

  // Posts an alert to an integration's link; fails the test unless it is accepted.
  void alert(const std::string& link, std::string_view payload);

  UserId add_user(const std::string& username, Role role);
  TeamId add_team(const std::string& name);
  std::string token_of(const UserId& user,
                       std::optional<std::vector<access::Permission>> permissions = std::nullopt);
  std::string service_account_token(std::vector<access::Permission> permissions);
  const UserId& admin() const { return admin_; }

  // Moves the clock and lets the engine do what is due.
  void advance(std::chrono::microseconds by);
  Instant now() const { return clock_.now(); }
  const Clock& clock() const { return clock_; }
  engine::Engine& engine() { return *engine_; }
  store::Connection& db() { return *db_; }  // for looking and preparing, outside of any request
  RecordingLog& log() { return log_; }

 private:
  void run_engine();
  static http::Request make_request(std::string_view method, std::string_view target, std::string_view body,
                                    std::string_view token, std::string_view content_type);

  SimulatedClock clock_{kStart};
  SeededRng rng_;
  IdSource ids_{rng_};
  RecordingLog log_;
  app::Metrics metrics_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<app::Site> site_;
  std::unique_ptr<store::Connection> db_;
  UserId admin_;
  std::string admin_token_;
};

}  // namespace tocsin::test
