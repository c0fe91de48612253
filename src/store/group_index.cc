#include "store/group_index.h"

#include <algorithm>
#include <cstring>

#include "language/jinja/unicode.h"
#include "store/alert_groups.h"
#include "store/json_columns.h"

namespace tocsin::store {
namespace {

constexpr std::int64_t kReadAtOnce = 2'000;
constexpr std::size_t kClearGoneFrom = 1'000;
constexpr std::size_t kSearchesKept = 8;
constexpr std::chrono::minutes kReadAnewAfter = std::chrono::minutes(kIdleWriterKept) / 2;

std::string pair_text(const Label& label) {
  return label.key + '\0' + label.value;
}

// Puts a value into the middle of a column; nearly always that is its end.
template <class Column, class Value>
void insert_at(Column& column, std::size_t place, Value value) {
  column.insert(column.begin() + static_cast<std::ptrdiff_t>(place), std::move(value));
}

std::vector<std::string> integrations_of_team(Connection& db, const std::string& team) {
  const Rows rows = team == "null" ? db.query("SELECT id FROM integrations WHERE team_id IS NULL")
                                   : db.query("SELECT id FROM integrations WHERE team_id = $1", {team});
  std::vector<std::string> ids;
  for (const Row row : rows) ids.push_back(row.string(0));
  return ids;
}

}  // namespace

// ---- columns

std::size_t GroupIndex::Columns::place_of(const AlertGroupId& wanted, Instant at) const {
  const auto first = std::lower_bound(created_at.begin(), created_at.end(), at);
  auto place = static_cast<std::size_t>(first - created_at.begin());
  while (place < id.size() && created_at[place] == at && id[place] < wanted) ++place;
  return place;
}

bool GroupIndex::Columns::is_at(std::size_t place, const AlertGroupId& wanted) const {
  return place < id.size() && id[place] == wanted;
}

std::uint32_t GroupIndex::Columns::set_of(std::string_view text) {
  std::vector<std::uint32_t> numbers;
  for (const Label& label : parse_labels(text)) numbers.push_back(pairs.add(pair_text(label)));
  return add_set(std::move(numbers));
}

std::uint32_t GroupIndex::Columns::add_set(std::vector<std::uint32_t> numbers) {
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  const std::size_t known = sets.size();
  const std::uint32_t set = sets.add(std::string_view(reinterpret_cast<const char*>(numbers.data()),
                                                      numbers.size() * sizeof(std::uint32_t)));
  sets_with.resize(pairs.size());
  if (set == known) {
    for (const std::uint32_t number : numbers) sets_with[number].push_back(set);
  }
  return set;
}

std::vector<std::uint32_t> GroupIndex::Columns::pairs_of(std::uint32_t set) const {
  const std::string_view bytes = sets[set];
  std::vector<std::uint32_t> numbers(bytes.size() / sizeof(std::uint32_t));
  std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return numbers;
}

void GroupIndex::Columns::put(const GroupEntry& entry) {
  const std::size_t place = place_of(entry.id, entry.created_at);
  if (!is_at(place, entry.id)) {
    insert_at(created_at, place, entry.created_at);
    insert_at(id, place, entry.id);
    insert_at(state, place, kGone);
    for (auto* column : {&integration, &route, &title, &labels}) insert_at(*column, place, kNone);
    ++gone;
  }
  if (state[place] == kGone) --gone;
  state[place] = static_cast<std::uint8_t>(entry.state);
  integration[place] = integrations.add(entry.integration);
  route[place] = entry.route ? routes.add(*entry.route) : kNone;
  title[place] = titles.add(jinja::unicode::casefold(entry.title));
  labels[place] = set_of(entry.labels);
}

void GroupIndex::Columns::remove(const AlertGroupId& wanted, Instant at) {
  const std::size_t place = place_of(wanted, at);
  if (!is_at(place, wanted) || state[place] == kGone) return;
  state[place] = kGone;
  ++gone;
}

// The texts, too, move over only as far as they are still used.
void GroupIndex::Columns::append(std::size_t from, const Columns& other) {
  created_at.push_back(other.created_at[from]);
  id.push_back(other.id[from]);
  state.push_back(other.state[from]);
  integration.push_back(integrations.add(other.integrations[other.integration[from]]));
  route.push_back(other.route[from] == kNone ? kNone : routes.add(other.routes[other.route[from]]));
  title.push_back(titles.add(other.titles[other.title[from]]));
  std::vector<std::uint32_t> numbers = other.pairs_of(other.labels[from]);
  for (std::uint32_t& number : numbers) number = pairs.add(other.pairs[number]);
  labels.push_back(add_set(std::move(numbers)));
}

GroupIndex::Columns GroupIndex::without_gone(const Columns& all) {
  Columns left;
  for (std::size_t i = 0; i < all.id.size(); ++i) {
    if (all.state[i] != kGone) left.append(i, all);
  }
  return left;
}

// ---- following

void GroupIndex::follow(Connection& db) {
  const std::lock_guard following(following_);
  const auto now = std::chrono::steady_clock::now();
  const bool up_to_date = followed_at_ && now - *followed_at_ < kReadAnewAfter && read_changes(db);
  if (!up_to_date) read_all(db);
  followed_at_ = now;
}

// False: too far behind.
bool GroupIndex::read_changes(Connection& db) {
  ChangePositions newest = newest_group_changes(db);
  for (const auto& [writer, number] : newest) {
    std::int64_t& read = positions_[writer];
    if (number - read > kGroupChangesKept) return false;
    while (read < number) {
      const auto changes = group_changes_after(db, writer, read, kReadAtOnce);
      if (changes.empty()) break;
      apply(changes);
      read = changes.back().number;
    }
  }
  std::erase_if(positions_, [&](const auto& position) { return !newest.contains(position.first); });
  return true;
}

void GroupIndex::apply(const std::vector<GroupChange>& changes) {
  const std::unique_lock lock(mutex_);
  for (const GroupChange& change : changes) {
    if (change.now) {
      columns_.put(*change.now);
    } else {
      columns_.remove(change.id, change.created_at);
    }
  }
  if (columns_.gone > kClearGoneFrom && columns_.gone > columns_.id.size() / 2)
    replace_columns(without_gone(columns_));
}

// Numbers of titles mean others then.
void GroupIndex::replace_columns(Columns columns) {
  columns_ = std::move(columns);
  const std::lock_guard searching(searching_);
  searches_.clear();
}

// What is written meanwhile is read again afterwards, as a change.
void GroupIndex::read_all(Connection& db) {
  positions_ = newest_group_changes(db);
  Columns read;
  Instant created_at = Instant::min();
  AlertGroupId last("");
  while (true) {
    const auto entries = groups_after(db, created_at, last, kReadAtOnce);
    for (const GroupEntry& entry : entries) read.put(entry);
    if (entries.size() < static_cast<std::size_t>(kReadAtOnce)) break;
    created_at = entries.back().created_at;
    last = entries.back().id;
  }
  {
    const std::unique_lock lock(mutex_);
    replace_columns(std::move(read));
  }
  std::ignore = read_changes(db);
}

// ---- finding

void GroupIndex::keep_labels(Mask& mask, const Labels& labels, std::size_t from) const {
  Mask fits;
  for (const Label& label : labels) {
    const auto number = columns_.pairs.find(pair_text(label));
    if (!number) return mask.assign(mask.size(), 0);
    Mask has_it(columns_.sets.size());
    for (const std::uint32_t set : columns_.sets_with[*number]) has_it[set] = 1;
    if (!fits.empty()) keep_both(has_it, fits);
    fits = std::move(has_it);
  }
  keep_fitting(mask, columns_.labels.data() + from, fits);
}

void GroupIndex::keep_searched(Mask& mask, const std::uint32_t* titles, const std::string& part) const {
  const std::lock_guard searching(searching_);
  auto known = std::ranges::find(searches_, part, &Search::part);
  if (known == searches_.end()) {
    if (searches_.size() == kSearchesKept) searches_.pop_front();
    known = searches_.insert(searches_.end(), Search{part, {}});
  }
  columns_.titles.find_holders(part, known->fits);
  keep_fitting(mask, titles, known->fits);
}

// Few groups are looked at one by one, for many all titles are searched.
void GroupIndex::keep_titles(Mask& mask, const std::string& search, std::size_t from) const {
  const std::string part = jinja::unicode::casefold(search);
  const std::uint32_t* titles = columns_.title.data() + from;
  constexpr std::size_t kWorthAll = 16;
  if (static_cast<std::size_t>(count_set(mask)) > columns_.titles.size() / kWorthAll)
    return keep_searched(mask, titles, part);
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i] != 0) mask[i] = columns_.titles[titles[i]].find(part) != std::string_view::npos;
  }
}

