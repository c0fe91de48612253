-- What has to leave for other people's servers, written with the state change that wants it. Finished rows stay for a while as the
-- delivery log.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,              -- the idempotency key that the receiver sees
  queue TEXT NOT NULL,              -- the lane: one destination, which may be slow for itself alone
  kind TEXT NOT NULL,               -- how to read `payload` (domain/model/outgoing.h)
  group_id TEXT,
  coalesce_key TEXT,                -- a newer row takes the place of the one that waits under the same key
  payload TEXT NOT NULL,            -- JSON
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,         -- grows with each claim
  claimed_by TEXT,                  -- the node that is sending it
  claimed_until BIGINT,             -- then its lease is over and any node may take it
  finished_at BIGINT,
  outcome TEXT                      -- JSON: the latest outcome, also of an attempt that will be repeated
);
CREATE INDEX outbox_waiting ON outbox (due_at, created_at) WHERE finished_at IS NULL AND claimed_by IS NULL;
CREATE INDEX outbox_claimed ON outbox (claimed_until) WHERE finished_at IS NULL AND claimed_by IS NOT NULL;
CREATE UNIQUE INDEX outbox_coalesced ON outbox (coalesce_key) WHERE coalesce_key IS NOT NULL AND finished_at IS NULL AND claimed_by IS NULL;
CREATE INDEX outbox_finished ON outbox (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX outbox_group ON outbox (group_id) WHERE group_id IS NOT NULL;
