// The server as a process: threads, signals, order of start and stop.
#pragma once

#include <string>

#include "app/options.h"

namespace tocsin::app {

// Runs until SIGTERM or SIGINT. Answers the exit code.
int serve(const ServeOptions& options, const std::string& database);

}  // namespace tocsin::app
