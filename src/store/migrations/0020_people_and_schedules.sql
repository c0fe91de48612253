-- Notification rules, schedules and what they are made of (docs/spec/api-people.md, sections 7 to 11).
--
-- A stamp differs after every change of what it stands for and never comes back (store/stamp.h): caches of resolved
-- schedules are keyed by it.

ALTER TABLE organization ADD COLUMN people_stamp BIGINT NOT NULL DEFAULT 0;

CREATE TABLE notification_rules (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  important BIGINT NOT NULL,
  position BIGINT NOT NULL,         -- from 0 within (user, important); holes are allowed
  type TEXT NOT NULL,               -- wait, notify_by_...
  duration_s BIGINT,                -- of wait only; NULL: none
  created_at BIGINT NOT NULL
);
CREATE INDEX notification_rules_user ON notification_rules (user_id, important, position, created_at);

CREATE TABLE schedules (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,               -- ical, calendar, web
  team_id TEXT REFERENCES teams (id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  ical_url_primary TEXT,
  ical_url_overrides TEXT,
  enable_web_overrides BIGINT NOT NULL,
  slack_channel_id TEXT,
  slack_user_group_id TEXT,
  created_at BIGINT NOT NULL,
  stamp BIGINT NOT NULL,
  settled_from BIGINT,              -- who was on call in [from, to) is settled: settled_events; NULL: nothing is
  settled_to BIGINT
);
CREATE INDEX schedules_list ON schedules (created_at, id);

-- Times are readings of a clock on the wall, as seconds since 1970-01-01T00:00:00 of the same wall.
CREATE TABLE on_call_shifts (
  id TEXT PRIMARY KEY,
  schedule_id TEXT REFERENCES schedules (id) ON DELETE CASCADE, -- the owner: a web schedule, or any for an override
  team_id TEXT REFERENCES teams (id) ON DELETE SET NULL,
  name TEXT,
  type TEXT NOT NULL,
  time_zone TEXT,
  level BIGINT NOT NULL,
  start_wall BIGINT NOT NULL,
  duration_s BIGINT NOT NULL,
  rotation_start_wall BIGINT NOT NULL,
  frequency TEXT,
  repeat_interval BIGINT,
  until_wall BIGINT,
  week_start TEXT NOT NULL,         -- MO, TU, ...
  by_day TEXT,                      -- JSON list, as the next four
  by_month TEXT,
  by_monthday TEXT,
  users TEXT NOT NULL,
  rolling_users TEXT,               -- list of lists
  start_rotation_from_user_index BIGINT,
  source BIGINT NOT NULL,           -- 0 web, 1 api, 2 slack, 3 terraform
  created_at BIGINT NOT NULL
);
CREATE INDEX on_call_shifts_list ON on_call_shifts (created_at, id);
CREATE INDEX on_call_shifts_schedule ON on_call_shifts (schedule_id);

-- What a calendar lists, in its order.
CREATE TABLE schedule_shifts (
  schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  shift_id TEXT NOT NULL REFERENCES on_call_shifts (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  PRIMARY KEY (schedule_id, shift_id)
);
CREATE INDEX schedule_shifts_shift ON schedule_shifts (shift_id);

CREATE TABLE shift_swaps (
  id TEXT PRIMARY KEY,
  schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  swap_start BIGINT NOT NULL,
  swap_end BIGINT NOT NULL,
  description TEXT,
  beneficiary_id TEXT NOT NULL,
  benefactor_id TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX shift_swaps_list ON shift_swaps (swap_start, created_at, id);
CREATE INDEX shift_swaps_schedule ON shift_swaps (schedule_id, swap_start);

-- Imported calendars: the last good copy, and how the last attempt went.
CREATE TABLE calendar_feeds (
  schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  layer TEXT NOT NULL,              -- primary, overrides
  url TEXT NOT NULL,
  content TEXT,                     -- NULL: never fetched
  stamp BIGINT NOT NULL,            -- of the content
  fetched_at BIGINT,                -- of the content
  tried_at BIGINT,
  error TEXT,                       -- of the last attempt; NULL: it succeeded
  PRIMARY KEY (schedule_id, layer)
);

-- Who was on call, and which shifts named nobody, in the time that is settled (domain/schedule/history.h).
CREATE TABLE settled_events (
  schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  start_at BIGINT NOT NULL,
  end_at BIGINT NOT NULL,
  is_empty BIGINT NOT NULL,
  event TEXT NOT NULL               -- JSON: the rest of it
);
CREATE INDEX settled_events_end ON settled_events (schedule_id, end_at);

-- Calendar subscriptions (docs/spec/api-people.md, section 11.6): of a schedule, or (schedule_id NULL) of a person.
CREATE TABLE export_tokens (
  id TEXT PRIMARY KEY,
  lookup_key TEXT NOT NULL,
  digest TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  schedule_id TEXT REFERENCES schedules (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX export_tokens_lookup ON export_tokens (lookup_key);
CREATE INDEX export_tokens_owner ON export_tokens (user_id, schedule_id);

-- What was exported before an edit: events that are gone since are shown to subscribers as cancelled.
CREATE TABLE published_events (
  schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  uid TEXT NOT NULL,
  summary TEXT NOT NULL,
  start_at BIGINT NOT NULL,
  end_at BIGINT NOT NULL,
  priority BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,          -- the last edit before which it was there
  PRIMARY KEY (schedule_id, uid)
);

-- How often make_call and send_sms were used for a user on a day.
CREATE TABLE phone_relays (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  day BIGINT NOT NULL,              -- since 1970-01-01, UTC
  attempts BIGINT NOT NULL,
  PRIMARY KEY (user_id, day)
);
