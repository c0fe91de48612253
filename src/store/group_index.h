// All alert groups in memory, as far as lists filter by it: any combination of filters is counted exactly,
// and any page of it found, in one pass over a few columns (docs/decisions/0081). About 150 bytes a group
// with its title and three labels (bench/lists).
//
// Before each answer it reads what was committed since, by this node or another, so a client sees what it was
// told; whoever calls follow() every second keeps that short. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/text_set.h"
#include "store/group_changes.h"
#include "store/group_lists.h"
#include "store/mask.h"
#include "store/window.h"

namespace tocsin::store {

class GroupIndex {
 public:
  struct Found {
    std::int64_t count = 0;         // all that fit
    std::vector<AlertGroupId> ids;  // those in the window, newest first
  };
  // `filter.id` must be empty.
  Found find(Connection& db, const GroupFilter& filter, const WindowOf& window_of);

  // Reads what was committed since the last time; the first time, and after a long pause, all groups.
  void follow(Connection& db);

 private:
  static constexpr std::uint8_t kGone = 255;  // the state of a deleted group
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // One entry a group, in the order of (created_at, id).
  struct Columns {
    std::vector<Instant> created_at;
    std::vector<AlertGroupId> id;
    std::vector<std::uint8_t> state;
    std::vector<std::uint32_t> integration, route, title, labels;
    std::size_t gone = 0;

    TextSet integrations, routes;
    TextSet titles;                                     // case-folded
    TextSet pairs;                                      // of labels
    TextSet sets;                                       // of labels: the numbers of their pairs
    std::vector<std::vector<std::uint32_t>> sets_with;  // by pair

    void put(const GroupEntry& entry);
    void remove(const AlertGroupId& id, Instant created_at);
    std::size_t place_of(const AlertGroupId& id, Instant created_at) const;
    bool is_at(std::size_t place, const AlertGroupId& id) const;
    void append(std::size_t from, const Columns& other);
    std::uint32_t set_of(std::string_view labels);
    std::uint32_t add_set(std::vector<std::uint32_t> pairs);
    std::vector<std::uint32_t> pairs_of(std::uint32_t set) const;
  };

  // Which titles hold a text, as far as they were there when it was last looked for.
  struct Search {
    std::string part;
    Mask fits;
  };

  void read_all(Connection& db);
  bool read_changes(Connection& db);
  void apply(const std::vector<GroupChange>& changes);
  static Columns without_gone(const Columns& all);
  void replace_columns(Columns columns);
  void keep_searched(Mask& mask, const std::uint32_t* titles, const std::string& part) const;
  void keep_titles(Mask& mask, const std::string& search, std::size_t from) const;
  Mask fitting(const GroupFilter& filter, const std::vector<std::string>& team, std::size_t from,
               std::size_t to) const;
  void keep_labels(Mask& mask, const Labels& labels, std::size_t from) const;

  std::mutex following_;  // guards positions_ and followed_at_; held while changes are read
  ChangePositions positions_;
  std::optional<std::chrono::steady_clock::time_point> followed_at_;

  mutable std::shared_mutex mutex_;  // guards columns_
  Columns columns_;

  // Whoever turns pages looks for the same text again. Taken after mutex_; emptied with columns_.
  mutable std::mutex searching_;  // guards searches_
  mutable std::deque<Search> searches_;
};

}  // namespace tocsin::store
