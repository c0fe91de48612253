// Visits a std::variant with one lambda per alternative; no catch-all, so a new alternative fails to compile.
#pragma once

namespace tocsin {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace tocsin
