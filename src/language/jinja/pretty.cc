#include "language/jinja/pretty.h"

#include <algorithm>

#include "language/jinja/dict.h"
#include "language/jinja/filters.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_form.h"
#include "language/jinja/text_tools.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

constexpr std::size_t kWidth = 80;

// Keys that cannot be ordered stand by the name of their type.
bool safe_less(State& state, Value a, Value b) {
  try {
    return less(state, a, b);
  } catch (const Raised& raised) {
    if (raised.fault != Fault::TypeError) throw;
    state.charge(kCaughtSteps);
    return type_name(a) < type_name(b);
  }
}

class PrettyPrinter {
 public:
  explicit PrettyPrinter(State& state) : state_(state) {}

  // `allowance`: columns that closing brackets after the value need.
  void value(Value v, std::size_t indent, std::size_t allowance, int level) {
    const Deeper guard(state_);
    std::string flat;
    append_flat(flat, v);
    const std::size_t room = kWidth > indent + allowance ? kWidth - indent - allowance : 0;
    if (json::count_code_points(flat) <= room) {
      out += flat;
    } else if (v.mapping() && mapping_size(state_.real(v)) > 0) {
      out += '{';
      members(v, indent, allowance + 1, level);
      out += '}';
    } else if (v.list_like()) {
      sequence(v, '[', "]", indent, allowance, level);
    } else if (v.is(Type::Tuple) && !v.flag()) {
      sequence(v, '(', v.tag() == 1 ? ",)" : ")", indent, allowance, level);
    } else if (v.string() && !v.markup() && !v.str().empty()) {
      text(v, indent, allowance, level + 1);
    } else {
      out += flat;
    }
    state_.check_text(out);
  }

  std::string out;

 private:
  // repr() with sorted keys.
  void append_flat(std::string& flat, Value v) {
    if (!v.mapping() && !sequence_like(v)) return append_repr(state_, flat, v);
    const Deeper guard(state_);
    const Value container = state_.real(v);
    bool first = true;
    const auto separate = [&] {
      state_.charge();
      if (!std::exchange(first, false)) flat += ", ";
    };
    if (v.mapping()) {
      flat += '{';
      for (const Sortable& member : sorted(v)) {
        separate();
        append_flat(flat, member.key);
        flat += ": ";
        append_flat(flat, member.value);
      }
      flat += '}';
    } else {
      flat += v.is(Type::Tuple) ? '(' : '[';
      for (std::size_t i = 0; i < sequence_size(container); ++i) {
        separate();
        append_flat(flat, sequence_item(state_, container, i));
      }
      flat += v.is(Type::Tuple) ? (v.tag() == 1 ? ",)" : ")") : "]";
    }
    state_.check_text(flat);
  }
  static bool sequence_like(Value v) { return v.list_like() || (v.is(Type::Tuple) && !v.flag()); }

  ArenaVector<Sortable> sorted(Value v) {
    const Value mapping = state_.real(v);
    ArenaVector<Sortable> members;
    Value key, item;
    for (std::size_t at = 0; mapping_next(state_, mapping, at, key, item);)
      members.push_back(state_.arena, {key, item});
    sort(state_, members, false, safe_less);
    return members;
  }

  void line(std::size_t indent) {
    out += ",\n";
    state_.charge_bytes(indent);
    out.append(indent, ' ');
  }

  void members(Value v, std::size_t indent, std::size_t allowance, int level) {
    const ArenaVector<Sortable> all = sorted(v);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i > 0) line(indent + 1);
      std::string key;
      append_flat(key, all[i].key);
      out += key + ": ";
      value(all[i].value, indent + 1 + json::count_code_points(key) + 2, i + 1 == all.size() ? allowance : 1,
            level + 1);
    }
  }

  void sequence(Value v, char open, std::string_view close, std::size_t indent, std::size_t allowance,
                int level) {
    const Value list = state_.real(v);
    const std::size_t size = sequence_size(list);
    out += open;
    for (std::size_t i = 0; i < size; ++i) {
      if (i > 0) line(indent + 1);
      value(sequence_item(state_, list, i), indent + 1, i + 1 == size ? allowance + close.size() : 1,
            level + 1);
    }
    out += close;
  }

  // A long string: one literal per line, cut at white space.
  void text(Value v, std::size_t indent, std::size_t allowance, int level) {
    if (level == 1) {
      ++indent;
      ++allowance;
    }
    std::vector<std::string> pieces;
    const auto lines = split_lines(state_, v.str(), true);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool last = i + 1 == lines.size();
      std::size_t room = kWidth > indent ? kWidth - indent : 1;
      state_.charge(lines[i].size());
      state_.charge_literal(lines[i]);
      const std::string whole = repr_quoted(lines[i]);
      if (json::count_code_points(whole) <= room - (last ? std::min(allowance, room) : 0)) {
        pieces.push_back(whole);
      } else {
        cut_line(lines[i], room, last ? allowance : 0, pieces);
      }
    }
    if (pieces.size() == 1) {
      out += pieces[0];
      return;
    }
    if (level == 1) out += '(';
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (i > 0) {
        out += '\n';
        out.append(indent, ' ');
      }
      out += pieces[i];
    }
    if (level == 1) out += ')';
  }

  // Words with the white space behind them, as many a piece as fit.
  void cut_line(std::string_view line, std::size_t room, std::size_t allowance,
                std::vector<std::string>& pieces) {
    std::vector<std::string_view> words;
    const auto is_space = [](char c) { return c == ' ' || (c >= 9 && c <= 13); };
    for (std::size_t pos = 0; pos < line.size();) {
      const std::size_t start = pos;
      while (pos < line.size() && !is_space(line[pos])) ++pos;
      while (pos < line.size() && is_space(line[pos])) ++pos;
      words.push_back(line.substr(start, pos - start));
    }
    std::string current;
    for (std::size_t i = 0; i < words.size(); ++i) {
      state_.charge(4 + current.size() / 4);
      const std::string candidate = current + std::string(words[i]);
      const std::size_t limit = i + 1 == words.size() ? room - std::min(allowance, room) : room;
      if (json::count_code_points(repr_quoted(candidate)) > limit) {
        if (!current.empty()) pieces.push_back(repr_quoted(current));
        current = words[i];
      } else {
        current = candidate;
      }
    }
    if (!current.empty()) pieces.push_back(repr_quoted(current));
  }

  State& state_;
};

}  // namespace

std::string pretty(State& state, Value value) {
  PrettyPrinter printer(state);
  printer.value(value, 0, 0, 0);
  return std::move(printer.out);
}

}  // namespace tocsin::jinja
