#include "sim/transport.h"

#include "edge/delivery/outcome.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;

std::string between(std::string_view text, std::string_view before, char end) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  const std::size_t from = at + before.size();
  return std::string(text.substr(from, text.find(end, from) - from));
}

Received received(const http::OutboundRequest& request) {
  const auto key = [&](std::string_view name) {
    return between(request.body, "\"" + std::string(name) + "\":\"", '"');
  };
  if (request.url.find("ntfy") != std::string::npos) return {"push", key("sequence_id")};
  if (request.url.find("hook") != std::string::npos)
    return {"hook", std::string(request.headers.find("Idempotency-Key").value_or(""))};
  if (request.url.find("chat.update") != std::string::npos) return {"edit", key("ts")};
  if (request.url.find("conversations.history") != std::string::npos) return {"look", ""};
  return {request.body.find("thread_ts") != std::string::npos ? "say" : "post", key("client_msg_id")};
}

std::string good_answer(const Received& what, const std::string& ts) {
  if (what.what == "look") return R"({"ok":true,"messages":[]})";
  return R"({"ok":true,"ts":")" + ts + "\"}";
}

}  // namespace

void Transport::Door::send(http::OutboundRequest request, http::OutboundCallback done) {
  Received what = received(request);
  const std::string ts = std::to_string(transport_.now_.count());
  std::string answer = good_answer(what, ts);
  transport_.deliver(node_, std::move(what), request.total_timeout, std::move(answer), std::move(done));
}

void Transport::Door::send_mail(http::Mail mail, http::OutboundCallback done) {
  const auto as_mail = [done = std::move(done)](http::Outcome outcome) {
    const auto* response = std::get_if<http::OutboundResponse>(&outcome);
    if (response == nullptr || response->status < 300) return done(std::move(outcome));
    done(http::OutboundError{.fault = http::OutboundFault::Rejected, .message = "simulated", .status = 451});
  };
  transport_.deliver(node_, {"mail", between(mail.message, "Message-ID: <", '@')}, mail.total_timeout,
                     "250 ok", as_mail);
}

void Transport::Phone::send(const delivery::Page& page, delivery::Done done) {
  http::Mail call;
  call.message = "Message-ID: <" + page.id + "@phone>";
  door_.send_mail(std::move(call), [done = std::move(done)](const http::Outcome& outcome) {
    done(delivery::judge(outcome, NotificationFailure::CallNotMade));
  });
}

void Transport::deliver(std::size_t node, Received what, std::chrono::milliseconds time_out,
                        std::string good_answer, http::OutboundCallback done) {
  const auto error = [](http::OutboundFault fault) {
    return http::OutboundError{.fault = fault, .message = "simulated"};
  };
  const auto status = [](int code) {
    http::OutboundResponse response{.status = code, .headers = {}, .body = "simulated"};
    if (code == 429) response.headers.add("Retry-After", "7");
    return response;
  };
  const http::OutboundResponse good{.status = 200, .headers = {}, .body = std::move(good_answer)};
  const int fate = faulty ? dice_.below(100) : 0;
  const Time soon = std::chrono::milliseconds(1 + dice_.below(50));
  const bool arrives = fate < 80 || (fate >= 84 && fate < 90);
  if (arrives) on_received(what);
  if (fate < 70) return answer(node, soon, good, std::move(done));
  if (fate < 80) return answer(node, std::chrono::milliseconds(dice_.below(9000)), good, std::move(done));
  if (fate < 84) return answer(node, time_out, error(http::OutboundFault::TimedOut), std::move(done));
  if (fate < 88) return answer(node, time_out, error(http::OutboundFault::TimedOut), std::move(done));
  if (fate < 90) return answer(node, soon, error(http::OutboundFault::Other), std::move(done));
  if (fate < 93) return answer(node, soon, error(http::OutboundFault::Connect), std::move(done));
  if (fate < 97) return answer(node, soon, status(503), std::move(done));
  answer(node, soon, status(429), std::move(done));
}

void Transport::answer(std::size_t node, Time after, http::Outcome outcome, http::OutboundCallback done) {
  answers_.emplace(now_ + after, Answer{node, std::move(outcome), std::move(done)});
}

void Transport::forget(std::size_t node) {
  std::erase_if(answers_, [&](const auto& entry) { return entry.second.node == node; });
}

std::optional<Transport::Time> Transport::next() const {
  if (answers_.empty()) return std::nullopt;
  return answers_.begin()->first;
}

void Transport::run(Time now) {
  now_ = now;
  while (!answers_.empty() && answers_.begin()->first <= now) {
    Answer due = std::move(answers_.begin()->second);
    answers_.erase(answers_.begin());
    due.done(std::move(due.outcome));
  }
}

}  // namespace tocsin::test
