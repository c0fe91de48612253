#include "edge/delivery/slack/schedule_texts.h"

#include <array>

#include "base/text.h"

namespace tocsin::delivery {
namespace {

using schedule::Event;
using schedule::Range;
using std::chrono::days;

constexpr std::size_t kShown = 25;

std::string two_digits(unsigned number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

// "Jan 06", of the UTC day.
std::string day_text(Instant at) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::year_month_day date{std::chrono::floor<days>(at)};
  return std::string(kMonths[static_cast<unsigned>(date.month()) - 1]) + " " +
         two_digits(static_cast<unsigned>(date.day()));
}

// Slack shows it in each reader's own zone; the fallback is for everything else.
std::string time_token(Instant at) {
  const std::string iso = to_iso_seconds(at);  // 2031-04-05T06:07:08Z
  return "<!date^" + std::to_string(to_micros(at) / 1'000'000) + "^{date_long} {time}|" + iso.substr(0, 10) +
         " " + iso.substr(11, 5) + " (UTC)>";
}

// An all-day event ends at midnight; its last day is the one before.
std::string days_text(Instant start, Instant end, const char* between) {
  const std::string first = day_text(start), last = day_text(end - std::chrono::seconds{1});
  return first == last ? first : first + between + last;
}

// "anna (<@U77>)" when mentioned and known to Slack, else "anna".
std::string person_text(const UserId& id, bool mention, const FindUser& find_user) {
  const auto user = find_user(id);
  if (!user) return "somebody";
  const auto slack = user->contacts.find("slack");
  const std::string name = escape_markup(user->username);
  return mention && slack != user->contacts.end() ? name + " (<@" + slack->second + ">)" : name;
}

std::string shift_text(const NoticedShift& shift, bool mention, const FindUser& find_user) {
  const std::string level =
      shift.level != 0 && !shift.is_override ? "[L" + std::to_string(shift.level) + "] " : std::string();
  const std::string when =
      shift.all_day ? days_text(shift.start, shift.end, " - ") + " _All-day event in timezone \"UTC\"_"
                    : time_token(shift.start) + " - " + time_token(shift.end);
  std::string text;
  for (const UserId& user : shift.users)
    text += level + person_text(user, mention, find_user) + "\n" + when + "\n";
  return text;
}

std::string shifts_text(const std::vector<NoticedShift>& shifts, bool mention, const FindUser& find_user) {
  std::string text;
  for (const NoticedShift& shift : shifts) text += shift_text(shift, mention, find_user);
  return text;
}

std::string nobody_text(const PostShiftNotice& notice, store::WhenEmpty when, const FindUser& find_user) {
  switch (when) {
    case store::WhenEmpty::NotifyChannel:
      return "Inviting <!channel>. No one on-call now!";
    case store::WhenEmpty::Inform:
      return "No one on-call now!";
    case store::WhenEmpty::MentionPrevious:
      break;
  }
  std::string text = "No one on-call now! Inviting prev shift:";
  for (const NoticedShift& shift : notice.previous) {
    for (const UserId& user : shift.users) text += " " + person_text(user, true, find_user);
  }
  return text;
}

std::string more_text(std::size_t count) {
  return count > kShown ? "and " + std::to_string(count - kShown) + " more\n" : "";
}

}  // namespace

std::string slack_link(const Schedule& schedule, const std::string& base_url) {
  return "<" + base_url + "/schedules/" + schedule.id.str() + "|" + escape_markup(schedule.name) + ">";
}

ShiftNoticeTexts shift_notice_texts(const PostShiftNotice& notice, const store::NoticeSettings& settings,
                                    const FindUser& find_user) {
  ShiftNoticeTexts texts;
  const bool nobody = notice.started.empty();
  texts.now = nobody
                  ? nobody_text(notice, settings.when_empty, find_user)
                  : "*New on-call shift*\n" + shifts_text(notice.started, settings.mention_start, find_user);
  if (!notice.next.empty()) {
    texts.next = "*Next on-call shift*\n" + shifts_text(notice.next, settings.mention_next, find_user);
  } else {
    texts.next = nobody ? "No one on-call next hour!" : "No one on-call next!";
  }
  return texts;
}

std::string gaps_text(const std::string& link, const std::vector<Range>& gaps) {
  if (gaps.empty()) return {};
  std::string text = "There are time periods that are unassigned in *" + link + "* on-call schedule.\n";
  for (std::size_t i = 0; i < std::min(gaps.size(), kShown); ++i) {
    text += "From " + time_token(gaps[i].from) + " to " + time_token(gaps[i].to) + " (your TZ)\n";
  }
  return text + more_text(gaps.size());
}

std::string empty_shifts_text(const std::string& link, const std::vector<Event>& empty_shifts) {
  if (empty_shifts.empty()) return {};
  std::string text = "Reviewing *" + link +
                     "* on-call schedule found events without valid associated users.\n" +
                     "Each event has to name an active user who may be notified: by username or e-mail, as "
                     "admin or editor.\n";
  for (std::size_t i = 0; i < std::min(empty_shifts.size(), kShown); ++i) {
    const Event& event = empty_shifts[i];
    text += "\n";
    for (const std::string& missing : event.missing_users)
      text += "*Title*: " + escape_markup(missing) + "\n";
    text += event.all_day
                ? days_text(event.start, event.end, " to ") + "\n*All-day* event in \"UTC\" TZ\n"
                : "From " + time_token(event.start) + " to " + time_token(event.end) + " (your TZ)\n";
  }
  return text + more_text(empty_shifts.size());
}

}  // namespace tocsin::delivery
