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

// "BEGIN:X" -> BEGIN, X; also as "begin;a=b:x". Other lines are Plain.
struct Mark {
  enum Kind { Plain, Begin, End } kind = Plain;
  std::string name;
};
Mark mark_of(const Line& line) {
  const std::string_view text = line.text;
  const std::size_t end = text.find_first_of(":;");
  if (end > 8) return {};
  const std::string word = upper_case(text.substr(0, end));
  if (word != "BEGIN" && word != "END") return {};
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  return {word == "END" ? Mark::End : Mark::Begin, upper_case(text.substr(colon + 1))};
}

std::string value_of(const Line& line, std::string_view property) {
  const std::string_view text = line.text;
  if (text.size() <= property.size() || text[property.size()] != ':') return {};
  if (upper_case(text.substr(0, property.size())) != property) return {};
  return upper_case(text.substr(property.size() + 1));
}

bool is_read(std::string_view component) {
  return component == "VEVENT" || component == "VTIMEZONE";
}

// A zone has its STANDARD and DAYLIGHT parts; what an event holds (alarms) is not ours. Nothing deeper is
// kept, so that nesting, however deep, cannot exhaust the stack of whoever reads it.
std::size_t depth_read(std::string_view component) {
  return component == "VTIMEZONE" ? 1 : 0;
}

// Deeper ones are not even told apart.
constexpr std::size_t kDeepest = 16;

class Cutter {
 public:
  void add(Line line) {
    const Mark mark = mark_of(line);
    const bool of_calendar = mark.kind != Mark::Plain && mark.name == "VCALENDAR";
    if (of_calendar && mark.kind == Mark::Begin) cut_.is_calendar = true;
    const bool begins = mark.kind == Mark::Begin && is_read(mark.name);
    if (open_ && (begins || of_calendar)) close(begins);
    if (begins) {
      open_ = true;
      inside_.clear();
      cut_.chunks.push_back({mark.name, {}, true, true});
      cut_.chunks.back().lines.push_back(std::move(line));
    } else if (open_) {
      add_inside(std::move(line), mark);
    } else if (cut_.scale.empty()) {
      cut_.scale = value_of(line, "CALSCALE");
    }
  }

  Cut finish() {
    if (open_) close(false);
    return std::move(cut_);
  }

 private:
  void add_inside(Line line, const Mark& mark) {
    Chunk& chunk = cut_.chunks.back();
    if (mark.kind == Mark::End && mark.name == chunk.name) {
      close_inside(0, line.number);
      chunk.lines.push_back(std::move(line));
      open_ = false;
    } else if (mark.kind == Mark::End) {
      const auto opened = std::find(inside_.rbegin(), inside_.rend(), mark.name);
      if (opened != inside_.rend())
        close_inside(static_cast<std::size_t>(inside_.rend() - opened) - 1, line.number);
    } else if (mark.kind == Mark::Begin) {
      if (inside_.size() == kDeepest) return;
      inside_.push_back(mark.name);
      if (inside_.size() <= depth_read(chunk.name)) chunk.lines.push_back(std::move(line));
    } else if (inside_.size() <= depth_read(chunk.name) && !line.text.empty()) {
      chunk.lines.push_back(std::move(line));
    }
  }

  // Ends what is open inside the chunk, down to `depth`.
  void close_inside(std::size_t depth, int number) {
    Chunk& chunk = cut_.chunks.back();
    for (; inside_.size() > depth; inside_.pop_back()) {
      if (inside_.size() <= depth_read(chunk.name)) chunk.lines.push_back({number, "END:" + inside_.back()});
    }
  }

  // Ends a chunk that has no END of its own.
  void close(bool another_follows) {
    Chunk& chunk = cut_.chunks.back();
    const int number = chunk.lines.back().number;
    chunk.complete = another_follows;
    chunk.closed = false;
    close_inside(0, number);
    chunk.lines.push_back({number, "END:" + chunk.name});
    open_ = false;
  }

  Cut cut_;
  bool open_ = false;
  std::vector<std::string> inside_;  // components open inside the chunk, outermost first
};

}  // namespace

Cut cut_calendar(std::string_view text) {
  LineReader reader(text);
  Cutter cutter;
  while (auto line = reader.next()) cutter.add(std::move(*line));
  return cutter.finish();
}

}  // namespace tocsin::ical
