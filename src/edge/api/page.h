// A list of a resource, one page of it.
#pragma once

#include <string>

#include "edge/api/call.h"
#include "language/json/write.h"

namespace tocsin::api {

// `list(limit, offset)` reads the rows of the page that the request asks for, `write` makes JSON of each.
template <class List, class Write>
http::Response answer_page(const Call& call, std::int64_t page_size, std::int64_t count, List list,
                           Write write) {
  const Paging paging = clamp(read_paging(call.request.query, page_size), count);
  std::string results = "[";
  for (const auto& row : list(paging.per_page, (paging.page - 1) * paging.per_page)) {
    if (results.size() > 1) results += ',';
    json::append(results, write(row));
  }
  return page_response(call.services.settings.base_url, call.request, paging, count, results + "]");
}

}  // namespace tocsin::api
