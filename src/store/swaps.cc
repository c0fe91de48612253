#include "store/swaps.h"

#include "store/where.h"

namespace tocsin::store {
namespace {

#define SWAP_COLUMNS                                                                                \
  "id, schedule_id, swap_start, swap_end, description, beneficiary_id, benefactor_id, created_at, " \
  "updated_at, "                                                                                    \
  "deleted_at"

ShiftSwap read_swap(const Row& row) {
  return {.id = row.id<ShiftSwapId>(0),
          .schedule = row.id<ScheduleId>(1),
          .swap_start = row.instant(2),
          .swap_end = row.instant(3),
          .description = row.optional_string(4),
          .beneficiary = row.id<UserId>(5),
          .benefactor = row.optional_id<UserId>(6),
          .created_at = row.instant(7),
          .updated_at = row.instant(8),
          .deleted_at = row.optional_instant(9)};
}

std::vector<ShiftSwap> read_swaps(const Rows& rows) {
  std::vector<ShiftSwap> swaps;
  swaps.reserve(rows.size());
  for (const Row row : rows) swaps.push_back(read_swap(row));
  return swaps;
}

Where where_of(const SwapFilter& filter) {
  Where where;
  where.add("deleted_at IS NULL");
  where.add("swap_start >= ?", filter.starting_after);
  if (filter.schedule) where.add("schedule_id = ?", *filter.schedule);
  if (filter.beneficiary) where.add("beneficiary_id = ?", *filter.beneficiary);
  if (filter.benefactor) where.add("benefactor_id = ?", *filter.benefactor);
  if (filter.open_after) {
    where.add("benefactor_id IS NULL");
    where.add("swap_start > ?", *filter.open_after);
  }
  return where;
}

}  // namespace

void insert_swap(Connection& db, const ShiftSwap& s) {
  db.execute("INSERT INTO shift_swaps (" SWAP_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)",
             {s.id, s.schedule, s.swap_start, s.swap_end, s.description, s.beneficiary, s.benefactor,
              s.created_at, s.updated_at});
}

void update_swap(Connection& db, const ShiftSwap& s) {
  db.execute(
      "UPDATE shift_swaps SET schedule_id = $2, swap_start = $3, swap_end = $4, description = $5, "
      "benefactor_id = $6, "
      "updated_at = $7, deleted_at = $8 WHERE id = $1",
      {s.id, s.schedule, s.swap_start, s.swap_end, s.description, s.benefactor, s.updated_at, s.deleted_at});
}

std::optional<ShiftSwap> find_swap(Connection& db, const ShiftSwapId& id) {
  const Rows rows =
      db.query("SELECT " SWAP_COLUMNS " FROM shift_swaps WHERE id = $1 AND deleted_at IS NULL", {id});
  if (rows.empty()) return std::nullopt;
  return read_swap(rows[0]);
}

std::int64_t count_swaps(Connection& db, const SwapFilter& filter) {
  const Where where = where_of(filter);
  return db.query("SELECT count(*) FROM shift_swaps" + where.text(), where.params())[0].integer(0);
}

std::vector<ShiftSwap> list_swaps(Connection& db, const SwapFilter& filter, std::int64_t limit,
                                  std::int64_t offset) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  return read_swaps(db.query("SELECT " SWAP_COLUMNS " FROM shift_swaps" + where.text() +
                                 " ORDER BY swap_start, created_at, id" + limits,
                             where.params()));
}

std::vector<ShiftSwap> swaps_of(Connection& db, const ScheduleId& schedule, Instant from) {
  return read_swaps(
      db.query("SELECT " SWAP_COLUMNS
               " FROM shift_swaps WHERE schedule_id = $1 AND swap_end >= $2 AND deleted_at IS NULL "
               "ORDER BY created_at, id",
               {schedule, from}));
}

}  // namespace tocsin::store
