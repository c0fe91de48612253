// Lengths of time as the API's framework reads them: seconds as a number or text, "[DD]
// [HH:[MM:]]ss[.ffffff]", or ISO 8601 ("PT8H") (docs/spec/api-people.md, section 8.2).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "language/json/value.h"

namespace tocsin::api {

inline constexpr std::string_view kWrongDuration =
    "Duration has wrong format. Use one of these formats instead: [DD] [HH:[MM:]]ss[.uuuuuu].";

// Whole seconds, the fraction cut. nullopt: none of the forms, or longer than 10,000 years.
std::optional<std::chrono::seconds> parse_duration(const json::Value& value);
std::optional<std::chrono::seconds> parse_duration_text(std::string_view text);

}  // namespace tocsin::api
