// PostgreSQL behind Connection: libpq, always in pipeline mode.
//
// Statements are prepared on first use and live as long as the connection. What execute_later was given waits
// in the pipeline; settle() sends the end mark (sync), reads all answers in order and throws the first error.
// Up to that mark the server skips whatever follows an error, and behind the mark the protocol is in order
// again: a rollback always gets through.
//
// Lost connections: StorageError; the next begin or statement outside of a transaction connects anew.
// Types: integers go as int8, reals as float8, text and NULL without a type, so that text fits any column.
#include <libpq-fe.h>
#include <poll.h>

#include <deque>

#include "base/check.h"
#include "base/overloaded.h"
#include "store/commit_unknown.h"
#include "store/database.h"
#include "store/postgres/address.h"
#include "store/postgres/arguments.h"
#include "store/postgres/gathered.h"
#include "store/postgres/results.h"
#include "store/statement_cache.h"

namespace tocsin::store {
namespace {

constexpr std::size_t kCachedStatements = 256;
constexpr std::size_t kLongestPipeline =
    512;  // statements; bounds the memory that answers take on both sides

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

std::string_view without_line_end(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

struct Failure {
  std::string state;  // SQLSTATE
  std::string message;
};

class PostgresConnection final : public Connection {
 public:
  PostgresConnection(const Address& address, Mode mode)
      : address_(address), mode_(mode), statements_(kCachedStatements) {
    connect();
  }

  Dialect dialect() const override { return Dialect::Postgres; }

  Rows query(std::string_view sql, Params params) override { return read_rows(run(sql, params).get()); }
  std::int64_t execute(std::string_view sql, Params params) override {
    return read_changes(run(sql, params).get());
  }

  std::vector<Rows> query_all(std::span<const Question> questions) override {
    make_ready();
    send_gathered();
    for (const Question& question : questions) send(question.sql, question.params, Answer::Wanted);
    std::vector<Rows> rows;
    rows.reserve(questions.size());
    for (const QueryResult& result : settle()) rows.push_back(read_rows(result.get()));
    return rows;
  }

  std::vector<Rows> query_each(std::string_view sql, std::span<const std::vector<Param>> params) override {
    make_ready();
    send_gathered();
    std::vector<Rows> rows;
    rows.reserve(params.size());
    while (!params.empty()) {
      const auto now = params.first(std::min(params.size(), kLongestPipeline));
      params = params.subspan(now.size());
      for (const std::vector<Param>& one : now) send(sql, one, Answer::Wanted);
      for (const QueryResult& result : settle()) rows.push_back(read_rows(result.get()));
    }
    return rows;
  }

  void execute_later(std::string_view sql, Params params) override {
    if (!in_transaction_) {
      execute(sql, params);
      return;
    }
    make_ready();
    send_gathered();
    send_later(sql, params);
  }

  void write_later(std::string_view sql, std::size_t keys, Params params) override {
    if (!in_transaction_) {
      execute(sql, params);
      return;
    }
    gathered_.add(sql, keys, params);
    if (gathered_.rows() >= kLongestPipeline) send_gathered();
  }

  void flush() override {
    send_gathered();
    if (!pending_.empty() || failure_) settle();
  }

  void run_script(std::string_view sql) override {
    const std::string script(sql);
    if (script.find('\0') != std::string::npos) throw StorageError("a script must not contain U+0000");
    make_ready();
    flush();
    // PQexec alone takes several statements at once, and not in pipeline mode.
    if (PQexitPipelineMode(handle_.get()) == 0) lose();
    QueryResult result(PQexec(handle_.get(), script.c_str()));
    const ExecStatusType status = PQresultStatus(result.get());
    // Plans made before the script may answer with columns that are no more.
    if (status != PGRES_FATAL_ERROR) {
      result.reset(PQexec(handle_.get(), "DEALLOCATE ALL"));
      statements_.clear();
      dropped_.clear();
    }
    if (PQstatus(handle_.get()) != CONNECTION_OK || PQenterPipelineMode(handle_.get()) == 0) lose();
    if (status == PGRES_FATAL_ERROR) fail(read_failure(result.get(), script));
  }

  void begin(Mode mode) override {
    TOCSIN_CHECK(!in_transaction_);
    if (mode == Mode::Write && mode_ == Mode::Read) {
      throw StorageError("a read connection cannot begin a write transaction");
    }
    make_ready();
    send(mode == Mode::Write ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", {},
         Answer::Unread);
    in_transaction_ = true;
  }

  void commit() override {
    TOCSIN_CHECK(in_transaction_);
    make_ready();
    bool committed = false;
    try {
      committed = std::string_view(PQcmdStatus(run("COMMIT", {}).get())) == "COMMIT";
    } catch (const StorageError& error) {
      if (handle_) throw;
      throw CommitUnknown(std::string(error.what()) + "; whether the transaction was committed is unknown");
    }
    in_transaction_ = false;
    // The server's answer to the end of a transaction in which an error was overlooked.
    if (!committed) throw StorageError(about() + "an earlier error undid the whole transaction");
  }

  void rollback() noexcept override {
    gathered_.clear();
    if (in_transaction_) end_quietly({"ROLLBACK"});
    in_transaction_ = false;
    if (handle_ && PQtransactionStatus(handle_.get()) != PQTRANS_IDLE) forget_connection();
  }

  bool in_transaction() const override { return in_transaction_; }

  void begin_savepoint() override {
    flush();  // an error so far is not this savepoint's
    execute_later("SAVEPOINT command", {});
  }
  void release_savepoint() override { execute("RELEASE SAVEPOINT command", {}); }
  // When the savepoint never came to be, the transaction stays refused by the server and commit() says so.
  void undo_savepoint() noexcept override {
    gathered_.clear();
    end_quietly({"ROLLBACK TO SAVEPOINT command", "RELEASE SAVEPOINT command"});
  }

 private:
  enum class Answer { Wanted, Unread };
  struct Prepared {
    std::string name;
    std::vector<Kind> kinds;
  };
  struct Pending {
    enum class What { Prepare, Run, Drop, Sync } what;
    std::string sql;  // Drop: the statement's name
    bool wanted = false;
  };

  // ---- connection

  void connect() {
    const char* const keywords[] = {"connect_timeout",
                                    "fallback_application_name",
                                    "keepalives_idle",
                                    "keepalives_interval",
                                    "keepalives_count",
                                    "tcp_user_timeout",
                                    "dbname",
                                    "client_encoding",
                                    nullptr};
    // What stands before dbname, the URL overrides. A dead peer is noticed within a minute.
    const char* const values[] = {"10",   "tocsin", "30", "10", "3", "30000", address_.url.c_str(),
                                  "UTF8", nullptr};
    handle_.reset(PQconnectdbParams(keywords, values, 1));
    if (!handle_) throw std::bad_alloc();
    if (PQstatus(handle_.get()) != CONNECTION_OK) lose("cannot connect");
    PQsetNoticeProcessor(
        handle_.get(), [](void*, const char*) {}, nullptr);
    // A node that hangs inside a transaction holds alert groups and timers: after 30 s its session is ended
    // and another node takes them over. The weaker kinds of synchronous_commit are raised; remote_apply,
    // which promises more, stays. What the writer asks names rows by an index: a plan that was made while a
    // table was small must not walk through it when it is large.
    const QueryResult result(
        PQexec(handle_.get(), mode_ == Mode::Write
                                  ? "SELECT set_config('synchronous_commit', 'on', false) "
                                    "WHERE current_setting('synchronous_commit') <> 'remote_apply';"
                                    "SET timezone = 'UTC'; SET statement_timeout = 0;"
                                    "SET idle_in_transaction_session_timeout = 30000;"
                                    "SET enable_seqscan = off; SET jit = off"
                                  : "SET default_transaction_read_only = on;"
                                    "SET timezone = 'UTC'; SET statement_timeout = 0; SET jit = off"));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) lose("cannot set up the session");
    if (PQenterPipelineMode(handle_.get()) == 0) lose();
  }

  // Outside of a transaction a connection that the server closed is replaced before use.
  void make_ready() {
    if (in_transaction_) {
      if (!handle_)
        throw StorageError(about() + "the connection was lost during this transaction, which is undone");
      return;
    }
    if (handle_ && !still_open()) forget_connection();
    if (!handle_) connect();
  }

  // Reads what came in unasked: the end of the connection, or a notice.
  bool still_open() {
    pollfd socket{PQsocket(handle_.get()), POLLIN, 0};
    while (::poll(&socket, 1, 0) > 0) {
      if (PQconsumeInput(handle_.get()) == 0 || PQstatus(handle_.get()) != CONNECTION_OK) return false;
    }
    return true;
  }

  void forget_connection() noexcept {
    handle_.reset();
    become_another_writer();  // what that connection began may still be committed
    pending_.clear();
    gathered_.clear();
    statements_.clear();
    dropped_.clear();
    failure_.reset();
  }

  [[noreturn]] void lose(const char* what = "connection lost") {
    // The reason the server gave, if it still could, says more than the end of the socket.
    const std::string message =
        about() + what + ": " +
        (failure_ ? failure_->message : std::string(without_line_end(PQerrorMessage(handle_.get()))));
    forget_connection();
    throw StorageError(message);
  }

  // ---- sending

  QueryResult run(std::string_view sql, Params params) {
    make_ready();
    send_gathered();
    send(sql, params, Answer::Wanted);
    return std::move(settle().front());
  }

  void send_later(std::string_view sql, Params params) {
    send(sql, params, Answer::Unread);
    if (pending_.size() >= kLongestPipeline) settle_quietly();
  }

  void send_gathered() {
    if (gathered_.empty()) return;
    make_ready();
    for (const Gathered::Statement& statement : gathered_.statements())
      send_later(statement.sql, statement.params);
    gathered_.clear();
  }

  void send(std::string_view sql, Params params, Answer answer) {
    const Arguments arguments(params);
    const Prepared& statement = prepared(sql, params);
    if (PQsendQueryPrepared(handle_.get(), statement.name.c_str(), arguments.count(), arguments.values(),
                            nullptr, nullptr, 0) == 0) {
      lose();
    }
    pending_.push_back({Pending::What::Run, std::string(sql), answer == Answer::Wanted});
  }

  const Prepared& prepared(std::string_view sql, Params params) {
    Prepared next{{}, std::vector<Kind>(params.size(), Kind::Null)};
    if (Prepared* known = statements_.find(sql)) {
      if (fits(*known, params)) return *known;
      dropped_.push_back(known->name);
      if (known->kinds.size() == params.size()) next.kinds = known->kinds;
      statements_.remove(sql);
    }
    for (std::size_t i = 0; i < params.size(); ++i)
      next.kinds[i] = std::max(next.kinds[i], kind_of(params[i]));
    return prepare(sql, std::move(next));
  }

  static bool fits(const Prepared& statement, Params params) {
    if (statement.kinds.size() != params.size()) return false;
    for (std::size_t i = 0; i < params.size(); ++i) {
      if (kind_of(params[i]) > statement.kinds[i]) return false;
    }
    return true;
  }

  const Prepared& prepare(std::string_view sql, Prepared statement) {
    drop_statements();
    statement.name = "s" + std::to_string(++statements_made_);
    std::vector<Oid> types;
    types.reserve(statement.kinds.size());
    for (const Kind kind : statement.kinds) types.push_back(oid_of(kind));
    const std::string text(sql);
    if (PQsendPrepare(handle_.get(), statement.name.c_str(), text.c_str(), static_cast<int>(types.size()),
                      types.data()) == 0) {
      lose();
    }
    pending_.push_back({Pending::What::Prepare, text});
    if (const auto left = statements_.add(sql, std::move(statement))) dropped_.push_back(left->name);
    return *statements_.find(sql);
  }

  // libpq 15 has no call for the protocol's Close message.
  void drop_statements() {
    for (std::string& name : std::exchange(dropped_, {})) {
      const std::string sql = "DEALLOCATE " + name;
      if (PQsendQueryParams(handle_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 0)
        lose();
      pending_.push_back({Pending::What::Drop, std::move(name)});
    }
  }

  void send_sync() {
    if (PQpipelineSync(handle_.get()) == 0) lose();
    pending_.push_back({Pending::What::Sync, {}});
  }

  // ---- reading

  // Waits for all that is in the pipeline; answers the wanted results in order or throws the first error.
  std::vector<QueryResult> settle() {
    send_sync();
    std::vector<QueryResult> results = drain();
    if (failure_) fail(*std::exchange(failure_, std::nullopt));
    return results;
  }

  // The error stays for the next caller who can be told.
  void settle_quietly() {
    send_sync();
    drain();
  }

  // Whatever waits in the pipeline first, its errors dropped, then these commands.
  void end_quietly(std::initializer_list<std::string_view> commands) noexcept {
    if (!handle_) return;
    try {
      if (!pending_.empty()) send_sync();
      for (const std::string_view command : commands) send(command, {}, Answer::Unread);
      send_sync();
      drain();
      failure_.reset();
    } catch (const std::exception&) {
      forget_connection();
    }
  }

  std::vector<QueryResult> drain() {
    std::vector<QueryResult> wanted;
    while (!pending_.empty()) {
      const Pending next = std::move(pending_.front());
      pending_.pop_front();
      QueryResult result(PQgetResult(handle_.get()));
      if (!result || PQstatus(handle_.get()) != CONNECTION_OK) lose();
      if (next.what == Pending::What::Sync) {
        if (PQresultStatus(result.get()) != PGRES_PIPELINE_SYNC) lose("out of step with the server");
        continue;
      }
      note(next, result.get());
      if (next.wanted) wanted.push_back(std::move(result));
      while (const QueryResult more{PQgetResult(handle_.get())}) {
      }
      if (PQstatus(handle_.get()) != CONNECTION_OK) lose();
    }
    return wanted;
  }

  void note(const Pending& command, const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
    if (command.what == Pending::What::Prepare) statements_.remove(command.sql);
    if (command.what == Pending::What::Drop) dropped_.push_back(command.sql);
    if (status == PGRES_PIPELINE_ABORTED || failure_) return;
    failure_ = status == PGRES_FATAL_ERROR
                   ? read_failure(result, command.sql)
                   : Failure{{}, "one statement with an answer is expected: " + command.sql};
  }

  static Failure read_failure(const PGresult* result, std::string_view sql) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* primary =
        PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);  // the detail would show values
    return {state == nullptr ? "" : state, (primary == nullptr ? "unknown error" : std::string(primary)) +
                                               ": " + std::string(sql.substr(0, 200))};
  }

