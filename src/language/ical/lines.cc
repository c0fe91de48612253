#include "language/ical/lines.h"

#include <algorithm>
#include <optional>

namespace tocsin::ical {
namespace {

// Physical lines joined where the next one begins with a space or a tab; CRLF and LF alike.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }

  std::optional<Line> next() {
    if (rest_.empty()) return std::nullopt;
    Line line{++number_, take()};
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) {
      rest_.remove_prefix(1);
      ++number_;
      line.text += take();
    }
    return line;
  }

 private:
  std::string take() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    while (!text.empty() && text.back() == '\r') text.pop_back();
    std::erase(text, '\0');
    return text;
  }

  std::string_view rest_;
  int number_ = 0;
};

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  while (!upper.empty() && (upper.back() == ' ' || upper.back() == '\t')) upper.pop_back();
  return upper;
}

// The X of "BEGIN:X"; empty when the line is something else.
std::string value_after(const Line& line, std::string_view prefix) {
  if (line.text.size() > 100 || line.text.size() < prefix.size()) return {};
  const std::string upper = upper_case(line.text);
  return upper.starts_with(prefix) ? upper.substr(prefix.size()) : std::string();
}

bool is_read(std::string_view component) {
  return component == "VEVENT" || component == "VTIMEZONE";
}

class Cutter {
 public:
  void add(Line line) {
    const std::string begins = value_after(line, "BEGIN:");
    const std::string ends = value_after(line, "END:");
    if (begins == "VCALENDAR") cut_.is_calendar = true;
    if (open_ && (is_read(begins) || ends == "VCALENDAR" || begins == "VCALENDAR"))
      close(is_read(begins), false);
    if (!open_ && is_read(begins)) {
      open_ = true;
      cut_.chunks.push_back({begins, {}, true, true});
    }
    if (!open_) {
      if (cut_.scale.empty()) cut_.scale = value_after(line, "CALSCALE:");
      return;
    }
    if (line.text.empty()) return;
    cut_.chunks.back().lines.push_back(std::move(line));
    if (ends == cut_.chunks.back().name) open_ = false;
  }

  Cut finish() {
    if (open_) close(false, false);
    return std::move(cut_);
  }

 private:
  void close(bool another_follows, bool closed) {
    Chunk& chunk = cut_.chunks.back();
    chunk.complete = another_follows;
    chunk.closed = closed;
    chunk.lines.push_back({chunk.lines.back().number, "END:" + chunk.name});
    open_ = false;
  }

  Cut cut_;
  bool open_ = false;
};

}  // namespace

Cut cut_calendar(std::string_view text) {
  LineReader reader(text);
  Cutter cutter;
  while (auto line = reader.next()) cutter.add(std::move(*line));
  return cutter.finish();
}

}  // namespace tocsin::ical
