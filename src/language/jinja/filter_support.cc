#include <algorithm>
#include <unordered_map>

#include "language/jinja/attributes.h"
#include "language/jinja/filters.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_form.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {

const FilterInfo* find_filter(std::string_view name) {
  static const auto kFilters = [] {
    std::unordered_map<std::string_view, const FilterInfo*> filters;
    for (const auto& table : {text_filters(), sequence_filters(), order_filters(), selection_filters(),
                              number_filters(), html_filters(), oncall_filters()}) {
      for (const FilterInfo& info : table) filters.emplace(info.builtin.name, &info);
    }
    return filters;
  }();
  const auto found = kFilters.find(name);
  return found != kFilters.end() ? found->second : nullptr;
}

ArenaVector<Value> attribute_path(State& state, Value attribute) {
  ArenaVector<Value> path;
  if (attribute.missing() || attribute.none_type()) return path;
  if (!attribute.string()) {
    path.push_back(state.arena, attribute);
    return path;
  }
  std::string_view rest = attribute.str();
  state.charge_characters(rest);
  while (true) {
    state.charge();
    const std::size_t dot = rest.find('.');
    const std::string_view part = rest.substr(0, dot);
    bool digits = !part.empty();
    std::int64_t number = 0;
    for (std::size_t pos = 0; digits && pos < part.size();) {
      const char32_t c = json::next_code_point(part, pos);
      digits = unicode::is_decimal(c) && number < INT64_MAX / 10 - 10;
      number = number * 10 + (digits ? unicode::decimal_value(c) : 0);
    }
    path.push_back(state.arena, digits ? Value::integer(number) : Value::text(part));
    if (dot == std::string_view::npos) return path;
    rest.remove_prefix(dot + 1);
  }
}

Value follow(State& state, Value item, const ArenaVector<Value>& path, Value fallback) {
  const bool has_fallback = !fallback.missing() && !fallback.none_type();
  for (const Value& step : path) {
    state.charge();
    item = get_item(state, item, step, nullptr);
    if (has_fallback && item.undefined()) item = fallback;
  }
  return item;
}

bool given(State& state, Value v) {
  return !v.missing() && truthy(state, v);
}

Value without_case(State& state, Value value) {
  if (!value.string()) return value;
  const std::string_view text = value.str();
  state.charge_characters(text);
  const auto changes = [](char c) { return (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; };
  if (std::none_of(text.begin(), text.end(), changes)) return value;
  return state.text(unicode::lower(text));
}

bool less(State& state, Value a, Value b) {
  return compare(state, CompareOp::Less, a, b);
}

namespace {

// Python's way for short lists: the run that is already in order, then binary insertion.
void insertion_sort(State& state, std::span<Sortable> items, KeyLess key_less) {
  if (items.size() < 2) return;
  std::size_t run = 2;
  if (key_less(state, items[1].key, items[0].key)) {
    while (run < items.size() && key_less(state, items[run].key, items[run - 1].key)) ++run;
    std::reverse(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(run));
  } else {
    while (run < items.size() && !key_less(state, items[run].key, items[run - 1].key)) ++run;
  }
  for (std::size_t i = run; i < items.size(); ++i) {
    const Sortable pivot = items[i];
    std::size_t left = 0, right = i;
    while (left < right) {
      state.charge();
      const std::size_t middle = left + (right - left) / 2;
      if (key_less(state, pivot.key, items[middle].key)) {
        right = middle;
      } else {
        left = middle + 1;
      }
    }
    std::copy_backward(items.begin() + static_cast<std::ptrdiff_t>(left),
                       items.begin() + static_cast<std::ptrdiff_t>(i),
                       items.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    items[left] = pivot;
  }
}

}  // namespace

void sort(State& state, ArenaVector<Sortable>& items, bool reverse, KeyLess key_less) {
  state.charge(items.size());
  if (reverse) std::reverse(items.begin(), items.end());
  if (items.size() < 64) {
    insertion_sort(state, items.span(), key_less);
  } else {
    std::stable_sort(items.begin(), items.end(), [&](const Sortable& a, const Sortable& b) {
      state.charge();
      return key_less(state, a.key, b.key);
    });
  }
  if (reverse) std::reverse(items.begin(), items.end());
}

}  // namespace tocsin::jinja
