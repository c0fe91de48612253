// Answers questions about shifts and rules, one JSON object a line; differential.py asks and compares.
#pragma once

#include <iosfwd>

namespace tocsin::schedule {

void answer_lines(std::istream& in, std::ostream& out);

}  // namespace tocsin::schedule
