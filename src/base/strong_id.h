// StrongId<Tag>: a public id ("I68T24C13IFW1") that cannot be passed where another kind of id is meant.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace tocsin {

template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string text) : text_(std::move(text)) {}

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }
  friend auto operator<=>(const StrongId&, const StrongId&) = default;
  friend bool operator==(const StrongId&, const StrongId&) = default;

 private:
  std::string text_;
};

}  // namespace tocsin

template <class Tag>
struct std::hash<tocsin::StrongId<Tag>> {
  std::size_t operator()(const tocsin::StrongId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
