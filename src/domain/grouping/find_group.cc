#include "domain/grouping/find_group.h"

#include "base/digest.h"
#include "base/text.h"

namespace tocsin::grouping {
namespace {

std::string md5_hex(std::string_view text) {
  return to_hex(digest(Digest::Md5, text));
}

}  // namespace

std::string make_distinction(const std::optional<std::string>& grouping_key, AlertKind kind,
                             std::string_view unique) {
  if (!grouping_key || grouping_key->empty()) return md5_hex(unique);
  return md5_hex(kind == AlertKind::Demo ? *grouping_key + std::string(unique) : *grouping_key);
}

Placement find_group(const std::vector<Candidate>& candidates, bool resolve_signal) {
  const Candidate* resolved = nullptr;
  for (const Candidate& candidate : candidates) {
    if (candidate.open) return JoinOpen{candidate.id};
    if (candidate.resolved && (!resolved || candidate.number > resolved->number)) resolved = &candidate;
  }
  if (resolve_signal && resolved) return JoinResolved{resolved->id};
  return OpenGroup{};
}

}  // namespace tocsin::grouping
