#include "edge/api/phone_relay.h"

#include "store/phone_relays.h"

namespace tocsin::api {
namespace {

constexpr std::int64_t kDailyLimit = 200;  // calls and texts to one user together
constexpr std::size_t kLongestMessage = 1024;

constexpr Field kFields[] = {
    {.name = "email", .about = "Of the user to reach.", .required = true, .required_on_put = true},
    {.name = "message", .required = true, .required_on_put = true, .max_length = kLongestMessage},
};

enum class Relay { Call, Sms };

// Something before the @, and a host name with a dot behind it.
bool looks_like_email(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || text.size() > 320) return false;
  if (text.substr(0, at).find_first_of(" \t()<>[]:;,\\\"@") != std::string_view::npos) return false;
  const std::string_view host = text.substr(at + 1);
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || static_cast<unsigned char>(c) >= 0x80;
  };
  if (host == "localhost") return true;
  for (const char c : host) {
    if (!fits(c)) return false;
  }
  const std::size_t dot = host.rfind('.');
  return dot != std::string_view::npos && dot > 0 && host.size() - dot > 2 && !host.starts_with('.') &&
         host.find("..") == std::string_view::npos && !host.starts_with('-') && !host.ends_with('-');
}

http::Response failure(int status, std::string_view error) {
  return ok(json::Value(json::Object{{"error", json::Value(error)}}), status);
}

// An attempt counts even when it is refused, so refusals are answers here, not errors that undo it.
Result<http::Response> relay(const Call& call, engine::Batch& batch, Relay kind) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, Method::Create));
  if (fields.has("email") && !looks_like_email(fields.text("email"))) {
    fields.refuse("email", "Enter a valid email address.");
  }
  TRY(fields.accepted());
  const auto user = store::find_relay_user(batch.db, fields.text("email"), kind == Relay::Sms);
  if (!user) return failure(404, "user-not-found");
  if (!user->contacts.contains("phone")) return failure(400, "number-not-verified");
  const auto day = std::chrono::floor<std::chrono::days>(batch.now());
  if (store::count_relay_attempt(batch.db, user->id, day) > kDailyLimit)
    return failure(400, "limit-exceeded");
  batch.log.warning("a phone relay was asked for, but there is no phone provider",
                    {{"user", user->id.str()}});
  return failure(503, "failed");
}

Resource relay_resource(std::string name, std::string title, std::string summary, Relay kind) {
  return {.name = name,
          .title = std::move(title),
          .about = "For another engine that has no phone provider of its own.",
          .fields = kFields,
          .endpoints = {
              {.path = "/" + name + "/",
               .operations = {{.method = "POST",
                               .summary = std::move(summary),
                               .run = Write([kind](const Call& call, engine::Batch& batch) {
                                 return relay(call, batch, kind);
                               }),
                               .answers = Operation::Answers::Other,
                               .service_accounts = false,
                               .bucket = Bucket{"phone_notification", {60, std::chrono::seconds{60}}}}}}}};
}

}  // namespace

Resource make_call_resource() {
  return relay_resource("make_call", "MakeCall", "Call a user and read the message", Relay::Call);
}

Resource send_sms_resource() {
  return relay_resource("send_sms", "SendSms", "Send a user the message as text", Relay::Sms);
}

}  // namespace tocsin::api
