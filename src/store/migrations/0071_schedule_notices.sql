-- What a schedule's Slack channel is told (docs/spec/schedules.md, sections 8 and 9), and what was told already.
CREATE TABLE schedule_notices (
  schedule_id TEXT PRIMARY KEY REFERENCES schedules (id) ON DELETE CASCADE,
  each_shift BIGINT NOT NULL DEFAULT 1,           -- 0: hand-overs are never told
  when_empty TEXT NOT NULL DEFAULT 'channel',     -- channel, previous, inform
  mention_start BIGINT NOT NULL DEFAULT 1,
  mention_next BIGINT NOT NULL DEFAULT 0,
  looked_at BIGINT,                               -- NULL: never
  on_call TEXT NOT NULL DEFAULT '{}',             -- JSON: whom the last look saw on call
  reported_at BIGINT                              -- when holes and empty shifts were last looked for
);

-- Which lead time of which shift a person was told of.
CREATE TABLE shift_announcements (
  schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  shift TEXT NOT NULL,
  start_at BIGINT NOT NULL,
  ahead_s BIGINT NOT NULL,
  PRIMARY KEY (schedule_id, user_id, shift, start_at, ahead_s)
);

-- How long before their shifts people want to be told; without a row: 15 minutes.
CREATE TABLE shift_lead_times (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  lead_times TEXT NOT NULL                        -- JSON: seconds; none: never
);

-- Whom Slack last accepted as the members of a user group that follows schedules.
CREATE TABLE slack_user_group_members (
  id TEXT PRIMARY KEY,              -- Slack's, S...
  members TEXT NOT NULL                           -- JSON: Slack's user ids, sorted
);
