// A resource of the public API: its paths, operations and fields, declared once. The router, the OpenAPI
// document and the reference page are made from this.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "edge/api/call.h"
#include "edge/api/field.h"
#include "edge/api/rate_limit.h"

namespace tocsin::api {

struct Operation {
  std::string method;                            // GET, POST, PUT, PATCH, DELETE
  std::string summary;                           // one line for the reference
  std::optional<access::Permission> permission;  // none: any active user
  std::variant<Read, Write> run;
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
