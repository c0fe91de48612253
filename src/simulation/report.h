// What a simulation found: everything that happened, in order, and the verdict.
//
// Plain values; text.h and json.h write them. Sentences about records are those of the alert group's time
// line (domain/model/log_text.h); what is added here says why.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model/alert_group.h"
#include "domain/model/integration.h"
#include "domain/model/notification.h"
#include "language/json/value.h"

namespace tocsin::simulation {

enum class EventKind {
  Received,  // an alert came in and opened or joined a group
  Step,      // the group: its escalation's steps, its state
  Wait,      // a step or a rule that only waits
  Notified,  // a page reached a person's means
  Failed,    // a page or a step that reached nobody
  Posted,    // the group's post in a chat channel
  Answered,  // as the request asked
  Finished,  // an escalation, or the rules of a person, are at their end
};
std::string_view to_text(EventKind kind);  // "received"

struct Event {
  Instant at;
  EventKind kind = EventKind::Step;
  std::optional<std::int64_t> group;      // number
  std::string text;                       // one sentence
  std::string place = {};                 // "step 2 of 4", "default rule 1 of 3"
  std::vector<std::string> details = {};  // why, each a line
  std::optional<UserId> user = {};
  std::string username = {};
  std::optional<NotifyBy> by = {};
  bool starts_over = false;  // the chain goes back to its first step
};

// Whom the escalation meant, in the order in which they were reached; those never reached last.
struct PersonReport {
  UserId user;
  std::string username;
  std::optional<Instant> reached_at;
  std::optional<NotifyBy> by;         // what reached them first
  std::vector<std::string> failures;  // what did not, each once
};

struct GroupReport {
  AlertGroup group;      // as it ends
  json::Value timeline;  // as GET /alert_groups/{id}/timeline/ answers it
};

struct Report {
  Integration integration;
  Instant start;
  Instant end;  // when the last thing happened
  Instant horizon;
  bool finished = true;                    // false: more would be due after the horizon
  bool cut_short = false;                  // a limit of the simulation was hit: there may be more
  std::vector<std::string> means;          // by which pages can leave: "Email"
  std::vector<std::string> missing_means;  // by which nobody can be paged on this server
  std::vector<Event> events;
  std::vector<PersonReport> people;
  std::vector<GroupReport> groups;
  std::vector<std::string> because;  // nobody is reached: why not, each a sentence
  std::vector<std::string> notes;    // what the reader must know to trust this

  bool reaches_somebody() const { return !people.empty() && people.front().reached_at.has_value(); }
  // "ann would be reached first, by Email at 2026-11-24T12:00:05Z, 5 s after the start."
  std::string verdict() const;
};

// "+0:05:00", "+26:00:00"
std::string offset_text(std::chrono::microseconds after);

}  // namespace tocsin::simulation
