#include "domain/notification/bundle.h"

#include <algorithm>
#include <utility>

#include "domain/notification/stops.h"

namespace tocsin::notification {
namespace {

PersonalRecord record_of(const SmsBundle& bundle, const BundledSms& sms, const Person& user, Instant now) {
  return {.group = sms.group,
          .user = bundle.user,
          .user_name = user.username,
          .type = PersonalRecordType::Triggered,
          .at = now,
          .rule = sms.rule,
          .by = NotifyBy::Sms,
          .reason = sms.reason};
}

// Still worth sending: the group is there and nothing keeps this person from being paged for it.
bool still_due(const SmsBundle& bundle, const BundledSms& sms, const FlushFacts& facts) {
  const auto group = facts.groups.find(sms.group);
  return group != facts.groups.end() && !find_stop(group->second, {bundle.user, sms.cause, sms.paged_at});
}

Effect message_of(const SmsBundle& bundle, const std::vector<BundledSms>& left) {
  if (left.size() > 1) return effect::NotifyBundle{bundle.user, bundle.importance, left};
  return effect::Notify{.group = left[0].group,
                        .user = bundle.user,
                        .by = NotifyBy::Sms,
                        .importance = bundle.importance,
                        .rule = left[0].rule,
                        .cause = left[0].cause,
                        .paged_at = left[0].paged_at};
}

}  // namespace

Offered offer(SmsBundle bundle, BundledSms sms, Instant now) {
  Offered out{std::move(bundle), false, {}};
  SmsBundle& b = out.bundle;
  if (!b.last_sent || now - *b.last_sent >= kBundleWindow) {
    b.last_sent = now;
    out.send_now = true;
    return out;
  }
  b.waiting.push_back(std::move(sms));
  const bool flush_is_set = b.flush_at && *b.flush_at + kOverdueTolerance >= now;
  if (flush_is_set) return out;
  ++b.generation;
  b.flush_at = std::max(*b.last_sent + kBundleWindow, now);
  out.effects.push_back(effect::SetTimer{{.kind = TimerKind::SmsBundleFlush,
                                          .generation = b.generation,
                                          .at = *b.flush_at,
                                          .user = b.user,
                                          .importance = b.importance}});
  return out;
}

Flushed flush(SmsBundle bundle, std::uint64_t generation, const FlushFacts& facts, Instant now) {
  Flushed out{std::move(bundle), {}};
  SmsBundle& b = out.bundle;
  if (generation != b.generation || !b.flush_at) return out;

  std::vector<BundledSms> left = std::exchange(b.waiting, {});
  b.flush_at.reset();
  b.last_sent = now;  // even if nothing is sent
  if (!facts.user) return out;
  std::erase_if(left, [&](const BundledSms& sms) { return !still_due(b, sms, facts); });

  for (const BundledSms& sms : left) {
    PersonalRecord record = record_of(b, sms, *facts.user, now);
    if (!facts.user->may_be_notified) {
      record.type = PersonalRecordType::Failed;
      record.code = NotificationFailure::Forbidden;
      record.reason.clear();
    }
    out.effects.push_back(effect::AddPersonalRecord{std::move(record)});
  }
  if (!left.empty() && facts.user->may_be_notified) out.effects.push_back(message_of(b, left));
  return out;
}

}  // namespace tocsin::notification
