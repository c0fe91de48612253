// The one organisation of a database (RULINGS 16).
#pragma once

#include "base/world.h"
#include "domain/model/ids.h"
#include "store/connection.h"

namespace tocsin::store {

// Creates it on an empty database.
void ensure_organization(Connection& db, IdSource& ids, Instant now);

OrganizationId organization_id(Connection& db);

// Whether people must write a note before they resolve (docs/spec/alert-groups.md, section 11).
bool resolution_note_required(Connection& db);

}  // namespace tocsin::store
