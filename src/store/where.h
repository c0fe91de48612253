// A WHERE clause that grows, with its parameters.
//
//   Where where;
//   where.add("g.state = ?", 1);
//   db.query("SELECT ..." + where.text() + " LIMIT " + where.next(50), where.params());
//
// Both databases plan badly for "$1 IS NULL OR ...", so each combination of filters has its own text.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "store/connection.h"

namespace tocsin::store {

class Where {
 public:
  // `condition` holds one "?" where the parameter's number goes. Text parameters are views: keep them alive,
  // or own() them.
  void add(std::string condition, Param param) {
    condition.replace(condition.find('?'), 1, next(std::move(param)));
    add(condition);
  }
  void add(const std::string& condition) { text_ += (text_.empty() ? " WHERE " : " AND ") + condition; }
  // The filter ?team_id= of the API: an id, or "null" for what no team owns.
  void add_team(const std::string& column, const std::optional<std::string>& team) {
    if (!team) return;
    if (*team == "null") {
      add(column + " IS NULL");
    } else {
      add(column + " = ?", *team);
    }
  }
  // Whose column holds `part`, ignoring case.
  void add_search(const std::string& column, std::string_view part) {
    std::string pattern = "%";
    for (const char c : part) {
      if (c == '%' || c == '_' || c == '\\') pattern += '\\';
      pattern += c;
    }
    add("lower(" + column + ") LIKE lower(?) ESCAPE '\\'", own(pattern + "%"));
  }
  // The number of a further parameter, "$5".
  std::string next(Param param) {
    params_.push_back(std::move(param));
    return "$" + std::to_string(params_.size());
  }
  const std::string& own(std::string text) { return texts_.emplace_back(std::move(text)); }

  const std::string& text() const { return text_; }
  Params params() const { return params_; }

 private:
  std::string text_;
  std::vector<Param> params_;
  std::deque<std::string> texts_;
};

}  // namespace tocsin::store
