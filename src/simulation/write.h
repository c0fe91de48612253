// A report for people at three in the morning, and for programs.
#pragma once

#include <string>

#include "language/json/value.h"
#include "simulation/report.h"

namespace tocsin::simulation {

// Lines; the last one is the verdict.
std::string write_text(const Report& report);
json::Value write_json(const Report& report);

}  // namespace tocsin::simulation
