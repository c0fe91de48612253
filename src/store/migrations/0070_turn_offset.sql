-- By how many groups a rotation runs ahead of its start and index, so that an edit keeps today's person
-- (domain/schedule/edits.h).
ALTER TABLE on_call_shifts ADD COLUMN turn_offset BIGINT NOT NULL DEFAULT 0;
