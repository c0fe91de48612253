// One iCalendar component as it stands in the text, in our own types: the border to libical.
//
// Internal to this folder: libical's headers are included by libical.cc alone, everybody else speaks
// RawComponent. Values are as written: zones are names, nothing is expanded. What libical cannot read is a
// fault, not a failure. Source: RFC 5545, section 3.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "language/ical/recurrence.h"

namespace tocsin::ical {

struct RawTime {
  Wall wall{};
  bool is_date = false;
  bool is_utc = false;
  std::string zone;  // TZID; empty: none given
};

struct RawPeriod {
  RawTime start;
  std::optional<RawTime> end;
  std::chrono::seconds length{0};  // when there is no end
};

struct RawRule {
  Recurrence rule;
  std::optional<std::int64_t> count;
  std::optional<RawTime> until;
};

struct RawProperty {
  std::string name;  // upper case
  std::variant<std::string, std::int64_t, RawTime, RawPeriod, RawRule, std::chrono::seconds> value;
};

struct RawComponent {
  std::string name;  // upper case
  std::vector<RawProperty> properties;
  std::vector<RawComponent> children;
  std::vector<std::string> faults;

  template <class T>
  const T* find(std::string_view property) const {
    for (const RawProperty& p : properties) {
      if (p.name == property && std::holds_alternative<T>(p.value)) return &std::get<T>(p.value);
    }
    return nullptr;
  }
};

// `text` is one whole component, "BEGIN:..." to "END:...". nullopt when libical sees none in it.
std::optional<RawComponent> parse_component(const std::string& text);

}  // namespace tocsin::ical
