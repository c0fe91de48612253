-- What changes with each alert that joins, away from the wide rows of alert_groups: an alert then rewrites a few
-- bytes, and a page of them holds a hundred groups (docs/decisions/0006).
CREATE TABLE alert_group_tallies (
  group_id TEXT PRIMARY KEY,
  alerts_count BIGINT NOT NULL,
  last_alert_id TEXT NOT NULL
);
INSERT INTO alert_group_tallies (group_id, alerts_count, last_alert_id) SELECT id, alerts_count, last_alert_id FROM alert_groups;
ALTER TABLE alert_groups DROP COLUMN alerts_count;
ALTER TABLE alert_groups DROP COLUMN last_alert_id;
