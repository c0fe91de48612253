-- Members of channels (C..., G...) as well as of user groups (S...), by Slack's ids.
ALTER TABLE slack_user_group_members RENAME TO slack_members;
