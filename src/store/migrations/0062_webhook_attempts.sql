-- Attempts that a person asked for again, and the way to those that are too old to be kept.
ALTER TABLE webhook_responses ADD COLUMN resent_of TEXT;
CREATE INDEX webhook_responses_age ON webhook_responses (created_at);
-- What one webhook is told about one group leaves in order: is there an earlier row under way?
CREATE INDEX outbox_in_order ON outbox (queue, group_id, created_at) WHERE finished_at IS NULL;
