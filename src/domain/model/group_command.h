// What can be done to an alert group, and who does it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "domain/model/alert_group.h"
#include "domain/model/ids.h"

namespace tocsin {

// Through what a person acted; numbers as OnCall stores them.
enum class ActionSource {
  Slack = 0,
  Web = 1,
  Phone = 2,
  Telegram = 3,
  Api = 4,
  Backsync = 5,
  Mattermost = 6
};

struct Actor {
  AnsweredBy by = AnsweredBy::User;
  std::optional<UserId> user;  // nullopt for Source, LastStep, MaintenanceEnd, and for service accounts
  std::string username;
  std::optional<ActionSource> via;
  std::string integration;  // for Backsync: the integration that acted
  std::string reason;       // kept in the record: "Bulk action acknowledge"

  friend bool operator==(const Actor&, const Actor&) = default;
};

namespace command {
struct Acknowledge {
  friend bool operator==(const Acknowledge&, const Acknowledge&) = default;
};
struct Unacknowledge {
  friend bool operator==(const Unacknowledge&, const Unacknowledge&) = default;
};
struct Resolve {
  friend bool operator==(const Resolve&, const Resolve&) = default;
};
struct Unresolve {
  friend bool operator==(const Unresolve&, const Unresolve&) = default;
};
struct Silence {
  std::optional<std::chrono::seconds> delay;  // nullopt: forever
  bool stop_at_once = false;  // bulk: a silence forever ends the escalation now, not at its next tick
  friend bool operator==(const Silence&, const Silence&) = default;
};
struct Unsilence {
  friend bool operator==(const Unsilence&, const Unsilence&) = default;
};
struct Restart {
  friend bool operator==(const Restart&, const Restart&) = default;
};
struct Wipe {
  friend bool operator==(const Wipe&, const Wipe&) = default;
};
}  // namespace command

using GroupCommand =
    std::variant<command::Acknowledge, command::Unacknowledge, command::Resolve, command::Unresolve,
                 command::Silence, command::Unsilence, command::Restart, command::Wipe>;

}  // namespace tocsin
