// SQLite behind Connection: one file, WAL, one writer at a time, readers that never wait for it.
//
// A commit has returned when its WAL frames are on disk (synchronous=FULL: fdatasync). Page caches are
// bounded per connection and nothing is memory-mapped, so the process stays small whatever the file's size.
// Errors: StorageError; Busy when another process holds the write lock for longer than the busy time-out.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <thread>

#include "base/check.h"
#include "base/overloaded.h"
#include "store/database.h"
#include "store/statement_cache.h"

namespace tocsin::store {
namespace {

constexpr std::size_t kCachedStatements = 128;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};

struct Prepared {
  std::unique_ptr<sqlite3_stmt, Finalize> handle;
  std::vector<std::size_t>
      numbers;  // of the i-th SQLite parameter: N of its $N, which SQLite takes for a mere name
  std::size_t highest = 0;
};

// Gives up the statement's read lock and its views of the caller's parameters, however the call ends.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  ~Reset() { sqlite3_reset(statement_); }
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;

 private:
  sqlite3_stmt* statement_;
};

struct Settings {
  std::string path;
  std::chrono::milliseconds busy_timeout;
  bool durable;  // false: the file goes away with the Database, nobody waits for the disk
};

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(const Settings& settings, Mode mode)
      : path_(settings.path),
        busy_timeout_(settings.busy_timeout),
        mode_(mode),
        statements_(kCachedStatements) {
    open();
    configure(settings);
  }

  Dialect dialect() const override { return Dialect::Sqlite; }

  Rows query(std::string_view sql, Params params) override {
    Prepared& statement = prepared(sql);
    bind(statement, params, sql);
    return fetch(statement.handle.get(), sql);
  }

  std::int64_t execute(std::string_view sql, Params params) override {
    const std::int64_t before = sqlite3_total_changes64(db_.get());
    query(sql, params);
    // What sqlite3_changes says is about this statement only if it changed anything at all.
    return sqlite3_total_changes64(db_.get()) == before ? 0 : sqlite3_changes64(db_.get());
  }

  std::vector<Rows> query_each(std::string_view sql, std::span<const std::vector<Param>> params) override {
    std::vector<Rows> results;
    results.reserve(params.size());
    for (const std::vector<Param>& one : params) results.push_back(query(sql, one));
    return results;
  }

  std::vector<Rows> query_all(std::span<const Question> questions) override {
    std::vector<Rows> results;
    results.reserve(questions.size());
    for (const Question& question : questions) results.push_back(query(question.sql, question.params));
    return results;
  }

  void execute_later(std::string_view sql, Params params) override { query(sql, params); }
  void write_later(std::string_view sql, std::size_t, Params params) override { query(sql, params); }
  void flush() override {}

  void run_script(std::string_view sql) override {
    while (!sql.empty()) {
      const char* rest = nullptr;
      const std::unique_ptr<sqlite3_stmt, Finalize> statement = prepare(sql, 0, &rest);
      if (statement) fetch(statement.get(), sql);
      sql.remove_prefix(static_cast<std::size_t>(rest - sql.data()));
    }
  }

  void begin(Mode mode) override {
    TOCSIN_CHECK(!in_transaction_);
    if (mode == Mode::Write && mode_ == Mode::Read)
      throw StorageError("a read connection cannot begin a write transaction");
    execute(mode == Mode::Write ? "BEGIN IMMEDIATE" : "BEGIN", {});
    in_transaction_ = true;
    guarded_ = mode == Mode::Read && mode_ == Mode::Write;
  }

  void commit() override {
    TOCSIN_CHECK(in_transaction_);
    execute("COMMIT", {});
    leave_transaction();
  }

  void rollback() noexcept override {
    // SQLite rolls back by itself after some errors (disk full, I/O).
    if (sqlite3_get_autocommit(db_.get()) == 0)
      sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    leave_transaction();
  }

  bool in_transaction() const override { return in_transaction_; }

  void begin_savepoint() override { execute("SAVEPOINT command", {}); }
  void release_savepoint() override { execute("RELEASE SAVEPOINT command", {}); }
  // Without effect when SQLite has undone the whole transaction already: commit() will refuse then.
  void undo_savepoint() noexcept override {
    sqlite3_exec(db_.get(), "ROLLBACK TO SAVEPOINT command; RELEASE SAVEPOINT command", nullptr, nullptr,
                 nullptr);
  }

 private:
  void open() {
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(
        path_.c_str(), &db,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    db_.reset(db);
    if (code != SQLITE_OK) fail(code, {});
  }

  void configure(const Settings& settings) {
    sqlite3_busy_timeout(db_.get(), static_cast<int>(busy_timeout_.count()));
    // Double quotes are names, never text, as in PostgreSQL.
    sqlite3_db_config(db_.get(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(db_.get(), SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    // Of a new file: three alerts of 2 KB fill a page, where one of 4 KiB holds one and wastes the rest.
    run_script("PRAGMA page_size=8192");
    use_wal();
    run_script(settings.durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
    run_script(mode_ == Mode::Write ? "PRAGMA cache_size=-4096" : "PRAGMA cache_size=-1024");  // KiB
    run_script(
        "PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
        "PRAGMA case_sensitive_like=ON;"  // as in PostgreSQL
        // A checkpoint writes each changed page once, however often it changed, and the commit that triggers
        // it waits for that: docs/decisions/0005.
        "PRAGMA wal_autocheckpoint=8192;"
        "PRAGMA journal_size_limit=67108864");  // what a burst made of the WAL is given back at the next
                                                // reset
    if (mode_ == Mode::Read) run_script("PRAGMA query_only=ON");
  }

  // The first switch to WAL needs the file alone for a moment, and SQLite does not call the busy handler for
  // it.
  void use_wal() {
    const auto deadline = std::chrono::steady_clock::now() + busy_timeout_;
    for (;;) {
      try {
        const Rows mode = query("PRAGMA journal_mode=WAL", {});
        if (mode[0].text(0) == "wal") return;
        throw StorageError(about() + "its file system cannot hold a write-ahead log");
      } catch (const Busy&) {
        if (std::chrono::steady_clock::now() >= deadline) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    }
  }

  std::unique_ptr<sqlite3_stmt, Finalize> prepare(std::string_view sql, unsigned flags, const char** rest) {
    sqlite3_stmt* handle = nullptr;
    const int code =
        sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()), flags, &handle, rest);
    std::unique_ptr<sqlite3_stmt, Finalize> statement(handle);
    if (code != SQLITE_OK) fail(code, sql);
    return statement;
  }

  Prepared& prepared(std::string_view sql) {
    if (Prepared* known = statements_.find(sql)) return *known;
    const char* rest = nullptr;
    Prepared statement{prepare(sql, SQLITE_PREPARE_PERSISTENT, &rest), {}, 0};
    if (!statement.handle || !is_blank({rest, static_cast<std::size_t>(sql.data() + sql.size() - rest)})) {
      throw StorageError("one statement is expected: " + excerpt(sql));
    }
    const int count = sqlite3_bind_parameter_count(statement.handle.get());
    for (int i = 1; i <= count; ++i) {
      const char* name = sqlite3_bind_parameter_name(statement.handle.get(), i);
      const std::string_view text = name == nullptr ? "" : name;
      std::size_t number = 0;
      if (text.size() > 1) std::from_chars(text.data() + 1, text.data() + text.size(), number);
      if (number == 0 || text[0] != '$') throw StorageError("placeholders are $1, $2, ...: " + excerpt(sql));
      statement.numbers.push_back(number);
      statement.highest = std::max(statement.highest, number);
    }
    statements_.add(sql, std::move(statement));
    return *statements_.find(sql);
  }

  void bind(const Prepared& statement, Params params, std::string_view sql) {
    if (params.size() != statement.highest) {
      throw StorageError("statement takes " + std::to_string(statement.highest) + " parameters, given are " +
                         std::to_string(params.size()) + ": " + excerpt(sql));
    }
    for (std::size_t i = 0; i < statement.numbers.size(); ++i) {
      const int code =
          bind_one(statement.handle.get(), static_cast<int>(i + 1), params[statement.numbers[i] - 1]);
      if (code != SQLITE_OK) fail(code, sql);
    }
  }

  static int bind_one(sqlite3_stmt* statement, int at, const Param& param) {
    return std::visit(Overloaded{
                          [&](std::nullptr_t) { return sqlite3_bind_null(statement, at); },
                          [&](std::int64_t value) { return sqlite3_bind_int64(statement, at, value); },
                          [&](double value) { return sqlite3_bind_double(statement, at, value); },
                          [&](std::string_view text) {
                            // A null pointer would bind NULL, and an empty text is not NULL.
                            const char* data = text.empty() ? "" : text.data();
                            return sqlite3_bind_text64(statement, at, data, text.size(), SQLITE_STATIC,
                                                       SQLITE_UTF8);
                          },
                      },
                      param.data());
  }

  Rows fetch(sqlite3_stmt* statement, std::string_view sql) {
    refuse_lost_transaction();
    if (guarded_ && sqlite3_stmt_readonly(statement) == 0)
      throw StorageError(about() + "a read transaction cannot write: " + excerpt(sql));
    const Reset reset(statement);
    int code = sqlite3_step(statement);
    const int columns = sqlite3_column_count(statement);  // after the step: it may have prepared anew
    Rows rows(static_cast<std::size_t>(columns));
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
      for (int i = 0; i < columns; ++i) rows.add(cell(statement, i));
    }
    if (code != SQLITE_DONE) fail(code, sql);
    return rows;
  }

  static Rows::Cell cell(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
      case SQLITE_NULL:
        return nullptr;
      case SQLITE_INTEGER:
        return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
      case SQLITE_FLOAT:
        return sqlite3_column_double(statement, column);
      default: {
        const unsigned char* text = sqlite3_column_text(statement, column);
        if (text == nullptr) throw std::bad_alloc();
        return std::string(reinterpret_cast<const char*>(text),
                           static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
      }
    }
  }

  // After an error that made SQLite roll back by itself the next statement would commit alone, outside of any
  // transaction.
  void refuse_lost_transaction() const {
    if (in_transaction_ && sqlite3_get_autocommit(db_.get()) != 0) {
      throw StorageError(about() + "an earlier error undid the whole transaction");
    }
  }

  void leave_transaction() noexcept {
    in_transaction_ = false;
    guarded_ = false;
  }

  [[noreturn]] void fail(int code, std::string_view sql) const {
    std::string message = about() + (db_ ? sqlite3_errmsg(db_.get()) : sqlite3_errstr(code));
    switch (code & 0xff) {
      case SQLITE_NOMEM:
        throw std::bad_alloc();
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        throw Busy(about() + "the database is locked by another process (waited " +
                   std::to_string(busy_timeout_.count()) + " ms)");
      default:
        break;
    }
    if (!sql.empty()) message += ": " + excerpt(sql);
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
      throw UniqueViolation(message);
    throw StorageError(message);
  }

  std::string about() const { return "sqlite " + path_ + ": "; }
  static bool is_blank(std::string_view sql) {
    return sql.find_first_not_of("; \t\r\n") == std::string_view::npos;
  }
  static std::string excerpt(std::string_view sql) { return std::string(sql.substr(0, 200)); }

  std::string path_;
  std::chrono::milliseconds busy_timeout_;
  Mode mode_;
  bool in_transaction_ = false;
  // A read transaction on a write connection. Not by query_only: that pragma has every cached statement
  // compiled again.
  bool guarded_ = false;
  std::unique_ptr<sqlite3, Close> db_;
  StatementCache<Prepared> statements_;  // after db_: finalized before it closes
};

// ":memory:" as a file in memory-backed storage: SQLite's own shared in-memory modes make readers wait for
// the writer. The directory is this object's alone and goes away with it.
class ScratchFolder {
 public:
  ScratchFolder() {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path base =
        ::access("/dev/shm", W_OK) == 0 ? fs::path("/dev/shm") : fs::temp_directory_path(error);
    std::string name = (base / "tocsin-memory-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw StorageError("sqlite :memory: found no place for its file: " +
                         std::generic_category().message(errno));
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::string& path, std::chrono::milliseconds busy_timeout) : path_(path) {
    const bool in_memory = path == ":memory:";
    if (in_memory) scratch_ = std::make_unique<ScratchFolder>();
    settings_ = {in_memory ? scratch_->path() + "/db" : path, busy_timeout, !in_memory};
    make_folder();
    make_file();
  }

  std::unique_ptr<Connection> connect(Connection::Mode mode) override {
    return std::make_unique<SqliteConnection>(settings_, mode);
  }
  Dialect dialect() const override { return Dialect::Sqlite; }
  std::string name() const override { return "sqlite:" + path_; }

 private:
  void make_folder() const {
    const std::filesystem::path folder = std::filesystem::path(settings_.path).parent_path();
    std::error_code error;
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) throw StorageError("cannot create the folder " + folder.string() + ": " + error.message());
  }

  // It holds people's telephone numbers and tokens: for the owner only, and SQLite gives the WAL the same
  // rights. Whatever is wrong here SQLite will find too, and say better.
  void make_file() const {
    const int file = ::open(settings_.path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
  }

  std::string path_;
  std::unique_ptr<ScratchFolder> scratch_;
  Settings settings_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::string& path, std::chrono::milliseconds busy_timeout) {
  return std::make_unique<SqliteDatabase>(path, busy_timeout);
}

}  // namespace tocsin::store
