#include "edge/delivery/report.h"

#include "base/overloaded.h"
#include "edge/delivery/backoff.h"

namespace tocsin::delivery {
namespace {

// The other side has said no: it has not done it. After any other failure it may have.
bool is_refusal(const Outcome& outcome) {
  const auto* retry = std::get_if<Retry>(&outcome);
  return std::holds_alternative<Failed>(outcome) || (retry != nullptr && retry->rate_limited);
}

json::Value outcome_json(const Report& report, std::string_view result) {
  json::Object out{{"result", json::Value(result)}, {"provider", json::Value(report.provider)}};
  std::visit(Overloaded{[&](const Delivered& d) {
                          if (!d.receipt.empty()) out.set("receipt", json::Value(d.receipt));
                        },
                        [&](const auto& why) { out.set("reason", json::Value(why.reason)); }},
             report.outcome);
  if (is_refusal(report.outcome)) out.set(kRefusedAttempt, json::Value(report.row.attempts));
  return json::Value(std::move(out));
}

// How a report ends, decided inside the transaction by its time.
struct Verdict {
  std::string_view result;
  std::optional<Instant> again;
};
Verdict verdict_of(const Report& report, Instant now) {
  if (report.dropped) return {"dropped", std::nullopt};
  if (std::holds_alternative<Delivered>(report.outcome)) return {"delivered", std::nullopt};
  const auto* retry = std::get_if<Retry>(&report.outcome);
  if (retry == nullptr) return {"failed", std::nullopt};
  const auto again =
      next_attempt(report.patience, *retry, report.row.attempts, report.row.created_at, now, report.dice);
  return {again ? "retried" : "failed", again};
}

void record(engine::Batch& batch, const Report& report, Attempt attempt) {
  if (report.record) report.record(batch, report.outcome, attempt);
}

// Sets the next attempt of one that is to have one.
void write_retry(engine::Batch& batch, const Report& report, const Verdict& verdict,
                 const std::string& node) {
  if (store::retry_at(batch.db, report.row.id, node, batch.now(), *verdict.again,
                      outcome_json(report, verdict.result)))
    record(batch, report, Attempt::WillBeRepeated);
}

}  // namespace

void write_reports(engine::Batch& batch, const Reports& reports, const std::string& node) {
  std::vector<const Report*> last;
  std::vector<store::Ended> ended;
  for (const auto& report : reports) {
    if (report->give_back) {
      store::give_back(batch.db, report->row.id, node, batch.now(), batch.now() + *report->give_back);
      continue;
    }
    const Verdict verdict = verdict_of(*report, batch.now());
    if (verdict.again) {
      write_retry(batch, *report, verdict, node);
      continue;
    }
    last.push_back(report.get());
    ended.push_back({report->row.id, outcome_json(*report, verdict.result)});
  }
  const std::vector<bool> ours = store::finish_each(batch.db, node, batch.now(), ended);
  for (std::size_t i = 0; i < last.size(); ++i) {
    if (ours[i]) record(batch, *last[i], Attempt::Last);
  }
}

}  // namespace tocsin::delivery
