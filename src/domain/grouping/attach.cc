#include "domain/grouping/attach.h"

#include <iterator>
#include <utility>

namespace tocsin::grouping {
namespace {

GroupRecord about(GroupRecordType type, const AlertGroup& group, const AlertGroup& other, bool other_is_root,
                  const Actor& actor, Instant now) {
  GroupRecord record = make_record(group, type, actor, now);
  record.related = other.id;
  record.related_is_root = other_is_root;
  record.subject = other.title.value_or("#" + std::to_string(other.number));
  return record;
}

// What the dependent must become to look like its root; nullopt when it does.
std::optional<GroupCommand> align_acknowledge(const AlertGroup& group, const AlertGroup& root) {
  if (root.acknowledged && !group.acknowledged) return command::Acknowledge{};
  if (!root.acknowledged && group.acknowledged) return command::Unacknowledge{};
  return std::nullopt;
}
std::optional<GroupCommand> align_silence(const AlertGroup& group, const AlertGroup& root) {
  if (root.silenced && !group.silenced) return command::Silence{};
  if (!root.silenced && group.silenced) return command::Unsilence{};
  return std::nullopt;
}

void follow(Transition& out, const std::optional<GroupCommand>& command, const Actor& actor, Instant now) {
  if (!command) return;
  Transition next = apply(std::move(out.group), *command, actor, {}, now);
  out.group = std::move(next.group);
  out.effects.insert(out.effects.end(), std::make_move_iterator(next.effects.begin()),
                     std::make_move_iterator(next.effects.end()));
}

}  // namespace

std::optional<std::string> attach_refusal(const AlertGroup& group, bool has_dependents,
                                          const AlertGroup& root) {
  if (group.maintenance) return "A maintenance alert group can't be attached";
  if (has_dependents) return "An alert group that has attached alert groups can't be attached";
  if (group.attached()) return "The alert group is already attached";
  if (root.resolved) return "Can't attach to a resolved alert group";
  if (root.attached()) return "Can't attach to an attached alert group";
  if (root.id == group.id) return "Can't attach an alert group to itself";
  return std::nullopt;
}

Transition attach(AlertGroup group, const AlertGroup& root, const Actor& actor, Instant now) {
  Transition out{std::move(group), {}};
  if (root.resolved || root.attached() || out.group.attached() || root.id == out.group.id) {
    out.effects.push_back(
        effect::AddRecord{about(GroupRecordType::FailedAttachment, out.group, root, true, actor, now)});
    return out;
  }
  out.group.root = root.id;
  out.effects.push_back(effect::StopEscalation{out.group.id});
  out.effects.push_back(
      effect::AddRecord{about(GroupRecordType::Attached, out.group, root, true, actor, now)});
  out.effects.push_back(
      effect::AddRecord{about(GroupRecordType::Attached, root, out.group, false, actor, now)});
  out.effects.push_back(effect::UpdateChatPosts{out.group.id});
  if (!out.group.resolved) {
    follow(out, align_acknowledge(out.group, root), actor, now);
    follow(out, align_silence(out.group, root), actor, now);
  }
  return out;
}

Transition unattach(AlertGroup group, const AlertGroup* root, const Actor& actor, Instant now) {
  Transition out{std::move(group), {}};
  if (!out.group.attached()) return out;
  AlertGroup former;
  former.id = *out.group.root;
  former.title = "";
  out.group.root.reset();
  out.effects.push_back(effect::AddRecord{
      about(GroupRecordType::Unattached, out.group, root ? *root : former, true, actor, now)});
  if (root) {
    out.effects.push_back(
        effect::AddRecord{about(GroupRecordType::Unattached, *root, out.group, false, actor, now)});
  }
  if (out.group.silenced_until) {
    // While attached it was silenced by its root, which kept the time for both.
    out.effects.push_back(effect::SetTimer{{.kind = TimerKind::SilenceExpiry,
                                            .generation = out.group.silence_generation,
                                            .at = *out.group.silenced_until,
                                            .group = out.group.id}});
  }
  out.effects.push_back(effect::StartEscalation{out.group.id, now + kRestartDelay});
  out.effects.push_back(effect::UpdateChatPosts{out.group.id});
  return out;
}

}  // namespace tocsin::grouping