  [[noreturn]] void fail(const Failure& failure) {
    const std::string message = about() + failure.message;
    const std::string& state = failure.state;
    if (state == "23505") throw UniqueViolation(message);
    if (state == "40001" || state == "40P01" || state == "55P03") throw Busy(message);
    // The server no longer has a statement, or another process changed its table: prepare all anew.
    if (state == "26000" || state == "0A000") statements_.clear();
    throw StorageError(message);
  }

  std::string about() const { return address_.name + ": "; }

  Address address_;
  Mode mode_;
  bool in_transaction_ = false;
  std::unique_ptr<PGconn, Finish> handle_;  // null: lost
  std::deque<Pending> pending_;             // sent, answers not read yet
  Gathered gathered_;                       // to be sent before whatever comes next
  std::optional<Failure> failure_;          // the first error of the pipeline, not yet told
  StatementCache<Prepared> statements_;
  std::vector<std::string> dropped_;  // names the server still has to forget
  std::uint64_t statements_made_ = 0;
};

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(const std::string& url) : address_(parse_address(url)) {}

  std::unique_ptr<Connection> connect(Connection::Mode mode) override {
    return std::make_unique<PostgresConnection>(address_, mode);
  }
  Dialect dialect() const override { return Dialect::Postgres; }
  std::string name() const override { return address_.name; }

 private:
  Address address_;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const std::string& url) {
  return std::make_unique<PostgresDatabase>(url);
}

}  // namespace tocsin::store
