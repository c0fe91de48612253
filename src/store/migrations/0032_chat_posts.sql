-- The post that stands for an alert group in a chat channel; edits and threads need to know it.
CREATE TABLE chat_posts (
  group_id TEXT NOT NULL,
  provider TEXT NOT NULL,           -- slack
  channel TEXT NOT NULL,
  message_id TEXT NOT NULL,         -- as the provider names it: Slack's ts
  created_at BIGINT NOT NULL,
  PRIMARY KEY (group_id, provider)
);
