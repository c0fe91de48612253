-- What the last look at the connected Slack workspace showed. No row in slack_workspace: none is connected.
CREATE TABLE slack_workspace (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  team_id TEXT NOT NULL,            -- T...
  url TEXT NOT NULL,                -- https://acme.slack.com/
  read_at BIGINT NOT NULL
);
CREATE TABLE slack_channels (
  slack_id TEXT PRIMARY KEY,        -- C...
  name TEXT NOT NULL                -- without #
);
CREATE TABLE slack_user_groups (
  slack_id TEXT PRIMARY KEY,        -- S...
  id TEXT NOT NULL UNIQUE,          -- ours, G...
  name TEXT NOT NULL,
  handle TEXT NOT NULL              -- without @
);
