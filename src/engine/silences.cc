#include "engine/silences.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <span>

#include "engine/effects.h"
#include "engine/groups.h"
#include "store/alert_groups.h"
#include "store/group_lists.h"
#include "store/silences.h"

namespace tocsin::engine {
namespace {

constexpr std::size_t kGroupsAtOnce = 500;

// A silence whose pattern does not compile any more holds for nothing; the others do.
std::vector<grouping::SilenceRule> rules_at(Batch& batch) {
  std::vector<grouping::SilenceRule> rules;
  for (Silence& silence : store::silences_at(batch.db, batch.now())) {
    const std::string id = silence.id.str();
    auto rule = grouping::make_silence_rule(std::move(silence));
    if (rule) {
      rules.push_back(std::move(rule).value());
    } else {
      batch.log.warning("a silence cannot be used", {{"silence", id}, {"error", rule.error().message}});
    }
  }
  return rules;
}

bool silence_stored(Batch& batch, const AlertGroup& before, const Silence& silence) {
  grouping::Transition next = grouping::silence_until_end(before, silence, batch.next_instant());
  if (next.group == before) return false;
  store::update_group(batch.db, before, next.group);
  store::note_silenced_group(batch.db, silence.id, before.id);
  carry_out(batch, next.effects);
  return true;
}

}  // namespace

void SilencesOfBatch::apply(grouping::Transition& opened, const Labels& labels) {
  if (!rules_) rules_ = rules_at(batch_);
  const grouping::SilenceRule* rule = grouping::find_silence(*rules_, opened.group, labels, batch_.now());
  if (rule == nullptr) return;
  grouping::Transition next = grouping::silence_until_end(opened.group, rule->silence, batch_.next_instant());
  if (next.effects.empty()) return;
  store::note_silenced_group(batch_.db, rule->silence.id, opened.group.id);
  opened.group = std::move(next.group);
  opened.effects.insert(opened.effects.end(), std::make_move_iterator(next.effects.begin()),
                        std::make_move_iterator(next.effects.end()));
}

std::int64_t begin_silence(Batch& batch, const grouping::SilenceRule& rule) {
  if (batch.now() < rule.silence.starts_at || batch.now() >= rule.silence.ends_at) return 0;
  batch.db.flush();
  store::GroupFilter firing;
  firing.state = GroupState::New;
  const auto ids = store::list_group_ids(batch.db, firing, std::numeric_limits<std::int64_t>::max());
  std::int64_t silenced = 0;
  for (std::size_t at = 0; at < ids.size(); at += kGroupsAtOnce) {
    const auto part = std::span(ids).subspan(at, std::min(kGroupsAtOnce, ids.size() - at));
    for (const store::ListedGroup& listed : store::list_groups(batch.db, {part.begin(), part.end()})) {
      if (!grouping::matches(rule, listed.group, listed.labels)) continue;
      const auto locked = store::lock_group(batch.db, listed.group.id);
      if (locked && silence_stored(batch, *locked, rule.silence)) ++silenced;
    }
  }
  return silenced;
}

std::int64_t take_back_silence(Batch& batch, const Silence& silence, const Actor& actor) {
  batch.db.flush();
  store::end_silence(batch.db, silence.id, batch.now());
  std::int64_t fired = 0;
  for (const AlertGroupId& id : store::groups_silenced_by(batch.db, silence.id)) {
    const auto group = store::lock_group(batch.db, id);
    if (!group || state_of(*group) != GroupState::Silenced || !group->silenced_until) continue;
    // Somebody silenced it anew since: that one stays.
    if (*group->silenced_until >= silence.ends_at + std::chrono::seconds{1} ||
        *group->silenced_until < silence.ends_at) {
      continue;
    }
    if (apply_to_group(batch, id, command::Unsilence{}, actor)) ++fired;
  }
  return fired;
}

}  // namespace tocsin::engine
