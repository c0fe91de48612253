-- Types: BIGINT for numbers, booleans (0/1) and instants (microseconds UTC); TEXT for ids, texts and JSON. Valid in SQLite and
-- PostgreSQL alike. Every list is ordered by (created_at, id); the engine gives each row a created_at later than the one before.

-- One row: the organisation, and what must change together with it.
CREATE TABLE organization (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  settings TEXT NOT NULL,
  config_version BIGINT NOT NULL,   -- grows with each change of what a configuration snapshot holds
  alert_groups_ever BIGINT NOT NULL -- the number #N of the newest alert group
);

CREATE TABLE teams (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  email TEXT,
  avatar_url TEXT NOT NULL,
  grafana_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  username TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  time_zone TEXT,
  contacts TEXT NOT NULL,           -- JSON: verified contact points by channel
  grafana_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX users_username ON users (username) WHERE deleted_at IS NULL;
CREATE INDEX users_list ON users (created_at, id);

CREATE TABLE team_members (
  team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_members_user ON team_members (user_id);

-- API tokens: only a look-up key and a digest are kept (docs/spec/api-common.md, section 2).
CREATE TABLE api_tokens (
  id TEXT PRIMARY KEY,
  lookup_key TEXT NOT NULL,
  digest TEXT NOT NULL,
  user_id TEXT REFERENCES users (id),
  name TEXT NOT NULL,
  permissions TEXT,                 -- JSON list; NULL: whatever the user's role allows
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT
);
CREATE INDEX api_tokens_lookup ON api_tokens (lookup_key);

CREATE TABLE escalation_chains (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  team_id TEXT REFERENCES teams (id) ON DELETE SET NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE integrations (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description_short TEXT,
  team_id TEXT REFERENCES teams (id) ON DELETE SET NULL,
  author_id TEXT,
  templates TEXT NOT NULL,          -- JSON: only what differs from the type's defaults
  labels TEXT NOT NULL,             -- JSON list of {key, value}
  dynamic_labels TEXT NOT NULL,     -- JSON list of {key, value}; the value is a template
  settings TEXT NOT NULL,           -- JSON: allow_source_based_resolving, ingest limit
  maintenance_mode TEXT,
  maintenance_started_at BIGINT,
  maintenance_end_at BIGINT,
  maintenance_by TEXT,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX integrations_list ON integrations (created_at, id) WHERE deleted_at IS NULL;

-- Apart from integrations: a ping is no change of configuration.
CREATE TABLE heartbeats (
  integration_id TEXT PRIMARY KEY REFERENCES integrations (id) ON DELETE CASCADE,
  timeout_s BIGINT NOT NULL,
  last_at BIGINT,                   -- NULL: never pinged, inactive
  expired BIGINT NOT NULL
);

CREATE TABLE routes (
  id TEXT PRIMARY KEY,
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  is_default BIGINT NOT NULL,
  position BIGINT NOT NULL,
  routing_type TEXT NOT NULL,
  routing_regex TEXT,
  labels TEXT NOT NULL,             -- JSON list of {key, value} for routing_type labels
  escalation_chain_id TEXT REFERENCES escalation_chains (id) ON DELETE SET NULL,
  slack_enabled BIGINT NOT NULL,
  slack_channel_id TEXT,
  backends TEXT NOT NULL,           -- JSON: {"telegram": {"id", "enabled"}, ...}
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX routes_position ON routes (integration_id, is_default, position);
CREATE INDEX routes_chain ON routes (escalation_chain_id);

CREATE TABLE alert_groups (
  id TEXT PRIMARY KEY,
  number BIGINT NOT NULL,
  integration_id TEXT NOT NULL,
  route_id TEXT,
  distinction TEXT NOT NULL,        -- digest of the grouping key; '' once wiped
  is_open BIGINT NOT NULL,          -- 1 while alerts with the same identity join
  state BIGINT NOT NULL,            -- 0 new, 1 acknowledged, 2 silenced, 3 resolved: the first true of resolved, acknowledged, silenced
  title TEXT,
  source_link TEXT,
  alerts_count BIGINT NOT NULL,
  last_alert_id TEXT NOT NULL,
  root_id TEXT,                     -- the group this one is attached to
  labels TEXT NOT NULL,             -- JSON list of {key, value}
  opened_because TEXT NOT NULL,     -- JSON: signals, grouping key, routes tried and what each answered
  flags TEXT NOT NULL,              -- JSON: who acknowledged, resolved, silenced, when; generations (domain/model/alert_group.h)
  created_at BIGINT NOT NULL,
  received_at BIGINT NOT NULL
);
-- Identity of an open group is this index, not a lock: two nodes cannot open the same group (DESIGN: several nodes).
CREATE UNIQUE INDEX alert_groups_identity ON alert_groups (distinction, integration_id, route_id) WHERE is_open = 1;
CREATE INDEX alert_groups_resolved ON alert_groups (distinction, created_at) WHERE is_open = 0;
CREATE INDEX alert_groups_list ON alert_groups (created_at, id);
CREATE INDEX alert_groups_state ON alert_groups (state, created_at, id);
CREATE INDEX alert_groups_integration ON alert_groups (integration_id, created_at, id);
CREATE INDEX alert_groups_route ON alert_groups (route_id, created_at, id);
CREATE INDEX alert_groups_root ON alert_groups (root_id) WHERE root_id IS NOT NULL;

CREATE TABLE alert_group_labels (
  label_key TEXT NOT NULL,
  label_value TEXT NOT NULL,
  group_id TEXT NOT NULL REFERENCES alert_groups (id) ON DELETE CASCADE,
  group_created_at BIGINT NOT NULL,
  PRIMARY KEY (label_key, label_value, group_created_at, group_id)
);
CREATE INDEX alert_group_labels_group ON alert_group_labels (group_id);

-- How many groups stand in each state, kept with each change, so that no list and no metric counts rows.
CREATE TABLE alert_group_counts (
  integration_id TEXT NOT NULL,
  route_id TEXT NOT NULL,           -- '' when the group's route is gone
  state BIGINT NOT NULL,
  groups BIGINT NOT NULL,
  PRIMARY KEY (integration_id, route_id, state)
);

CREATE TABLE alerts (
  id TEXT PRIMARY KEY,
  group_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  payload TEXT NOT NULL,            -- JSON text as received
  signals TEXT NOT NULL,            -- JSON: resolve, acknowledge, why it joined
  is_first BIGINT NOT NULL
);
CREATE INDEX alerts_group ON alerts (group_id, created_at);
CREATE INDEX alerts_list ON alerts (created_at, id);

-- The timeline of each group (docs/spec/alert-groups.md, section 10).
CREATE TABLE log_records (
  group_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,       -- unique within the group: the engine's instants only grow
  realm TEXT NOT NULL,              -- alert_group or user_notification
  type BIGINT NOT NULL,
  author_id TEXT,
  detail TEXT NOT NULL,
  PRIMARY KEY (group_id, created_at)
);
