#include "simulation/reasons.h"
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
    std::string day = day_of(report_.start);
    for (const Event& event : report_.events) {
      if (day_of(event.at) != day) line("-- " + (day = day_of(event.at)) + " --");
      add(event);
    }
    line("");
    ending();
    for (const PersonReport& person : report_.people) add(person);
    for (const std::string& note : report_.notes) line("note: " + note);
    line(report_.verdict());
    for (const std::string& reason : report_.because) line("  because: " + reason);
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

  void add(const Event& event) {
    const std::string group = several_groups() && event.group ? "#" + std::to_string(*event.group) + " " : "";
    line(std::string(1, mark_of(event)) + " " + padded(offset_text(event.at - report_.start), kOffsetWidth) +
         "  " + padded(time_of_day(event.at), kOffsetWidth) + "  " + group + event.text);
    for (const std::string& detail : event.details) line(std::string(kMargin, ' ') + "- " + detail);
  }

  bool several_groups() const { return report_.groups.size() > 1; }

  void ending() {
    if (report_.cut_short) {
      line("The simulation hit its limit and ends here; more would follow.");
    } else if (!report_.finished) {
      line("More is due after the horizon (" + to_iso_seconds(report_.horizon) + ").");
    } else {
      line("Nothing more would happen: nobody has answered, and no timer is left.");
    }
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
