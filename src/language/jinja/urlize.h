// Links in plain text, for the urlize filter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "language/jinja/state.h"

namespace tocsin::jinja {

struct UrlizeOptions {
  std::int64_t trim = -1;  // longest shown address in code points; negative: no limit
  std::string rel, target;
  std::vector<std::string> extra_schemes;
};

// `text` is HTML-escaped already.
std::string urlize(State& state, std::string_view text, const UrlizeOptions& options);
// "ftp:" or "git://": a scheme that extra_schemes may hold.
bool is_scheme(std::string_view text);

}  // namespace tocsin::jinja
