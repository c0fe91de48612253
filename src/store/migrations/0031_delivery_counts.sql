-- How much each person got by day (UTC), for the daily limits (docs/spec/channels.md, section 1.5).
CREATE TABLE delivery_counts (
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL,               -- email or phone
  day BIGINT NOT NULL,              -- days since 1970-01-01
  sent BIGINT NOT NULL,
  PRIMARY KEY (user_id, kind, day)
);
