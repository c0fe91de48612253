#include <algorithm>

#include "simulation/repeats.h"
#include "simulation/write.h"

namespace tocsin::simulation {
namespace {

constexpr std::size_t kOffsetWidth = 9;             // "+0:05:00 "
constexpr std::size_t kMargin = 2 + 9 + 2 + 9 + 2;  // where sentences begin

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

// "2026-11-24T12:05:00Z" -> "12:05:00Z"
std::string time_of_day(Instant at) {
  return to_iso_seconds(at).substr(11);
}
std::string day_of(Instant at) {
  return to_iso_seconds(at).substr(0, 10);
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

// What must not be overlooked is marked.
char mark_of(const Event& event) {
  if (event.kind == EventKind::Notified) return '>';
  return event.kind == EventKind::Failed ? '!' : ' ';
}

class Page {
 public:
  explicit Page(const Report& report) : report_(report) {}

  std::string write() {
    head();
    events();
    line("");
    ending();
    for (const PersonReport& person : report_.people) add(person);
    for (const std::string& note : report_.notes) line("note: " + note);
    for (const std::string& reason : report_.because) line("because: " + reason);
    line(report_.verdict());
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += text + "\n"; }

  void head() {
    line("Simulated: an alert to integration \"" + report_.integration.name + "\" (" +
         report_.integration.type + ") at " + to_iso_seconds(report_.start) + ". Nothing is sent.");
    line("Pages can leave by: " + (report_.means.empty() ? "nothing" : joined(report_.means)) +
         ". Not by: " + (report_.missing_means.empty() ? "-" : joined(report_.missing_means)) + ".");
    line("");
  }

  void events() {
    const std::vector<bool> skipped =
        several_groups() ? std::vector<bool>(report_.events.size()) : repeated(report_.events);
    std::string day = day_of(report_.start);
    for (std::size_t i = 0; i < report_.events.size(); ++i) {
      const Event& event = report_.events[i];
      if (skipped[i]) {
        if (!skipped[i - 1]) line(std::string(kMargin, ' ') + "... and all of that again");
        continue;
      }
      if (day_of(event.at) != day) line("-- " + (day = day_of(event.at)) + " --");
      add(event);
    }
  }

  void add(const Event& event) {
    const std::string group = several_groups() && event.group ? "#" + std::to_string(*event.group) + " " : "";
    const bool personal = event.user.has_value();
    const std::string before = personal || event.place.empty() ? "" : event.place + ": ";
    const std::string after =
        personal && event.details.empty() && !event.place.empty() ? " (" + event.place + ")" : "";
    line(std::string(1, mark_of(event)) + " " + padded(offset_text(event.at - report_.start), kOffsetWidth) +
         "  " + padded(time_of_day(event.at), kOffsetWidth) + "  " + group + before + event.text + after);
    if (personal && !event.details.empty()) return add_reasons(event);
    for (const std::string& detail : event.details) line(std::string(kMargin, ' ') + "- " + detail);
  }

  // Of a page in one line: by which rule, and why this person.
  void add_reasons(const Event& event) {
    std::string reasons = event.place;
    for (const std::string& detail : event.details) reasons += (reasons.empty() ? "" : "; ") + detail;
    line(std::string(kMargin, ' ') + "- " + reasons);
  }

  bool several_groups() const { return report_.groups.size() > 1; }

  void ending() {
    if (report_.cut_short) {
      line("The simulation hit its limit and ends here; more would follow.");
    } else if (!report_.finished) {
      line("More is due after the horizon (" + to_iso_seconds(report_.horizon) + ").");
    } else {
      line(std::string("Nothing more would happen: no timer is left") +
           (unanswered() ? ", and nobody has answered." : "."));
    }
  }

  bool unanswered() const {
    return std::ranges::any_of(
        report_.groups, [](const GroupReport& group) { return state_of(group.group) == GroupState::New; });
  }

  void add(const PersonReport& person) {
    if (person.reached_at) {
      line("reached:     " + person.username + " by " + std::string(person.by ? label(*person.by) : "") +
           " " + offset_text(*person.reached_at - report_.start));
    } else {
      line("NOT reached: " + person.username +
           (person.failures.empty() ? std::string() : " - " + person.failures.front()));
    }
  }

  const Report& report_;
  std::string out_;
};

}  // namespace

std::string write_text(const Report& report) {
  return Page(report).write();
}

}  // namespace tocsin::simulation
