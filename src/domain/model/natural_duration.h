// "10 minutes", "an hour", "a day": a duration in the largest whole unit that fits, as log lines say it.
#pragma once

#include <chrono>
#include <string>

namespace tocsin {

std::string natural_duration(std::chrono::seconds duration);

}  // namespace tocsin
