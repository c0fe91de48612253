-- Secrets are sealed (store/sealing.h) before they are written. Rows from before have sealed = 0 until the next start of a
-- server (store/secrets.h).
ALTER TABLE webhook_secrets ADD COLUMN sealed BIGINT NOT NULL DEFAULT 0;

-- One row at most, number 1: the key that this database's secrets are sealed with, by what it can be told apart from others.
CREATE TABLE secret_key (
  number BIGINT PRIMARY KEY,
  key_id TEXT NOT NULL,
  probe TEXT NOT NULL,              -- a known text, sealed
  created_at BIGINT NOT NULL
);

-- How long the receiver may take; NULL: as long as --webhook-timeout says.
ALTER TABLE webhooks ADD COLUMN timeout_s BIGINT;
