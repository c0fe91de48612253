#include "edge/api/aside.h"

#include "edge/api/answer.h"

namespace tocsin::api {
namespace {

// Nobody on that thread would catch what is thrown.
Result<http::Response> guarded(const std::string& name, const Call& call,
                               const std::function<Result<http::Response>(const Call&)>& work) {
  try {
    return work(call);
  } catch (const store::StorageError& error) {
    call.services.log.warning(name + " could not use the database", {{"error", error.what()}});
    return Error{ErrorKind::Unavailable, {}, "The database is not available right now. Please retry."};
  } catch (const std::exception& error) {
    call.services.log.error(name + " broke", {{"error", error.what()}});
    return detail_response(500, "A server error occurred.");
  }
}

}  // namespace

void answer_aside(const std::string& name, std::shared_ptr<const Call> call,
                  std::function<Result<http::Response>(const Call&)> work, const Answer& answer) {
  const bool taken = call->services.run_aside(
      [name, call, work = std::move(work), answer] { answer(guarded(name, *call, work)); });
  if (!taken) answer(Error{ErrorKind::Unavailable, {}, "Too much of this kind is waiting. Please retry."});
}

}  // namespace tocsin::api
