#include "engine/groups.h"

#include "domain/grouping/attach.h"
#include "engine/effects.h"
#include "store/alert_groups.h"
#include "store/json_columns.h"

namespace tocsin::engine {

grouping::ReminderSettings reminder_settings(Batch& batch) {
  const store::Rows rows = batch.db.query("SELECT settings FROM organization");
  const json::Object settings = store::parse_object(rows[0].text(0));
  const auto seconds = [&](std::string_view name) -> std::optional<std::chrono::seconds> {
    const json::Value* value = settings.find(name);
    if (value == nullptr || !value->is_int()) return std::nullopt;
    return std::chrono::seconds(value->as_int());
  };
  return {.remind_every = seconds("acknowledge_remind_every_s"),
          .unacknowledge_after = seconds("unacknowledge_after_s")};
}

bool apply_to_group(Batch& batch, const AlertGroupId& id, const GroupCommand& command, const Actor& actor) {
  const auto before = store::lock_group(batch.db, id);
  if (!before) return false;
  const grouping::Transition next =
      grouping::apply(*before, command, actor, reminder_settings(batch), batch.next_instant());
  store_transition(batch, *before, next);
  return true;
}

void store_transition(Batch& batch, const AlertGroup& before, const grouping::Transition& next) {
  if (next.group != before) store::update_group(batch.db, before, next.group);
  carry_out(batch, next.effects, &next.group);
}

std::vector<AlertGroupId> dependents_of(Batch& batch, const AlertGroupId& root) {
  std::vector<AlertGroupId> dependents;
  for (const store::Row row :
       batch.db.query("SELECT id FROM alert_groups WHERE root_id = $1 ORDER BY id", {root}))
    dependents.push_back(row.id<AlertGroupId>(0));
  return dependents;
}

void free_dependent(Batch& batch, const AlertGroupId& id, const Actor& actor) {
  const auto group = store::lock_group(batch.db, id);
  if (!group) return;
  store_transition(batch, *group, grouping::unattach(*group, nullptr, actor, batch.next_instant()));
}

bool remove_group(Batch& batch, const AlertGroupId& id, const Actor& actor) {
  const auto group = store::lock_group(batch.db, id);
  if (!group) return false;
  carry_out(batch, grouping::remove(*group, actor, batch.next_instant()).effects);
  return true;
}

}  // namespace tocsin::engine
