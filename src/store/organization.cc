#include "store/organization.h"

#include "store/json_columns.h"

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

bool resolution_note_required(Connection& db) {
  const json::Object settings = parse_object(db.query("SELECT settings FROM organization")[0].text(0));
  const json::Value* required = settings.find("is_resolution_note_required");
  return required != nullptr && required->is_bool() && required->as_bool();
}

}  // namespace tocsin::store
