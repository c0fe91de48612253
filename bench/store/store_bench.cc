// How many rows a second each database takes, durably, and how long a commit may take at worst.
//
//   bench_store [SECONDS] [ADDRESS...]      by default 3 s a line on sqlite:./bench_store.db
//   bench_store 3 sqlite:/var/tmp/bench.db "$(scripts/postgres.sh start /tmp/bench-postgres)"
//
// A row is like an alert: a text key, an indexed text, an indexed instant, 2 KB of payload. The table it uses
// is dropped.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "store/database.h"
#include "store/transaction.h"

namespace tocsin::store {
namespace {

using Steady = std::chrono::steady_clock;

enum class Way { Waiting, Pipeline };

struct Load {
  int rows_a_commit;
  Way way;
};

double milliseconds(Steady::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// The process's resident memory in MiB: with SQLite that includes the database.
double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  long total = 0, resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * 4096 / (1 << 20);
}

void create_table(Connection& db) {
  db.run_script(
      "DROP TABLE IF EXISTS bench_rows;"
      "CREATE TABLE bench_rows (id TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, at BIGINT NOT NULL, "
      "payload TEXT NOT NULL);"
      "CREATE INDEX bench_rows_owner ON bench_rows (owner);"
      "CREATE INDEX bench_rows_at ON bench_rows (at);");
}

// Spread like a random public id, the worst case for an index.
std::string make_id(std::uint64_t number) {
  std::uint64_t mixed = number * 0x9e3779b97f4a7c15;
  constexpr char kSigns[] = "ABCDEFGHIJKLMNPQRSTUVWXYZ1234567";
  std::string id = "A";
  for (int i = 0; i < 12; ++i, mixed >>= 5) id += kSigns[mixed & 31];
  return id;
}

void insert(Connection& db, std::uint64_t number, const std::string& payload, Way way) {
  constexpr std::string_view kSql = "INSERT INTO bench_rows (id, owner, at, payload) VALUES ($1, $2, $3, $4)";
  const std::string id = make_id(number);
  const std::string owner = make_id(number % 50);
  const std::int64_t at = 1'900'000'000'000'000 + static_cast<std::int64_t>(number);
  if (way == Way::Pipeline) {
    db.execute_later(kSql, {id, owner, at, payload});
  } else {
    db.execute(kSql, {id, owner, at, payload});
  }
}

void measure(Connection& db, const Load& load, std::chrono::seconds length, std::uint64_t& number) {
  const std::string payload(2048, 'x');
  std::vector<double> commits;
  const auto start = Steady::now();
  while (Steady::now() - start < length) {
    const auto begin = Steady::now();
    Transaction transaction(db);
    for (int i = 0; i < load.rows_a_commit; ++i) insert(db, ++number, payload, load.way);
    transaction.commit();
    commits.push_back(milliseconds(Steady::now() - begin));
  }
  const double seconds = milliseconds(Steady::now() - start) / 1000;
  std::ranges::sort(commits);
  const auto count = static_cast<double>(commits.size());
  std::printf("%-8s %13d %-9s %10.0f %10.0f %9.2f %9.2f %9.2f %8.1f\n",
              db.dialect() == Dialect::Sqlite ? "sqlite" : "postgres", load.rows_a_commit,
              load.way == Way::Pipeline ? "pipeline" : "waiting", count * load.rows_a_commit / seconds,
              count / seconds, commits[commits.size() / 2], commits[commits.size() * 99 / 100],
              commits.back(), resident_mib());
  std::fflush(stdout);
}

void run(const std::string& address, std::chrono::seconds length) {
  const auto database = open_database(address);
  const auto db = database->connect(Connection::Mode::Write);
  const bool postgres = db->dialect() == Dialect::Postgres;
  std::uint64_t number = 0;
  for (const Load load : {Load{1, Way::Pipeline}, Load{10, Way::Waiting}, Load{10, Way::Pipeline},
                          Load{100, Way::Waiting}, Load{100, Way::Pipeline}}) {
    if (!postgres && load.way == Way::Waiting) continue;  // there is no other side to wait for
    create_table(*db);
    measure(*db, load, length, number);
  }
  db->run_script("DROP TABLE bench_rows");
}

}  // namespace
}  // namespace tocsin::store

int main(int count, char** arguments) {
  const std::chrono::seconds length(count > 1 ? std::max(1, std::atoi(arguments[1])) : 3);
  std::vector<std::string> addresses(arguments + std::min(count, 2), arguments + count);
  if (addresses.empty()) addresses = {"sqlite:./bench_store.db"};
  std::printf("%-8s %13s %-9s %10s %10s %9s %9s %9s %8s\n", "database", "rows a commit", "way", "rows/s",
              "commits/s", "p50 ms", "p99 ms", "max ms", "RSS MiB");
  try {
    for (const std::string& address : addresses) tocsin::store::run(address, length);
  } catch (const tocsin::store::StorageError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
