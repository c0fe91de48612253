#include "app/secret_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "store/secrets.h"

namespace tocsin::app {
namespace {

constexpr std::string_view kSqlite = "sqlite:", kMemory = ":memory:";

Error fault(const std::string& doing, const std::string& path, int code) {
  return invalid("the secret key file " + path + " cannot be " + doing + ": " + std::strerror(code) +
                 " (--secret-key-file names another one)");
}

Result<store::SecretKey> read_key(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  if (!file || !std::getline(file, text)) return fault("read", path, errno != 0 ? errno : EIO);
  while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.pop_back();
  auto key = store::SecretKey::from_hex(text);
  if (!key) return invalid("the secret key file " + path + " is unusable: " + key.error().message);
  return key;
}

// All of it or nothing, flushed; false with errno when not.
bool write_file(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool flushed = written && ::fsync(fd) == 0;
  const int code = errno;
  ::close(fd);
  errno = code;
  return flushed;
}

void flush_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

// Under a name of its own first: of two processes that start at once, one makes the file and both read it.
Result<void> make_file(const std::string& path, IdSource& ids) {
  const std::filesystem::path target(path);
  const std::filesystem::path folder = target.has_parent_path() ? target.parent_path() : ".";
  std::error_code ignored;  // whatever is missing shows when the file is opened
  std::filesystem::create_directories(folder, ignored);
  const std::string draft = path + "." + ids.hex(4);
  if (!write_file(draft, store::SecretKey::draw(ids).hex() + "\n")) {
    const int code = errno;
    ::unlink(draft.c_str());
    return fault("made", path, code);
  }
  const bool linked = ::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
  const int code = errno;
  ::unlink(draft.c_str());
  if (!linked) return fault("made", path, code);
  flush_folder(folder);
  return {};
}

void warn_if_open(const std::string& path, Log& log) {
  struct stat about {};
  if (::stat(path.c_str(), &about) == 0 && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    log.warning("others may read the secret key file; it should be readable by its owner only",
                {{"file", path}});
}

}  // namespace

KeyFile key_file_of(const std::string& option, const std::string& database_address) {
  if (!option.empty()) return {option, true};
  if (!database_address.starts_with(kSqlite)) return {"./data/secret.key", false};
  const std::string path = database_address.substr(kSqlite.size());
  return {path == kMemory ? std::string() : path + ".key", false};
}

Result<std::optional<store::SecretKey>> load_secret_key(const KeyFile& file, store::Database& database,
                                                        IdSource& ids, Log& log) {
  if (file.path.empty()) return std::optional(store::SecretKey::draw(ids));
  if (::access(file.path.c_str(), F_OK) != 0) {
    const auto sealed_with = store::secret_key_id(database);
    if (sealed_with && !file.given && database.dialect() == store::Dialect::Postgres) {
      log.error(
          "this node has no secret key: it pages, but stores no secrets and leaves webhooks that have some "
          "to "
          "other nodes; give it the file of the first node by --secret-key-file",
          {{"file", file.path}, {"key", *sealed_with}});
      return std::optional<store::SecretKey>();
    }
    if (sealed_with) {
      return invalid("the secret key file " + file.path + " is missing, and the secrets in " +
                     database.name() + " are sealed with secret key " + *sealed_with +
                     ": put the file back or name it by --secret-key-file (every node the same); if the "
                     "key is lost, run `tocsin secrets forget` and enter the secrets again");
    }
    TRY(make_file(file.path, ids));
    log.info("a secret key was made; keep a copy of the file apart from the database's backups",
             {{"file", file.path}});
  }
  TRY_AS(store::SecretKey key, read_key(file.path));
  warn_if_open(file.path, log);
  if (!file.given && database.dialect() == store::Dialect::Postgres)
    log.warning(
        "the secret key is a file of this machine; several nodes, and containers that come and go, need "
        "--secret-key-file",
        {{"file", file.path}});
  return std::optional(std::move(key));
}

}  // namespace tocsin::app
