// Maintenance and debug mode of an integration: their start, their end, and the group that collects what
// opens meanwhile.
//
// Source: docs/spec/alert-groups.md, section 6.
#pragma once

#include <optional>

#include "domain/model/group_command.h"
#include "domain/model/integration.h"
#include "engine/batch.h"

namespace tocsin::engine {

// Stores the integration with its maintenance and opens the maintenance group (Maintenance mode only).
// Refusals are checked before.
void begin_maintenance(Batch& batch, Integration& integration, const Maintenance& maintenance,
                       const Actor& actor);

// By a call, or because its time is over: the fields are cleared, the maintenance group and its dependents
// resolved. Nothing happens when none is running.
void end_maintenance(Batch& batch, Integration& integration, const Actor& actor);
// Somebody resolves the maintenance group.
void end_maintenance_of(Batch& batch, const AlertGroupId& group, const Actor& actor);

// New groups are attached to it; nullopt: none is open.
std::optional<AlertGroup> maintenance_group(Batch& batch, const IntegrationId& integration);

// When the next maintenance of the configuration ends by itself.
std::optional<Instant> next_maintenance_end(const Configuration& configuration);
// Ends one whose time is over.
void end_maintenance_by_time(Batch& batch, const IntegrationId& integration);

}  // namespace tocsin::engine
