#include "domain/notification/direct_paging.h"

#include <algorithm>

namespace tocsin::notification {
namespace {

GroupRecord about(const AlertGroup& group, GroupRecordType type, const Person& user, const Actor& actor,
                  Instant now) {
  return {.group = group.id,
          .type = type,
          .at = now,
          .author = actor.user,
          .author_name = actor.username,
          .via = actor.via,
          .reason = actor.reason,
          .user = user.id,
          .user_name = user.username};
}

}  // namespace

Result<Effects> page(const AlertGroup& group, const std::vector<PageRequest>& requests, const Actor& actor,
                     Instant now) {
  if (group.resolved) return invalid("Cannot add responders for a resolved alert group");
  Effects out;
  for (const PageRequest& request : requests) {
    GroupRecord record = about(group, GroupRecordType::DirectPaging, request.user, actor, now);
    record.important = request.importance == Importance::Important;
    out.push_back(effect::AddRecord{std::move(record)});
    out.push_back(effect::StartPersonalChain{.group = group.id,
                                             .user = request.user.id,
                                             .importance = request.importance,
                                             .cause = ChainCause::DirectPaging,
                                             .reason = "direct paging by " + actor.username,
                                             .at = now});
  }
  return out;
}

Effects unpage(const AlertGroup& group, const Person& user, const Actor& actor, Instant now) {
  return {effect::StopPersonalChain{group.id, user.id},
          effect::AddRecord{about(group, GroupRecordType::Unpage, user, actor, now)}};
}

std::vector<PageRequest> paged_users(const std::vector<GroupRecord>& records) {
  std::vector<PageRequest> paged;
  for (const GroupRecord& record : records) {
    if (record.type != GroupRecordType::DirectPaging && record.type != GroupRecordType::Unpage) continue;
    if (!record.user) continue;
    std::erase_if(paged, [&](const PageRequest& p) { return p.user.id == *record.user; });
    if (record.type == GroupRecordType::Unpage) continue;
    paged.push_back({.user = {.id = *record.user, .username = record.user_name},
                     .importance = record.important ? Importance::Important : Importance::Default});
  }
  return paged;
}

}  // namespace tocsin::notification
