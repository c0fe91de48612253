// What goes wrong on purpose: each sabotage waits until it finds something to spoil, and does it once.
#include "base/check.h"
#include "domain/model/log_record.h"
#include "language/json/read.h"
#include "sim/chaos_world.h"
#include "store/escalations.h"

namespace tocsin::test {
namespace {

// Whether the statement found something to spoil.
bool spoil(store::Connection& db, std::string_view sql) {
  return db.execute(sql, {}) > 0;
}

// Two neighbouring records of one step, one for a person and one without.
bool swap_records(store::Connection& db) {
  const store::Rows rows = db.query(
      "SELECT a.rowid, b.rowid, a.detail, b.detail FROM log_records a JOIN log_records b ON b.group_id = "
      "a.group_id "
      "AND b.rowid = a.rowid + 1 WHERE a.type = 5 AND b.type = 5 AND a.detail LIKE '%\"author\"%' AND "
      "b.detail NOT "
      "LIKE '%\"author\"%' ORDER BY a.rowid DESC LIMIT 1");
  if (rows.empty()) return false;
  db.execute("UPDATE log_records SET detail = $2 WHERE rowid = $1", {rows[0].integer(0), rows[0].text(3)});
  db.execute("UPDATE log_records SET detail = $2 WHERE rowid = $1", {rows[0].integer(1), rows[0].text(2)});
  return true;
}

// Moves a walk that has a step before it and one after it, as the engine would: with its timer.
bool move_walk(store::Connection& db, int by) {
  for (const store::Row row : db.query("SELECT group_id FROM escalations")) {
    const auto before = store::find_escalation(db, row.id<AlertGroupId>(0));
    if (!before || !before->due || before->finished || !before->snapshot || before->paused()) continue;
    Escalation after = *before;
    const std::size_t at = after.snapshot->next_step;
    if (at < 1 || at + 1 >= after.snapshot->steps.size()) continue;
    after.snapshot->next_step = at + static_cast<std::size_t>(by);
    ++after.generation;
    store::save_escalation(db, before, after);
    db.execute(
        "UPDATE timers SET generation = generation + 1 WHERE kind = 'escalation_tick' AND subject = $1",
        {after.group});
    return true;
  }
  return false;
}

}  // namespace

void ChaosWorld::sabotage() {
  store::Connection& db = stage_.db();
  const auto receive = [&](std::string_view sql) {
    const store::Rows rows = db.query(sql);
    if (rows.empty()) return false;
    checker_.received({"mail", rows[0].string(0)}, wall());
    return true;
  };
  const auto act = [&] {
    switch (sabotage_) {
      case Sabotage::None:
        return true;
      case Sabotage::LoseAlert:
        return spoil(
            db, "DELETE FROM alerts WHERE id = (SELECT MIN(id) FROM alerts WHERE payload LIKE '%\"n\"%')");
      case Sabotage::RepeatAlert:
        return spoil(db,
                     "INSERT INTO alerts (id, group_id, created_at, payload, signals, is_first) SELECT id || "
                     "'2', group_id, created_at, payload, signals, 0 FROM alerts WHERE id = (SELECT MIN(id) "
                     "FROM alerts WHERE payload LIKE '%\"n\"%')");
      case Sabotage::LoseTimer:
        return spoil(
            db,
            "DELETE FROM timers WHERE rowid = (SELECT MIN(rowid) FROM timers WHERE kind = 'escalation_tick' "
            "AND EXISTS (SELECT 1 FROM escalations e WHERE e.group_id = subject AND e.state LIKE "
            "'%\"due\":1%'))");
      case Sabotage::RepeatStep:
        return move_walk(db, -1);
      case Sabotage::SkipStep:
        return move_walk(db, +1);
      case Sabotage::RepeatRule:
        return spoil(db,
                     "INSERT INTO outbox (id, queue, kind, group_id, payload, created_at, due_at, attempts) "
                     "SELECT id || "
                     "'-again', queue, kind, group_id, payload, created_at + 1, due_at, 0 FROM outbox WHERE "
                     "kind = 'notify' LIMIT 1");
      case Sabotage::LosePage:
        return spoil(db, "DELETE FROM outbox WHERE id = (SELECT MIN(id) FROM outbox WHERE kind = 'notify')");
      case Sabotage::PageAfterAnswer:
        return receive(
            "SELECT o.id FROM outbox o JOIN alert_groups g ON g.id = o.group_id WHERE o.kind = 'notify' AND "
            "g.state = 3 LIMIT 1");
      case Sabotage::UnexplainedPage:
        return receive("SELECT 'nobody knows it' FROM outbox LIMIT 1");
      case Sabotage::SwapRecords:
        return swap_records(db);
    }
    return true;
  };
  if (act()) sabotage_ = Sabotage::None;
}

}  // namespace tocsin::test
