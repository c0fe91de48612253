#include "store/organization.h"

namespace tocsin::store {

void ensure_organization(Connection& db, IdSource& ids, Instant now) {
  if (!db.query("SELECT id FROM organization").empty()) return;
  const std::string id = ids.public_id("O");
  db.execute(
      "INSERT INTO organization (id, name, created_at, settings, config_version, alert_groups_ever) "
      "VALUES ($1, $2, $3, '{}', 1, 0)",
      {id, "Self-Hosted Organization", now});
}

OrganizationId organization_id(Connection& db) {
  return db.query("SELECT id FROM organization")[0].id<OrganizationId>(0);
}

}  // namespace tocsin::store
