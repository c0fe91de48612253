-- Escalation and paging: what each group walks, whom it pages, and when a rule must be asked again.

-- An absent row: the group's escalation was never started.
CREATE TABLE escalations (
  group_id TEXT PRIMARY KEY REFERENCES alert_groups (id) ON DELETE CASCADE,
  state TEXT NOT NULL               -- JSON: generation, finished, due, snapshot (domain/model/escalation.h)
);

CREATE TABLE personal_chains (
  group_id TEXT NOT NULL REFERENCES alert_groups (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL,
  state TEXT NOT NULL,              -- JSON (domain/model/notification.h)
  PRIMARY KEY (group_id, user_id)
);

-- Text messages that wait to leave as one, by (user, importance).
CREATE TABLE sms_bundles (
  user_id TEXT NOT NULL,
  importance BIGINT NOT NULL,
  state TEXT NOT NULL,              -- JSON (domain/model/notification.h)
  PRIMARY KEY (user_id, importance)
);

-- When a rule must be asked again; setting a timer replaces the one of the same kind and subject.
CREATE TABLE timers (
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,            -- "I68T24", "I68T24/U1ABCD", "U1ABCD/important" (domain/model/timer.h)
  generation BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  failures BIGINT NOT NULL,         -- how often running it broke; it is then set aside for a while
  PRIMARY KEY (kind, subject)
);
CREATE INDEX timers_due ON timers (due_at);

-- The group that stands for a running maintenance.
CREATE TABLE maintenance_groups (
  integration_id TEXT PRIMARY KEY REFERENCES integrations (id) ON DELETE CASCADE,
  group_id TEXT NOT NULL
);
CREATE INDEX maintenance_groups_group ON maintenance_groups (group_id);

-- 1: the group's walk is paused at a threshold and the next alert evaluates it. Here, so that an alert that joins learns it
-- with the row that it reads anyway.
ALTER TABLE alert_groups ADD COLUMN awaits_alert BIGINT NOT NULL DEFAULT 0;