Mask GroupIndex::fitting(const GroupFilter& filter, const std::vector<std::string>& team, std::size_t from,
                         std::size_t to) const {
  Mask mask(to - from);
  const std::uint8_t* states = columns_.state.data() + from;
  if (filter.state) {
    set_equal(mask, states, static_cast<std::uint8_t>(state_number(*filter.state)));
  } else {
    set_unequal(mask, states, kGone);
  }
  const auto keep = [&](const std::vector<std::uint32_t>& column, std::optional<std::uint32_t> wanted) {
    if (!wanted) return mask.assign(mask.size(), 0);
    keep_equal(mask, column.data() + from, *wanted);
  };
  if (filter.integration) keep(columns_.integration, columns_.integrations.find(*filter.integration));
  if (filter.route) keep(columns_.route, columns_.routes.find(*filter.route));
  if (filter.team) {
    Mask fits(columns_.integrations.size());
    for (const std::string& id : team) {
      if (const auto number = columns_.integrations.find(id)) fits[*number] = 1;
    }
    keep_fitting(mask, columns_.integration.data() + from, fits);
  }
  if (!filter.labels.empty()) keep_labels(mask, filter.labels, from);
  if (filter.search) keep_titles(mask, *filter.search, from);
  return mask;
}

GroupIndex::Found GroupIndex::find(Connection& db, const GroupFilter& filter, const WindowOf& window_of) {
  follow(db);
  if (filter.route && db.query("SELECT 1 FROM routes WHERE id = $1", {*filter.route}).empty()) {
    window_of(0);  // a deleted route has no groups any more; the columns may still name it
    return {};
  }
  const auto team = filter.team ? integrations_of_team(db, *filter.team) : std::vector<std::string>{};
  const std::shared_lock lock(mutex_);
  const auto& times = columns_.created_at;
  std::size_t from = 0, to = times.size();
  if (filter.started) {
    from = static_cast<std::size_t>(std::ranges::lower_bound(times, filter.started->first) - times.begin());
    to = static_cast<std::size_t>(std::ranges::upper_bound(times, filter.started->second) - times.begin());
  }
  const Mask mask = fitting(filter, team, from, std::max(from, to));
  Found found{.count = count_set(mask), .ids = {}};
  const Window window = window_of(found.count);
  for (const std::size_t place : last_set(mask, window.offset, window.limit))
    found.ids.push_back(columns_.id[from + place]);
  return found;
}

}  // namespace tocsin::store
