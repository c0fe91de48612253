// A resource of the public API: its paths, operations and fields, declared once. The router, the OpenAPI
// document and the reference page are made from this.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "edge/api/call.h"
#include "edge/api/field.h"
#include "edge/api/rate_limit.h"

namespace tocsin::api {

// A write that touches many rows, as several transactions, so that no other command waits for all of them.
// What was committed stays when a later step fails.
class LongWrite {
 public:
  virtual ~LongWrite() = default;
  // One transaction's worth; may run twice. An error undoes this step and ends the request.
  virtual Result<void> step(engine::Batch& batch) = 0;
  // After each step's commit. The answer when that was the last.
  virtual std::optional<http::Response> committed() = 0;
};
using BeginLongWrite = std::function<std::unique_ptr<LongWrite>(std::shared_ptr<const Call>)>;

struct Operation {
  std::string method;                            // GET, POST, PUT, PATCH, DELETE
  std::string summary;                           // one line for the reference
  std::optional<access::Permission> permission;  // none: any active user
  std::variant<Read, Write, BeginLongWrite, Later> run;
  int success = 200;
  enum class Answers { Object, Page, Nothing, Other } answers = Answers::Object;
  bool service_accounts = true;  // false: their tokens are invalid here
  // Titles of resources in the reference, where they are not the own one.
  std::string request_schema = {};
  std::string answer_schema = {};
  Prepare prepare = {};  // of a write
  bool open = false;     // no Authorization is read, nobody is the caller: the operation checks by itself
  std::optional<Bucket> bucket = {};  // none: the one that all requests of a caller share
  // Of an open operation: whose requests these are; nullopt: nobody's, they are refused anyway.
  std::function<std::optional<UserId>(const Call&, store::Connection&)> counts_for = {};
  std::string media_type = {};  // of every answer, a refused one too; empty: JSON
};

struct Parameter {
  std::string name;
  std::string about;
};

struct Endpoint {
  std::string path;  // below /api/v1: "/integrations/{id}/"; the slash at the end is optional in requests
  std::vector<Operation> operations;
  std::vector<Parameter> parameters = {};  // of the query
};

struct Resource {
  std::string name;   // "integrations"
  std::string title;  // "Integration"
  std::string about;
  std::span<const Field> fields;
  std::vector<Endpoint> endpoints;
};

}  // namespace tocsin::api
