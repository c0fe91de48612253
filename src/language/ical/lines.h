// A calendar file as logical lines, and cut into the components we read, each on its own.
//
// Internal to this folder. Cutting first keeps memory flat, tells faults their line, and confines what is
// broken. Source: RFC 5545, sections 3.1 and 3.4.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::ical {

struct Line {
  int number = 0;  // of its first physical line, from 1
  std::string text;
};

// VEVENT or VTIMEZONE, with its BEGIN and END.
struct Chunk {
  std::string name;
  std::vector<Line> lines;
  bool complete = true;  // false: the file ended inside it
  bool closed = true;    // false: the next one began before its END
};

struct Cut {
  std::vector<Chunk> chunks;
  bool is_calendar = false;  // there is a BEGIN:VCALENDAR
  std::string scale;         // CALSCALE, as written
};

Cut cut_calendar(std::string_view text);

}  // namespace tocsin::ical
