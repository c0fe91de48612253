-- What walks follow, kept once for all that follow the same (store/escalation_plans.h).
CREATE TABLE escalation_plans (
  id TEXT PRIMARY KEY,              -- digest of the content
  content TEXT NOT NULL             -- JSON: a snapshot as it was at a start (domain/model/escalation.h)
);
-- NULL: nothing to follow, or a row of before whose state still holds its snapshot.
ALTER TABLE escalations ADD COLUMN plan_id TEXT;
