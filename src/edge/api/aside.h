// Requests that take long, on the thread that Services::run_aside stands for.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "edge/api/call.h"

namespace tocsin::api {

// `name` for messages, with its article: "a search". Answers 503 when too many wait already, or the database
// fails.
void answer_aside(const std::string& name, std::shared_ptr<const Call> call,
                  std::function<Result<http::Response>(const Call&)> work, const Answer& answer);

}  // namespace tocsin::api
