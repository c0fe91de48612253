// What must hold in a simulated world whenever nothing is under way. The first thing that does not is kept.
//
//   - an accepted alert is stored, once (twice only if a commit's answer was lost);
//   - a due step runs, once: a walk moves by one step a time, each with its records, in the order that
//     docs/spec/escalation.md gives them; whoever has something due has its timer;
//   - a page leaves only while nothing stops it (docs/spec/escalation.md, section 4.3), only for a row of the
//     outbox that a record explains, and repetitions carry the same key;
//   - at the end everything that was begun has ended, each with one outcome.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/model/escalation.h"
#include "domain/model/log_record.h"
#include "sim/transport.h"
#include "store/connection.h"

namespace tocsin::test {

class Checker {
 public:
  explicit Checker(store::Connection& db) : db_(db) {}

  const std::optional<std::string>& complaint() const { return complaint_; }
  const std::string& history() const { return history_; }
  int steps() const { return steps_; }
  int pages() const { return pages_; }

  void accepted(int marker, bool may_be_doubled);
  void received(const Received& received, Instant now);
  // `calm`: nothing was wrong for long enough that what is due must have run. `own_writes`: something was
  // written through the checker's own connection.
  void after_step(Instant now, bool calm, bool own_writes);
  void at_the_end(Instant now);

 private:
  struct Walk {
    std::string text;  // as stored
    std::uint64_t generation = 0;
    bool finished = false;
    std::optional<EscalationSnapshot> snapshot;
  };

  void complain(const std::string& what);
  void check_alerts();
  void read_records();
  void check_walks(bool all);
  void check_timer(const store::Row& row, const Escalation& walk);
  void check_walk(const AlertGroupId& group, const std::optional<Walk>& before, const Walk& after,
                  const std::vector<GroupRecord>& step_records);
  void check_move(const std::string& group, const Walk& before, const Walk& after,
                  const std::vector<GroupRecord>& step_records);
  void check_step_records(const std::string& group, const Step& step,
                          const std::vector<GroupRecord>& records);
  void check_overdue(Instant now);
  void check_outcomes();

  store::Connection& db_;
  std::optional<std::string> complaint_;
  std::string history_;
  int steps_ = 0, pages_ = 0;
  std::map<int, bool> accepted_;  // marker -> may be doubled
  bool alerts_grew_ = false;
  std::int64_t records_read_ = 0;
  std::int64_t version_ = -1;  // of the database, as far as this connection knows it
  std::map<AlertGroupId, Walk> walks_;
  std::map<AlertGroupId, std::vector<GroupRecord>> fresh_;  // step records since the last look
  std::set<AlertGroupId> reopened_;                         // since the last look
  std::set<std::string> received_;
};

}  // namespace tocsin::test
