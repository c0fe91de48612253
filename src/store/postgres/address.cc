#include "store/postgres/address.h"

#include <libpq-fe.h>

#include <memory>

#include "store/connection.h"

namespace tocsin::store {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

std::string option(const PQconninfoOption* options, std::string_view keyword) {
  for (; options->keyword != nullptr; ++options) {
    if (options->keyword == keyword) return options->val == nullptr ? "" : options->val;
  }
  return {};
}

}  // namespace

Address parse_address(const std::string& url) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(PQconninfoParse(url.c_str(), &error));
  PQfreemem(error);  // it quotes the URL, which may hold a password
  if (!options) throw StorageError("the database address is not a valid postgresql:// URL");
  std::string name = "postgresql://";
  if (const std::string user = option(options.get(), "user"); !user.empty()) name += user + "@";
  name += option(options.get(), "host");
  if (const std::string port = option(options.get(), "port"); !port.empty()) name += ":" + port;
  return {url, name + "/" + option(options.get(), "dbname")};
}

}  // namespace tocsin::store
