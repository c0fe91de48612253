-- Which alert groups were written of late, so that whoever keeps them in memory can follow (docs/decisions/0081). Each
-- connection that writes numbers its own rows, in the order of its commits.
CREATE TABLE alert_group_changes (
  writer BIGINT NOT NULL,
  number BIGINT NOT NULL,
  written_at BIGINT NOT NULL,       -- by the machine's clock; only for clearing up
  group_id TEXT NOT NULL,
  group_created_at BIGINT NOT NULL,
  PRIMARY KEY (writer, number)
);

-- How many alerts came in each hour, so that no list counts them; slots keep nodes out of each other's way.
CREATE TABLE alert_hours (
  hour BIGINT NOT NULL,             -- since 1970-01-01 UTC
  slot BIGINT NOT NULL,
  alerts BIGINT NOT NULL,
  PRIMARY KEY (hour, slot)
);
INSERT INTO alert_hours (hour, slot, alerts) SELECT created_at / 3600000000, 0, count(*) FROM alerts GROUP BY created_at / 3600000000;
