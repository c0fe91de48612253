#include "domain/model/schedule_text.h"

#include <array>

#include "base/check.h"

namespace tocsin {
namespace {

template <class Enum>
struct Word {
  Enum value;
  std::string_view text;
};
template <class Enum>
Word(Enum, const char*) -> Word<Enum>;  // clang 14 deduces no aggregates by itself

constexpr std::array kScheduleTypes = {Word{ScheduleType::Ical, "ical"},
                                       Word{ScheduleType::Calendar, "calendar"},
                                       Word{ScheduleType::Web, "web"}};
constexpr std::array kShiftTypes = {
    Word{ShiftType::SingleEvent, "single_event"}, Word{ShiftType::RecurrentEvent, "recurrent_event"},
    Word{ShiftType::RollingUsers, "rolling_users"}, Word{ShiftType::Override, "override"}};
constexpr std::array kFrequencies = {
    Word{ShiftFrequency::Hourly, "hourly"}, Word{ShiftFrequency::Daily, "daily"},
    Word{ShiftFrequency::Weekly, "weekly"}, Word{ShiftFrequency::Monthly, "monthly"}};
constexpr std::array kSources = {Word{ShiftSource::Web, "web"}, Word{ShiftSource::Api, "api"},
                                 Word{ShiftSource::Slack, "slack"},
                                 Word{ShiftSource::Terraform, "terraform"}};
constexpr std::array<std::string_view, 7> kWeekdays = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

template <class Words, class Enum>
std::string_view text_of(const Words& words, Enum value) {
  for (const auto& word : words) {
    if (word.value == value) return word.text;
  }
  TOCSIN_CHECK(false);
  return {};
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<Word<Enum>, N>& words, std::string_view text) {
  for (const auto& word : words) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(ScheduleType type) {
  return text_of(kScheduleTypes, type);
}
std::optional<ScheduleType> parse_schedule_type(std::string_view text) {
  return value_of(kScheduleTypes, text);
}
std::string_view to_text(ShiftType type) {
  return text_of(kShiftTypes, type);
}
std::optional<ShiftType> parse_shift_type(std::string_view text) {
  return value_of(kShiftTypes, text);
}
std::string_view to_text(ShiftFrequency frequency) {
  return text_of(kFrequencies, frequency);
}
std::optional<ShiftFrequency> parse_shift_frequency(std::string_view text) {
  return value_of(kFrequencies, text);
}
std::string_view to_text(ShiftSource source) {
  return text_of(kSources, source);
}

std::string_view weekday_text(std::chrono::weekday day) {
  return kWeekdays[day.c_encoding()];
}
std::optional<std::chrono::weekday> parse_weekday(std::string_view text) {
  for (unsigned i = 0; i < kWeekdays.size(); ++i) {
    if (kWeekdays[i] == text) return std::chrono::weekday(i);
  }
  return std::nullopt;
}

std::string wall_text(timezone::Wall wall) {
  return to_iso_seconds(Instant{wall.time_since_epoch()})
      .substr(0, std::string_view("YYYY-MM-DDThh:mm:ss").size());
}

std::optional<timezone::Wall> parse_wall(std::string_view text) {
  constexpr std::string_view kForm = "YYYY-MM-DDThh:mm:ss";
  if (text.size() != kForm.size()) return std::nullopt;
  const auto at = parse_iso(text);
  if (!at) return std::nullopt;
  return timezone::Wall{std::chrono::floor<std::chrono::seconds>(at->time_since_epoch())};
}

}  // namespace tocsin
