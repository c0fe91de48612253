-- The webhook that stands for notify_by_webhook, one a person (docs/spec/outgoing-webhooks.md, section 8).
CREATE TABLE personal_webhooks (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  context TEXT,                     -- sealed; JSON object that the owner wants in the event
  updated_at BIGINT NOT NULL
);
