-- What the alerting API keeps beside integrations, routes and groups (docs/spec/api-alerting.md, sections 6 to 10).

CREATE TABLE escalation_policies (
  id TEXT PRIMARY KEY,
  chain_id TEXT NOT NULL REFERENCES escalation_chains (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  policy TEXT NOT NULL,             -- JSON (domain/model/escalation.h); id, position and pointer are the columns'
  last_notified_id TEXT,            -- round robin: who was notified last; apart, because walks write it
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX escalation_policies_position ON escalation_policies (chain_id, position);

CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,        -- a deleted one's name is changed, so it is free
  is_enabled BIGINT NOT NULL,
  team_id TEXT REFERENCES teams (id) ON DELETE SET NULL,
  user_id TEXT,
  trigger_type BIGINT NOT NULL,
  http_method TEXT NOT NULL,
  url TEXT NOT NULL,
  headers TEXT,
  username TEXT,
  trigger_template TEXT,
  data TEXT,
  forward_all BIGINT NOT NULL,
  integration_filter TEXT NOT NULL, -- JSON list of integration ids; [] lets all through
  preset TEXT,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX webhooks_list ON webhooks (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX webhooks_trigger ON webhooks (trigger_type) WHERE deleted_at IS NULL;

-- Apart from webhooks, so that no list and no log line can pick them up by the way.
CREATE TABLE webhook_secrets (
  webhook_id TEXT PRIMARY KEY REFERENCES webhooks (id) ON DELETE CASCADE,
  password TEXT,
  authorization_header TEXT
);

-- Attempts to call a webhook (docs/spec/api-alerting.md, section 8.4).
CREATE TABLE webhook_responses (
  id TEXT PRIMARY KEY,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  group_id TEXT,
  trigger_type BIGINT NOT NULL,     -- what really set it off: never "status change"
  url TEXT,
  request_trigger TEXT NOT NULL,
  request_headers TEXT,             -- JSON text, secrets as asterisks
  request_data TEXT,
  status_code BIGINT,
  content TEXT,
  event_data TEXT NOT NULL,         -- JSON text of the template context
  created_at BIGINT NOT NULL
);
CREATE INDEX webhook_responses_list ON webhook_responses (webhook_id, created_at);
CREATE INDEX webhook_responses_group ON webhook_responses (group_id, webhook_id, created_at);

CREATE TABLE resolution_notes (
  id TEXT PRIMARY KEY,
  group_id TEXT NOT NULL REFERENCES alert_groups (id) ON DELETE CASCADE,
  author_id TEXT,
  source TEXT NOT NULL,             -- Web, Slack or Mobile App
  text TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX resolution_notes_group ON resolution_notes (group_id, created_at);

-- Silences by matcher: groups that open while one holds are silenced until its end.
CREATE TABLE silences (
  id TEXT PRIMARY KEY,
  matchers TEXT NOT NULL,           -- JSON list (domain/model/silence.h)
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  comment TEXT NOT NULL,
  author_id TEXT,
  author_name TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX silences_end ON silences (ends_at);

-- Which groups a silence silenced: when it is taken back early, they fire again.
CREATE TABLE silenced_groups (
  silence_id TEXT NOT NULL REFERENCES silences (id) ON DELETE CASCADE,
  group_id TEXT NOT NULL,
  PRIMARY KEY (silence_id, group_id)
);
