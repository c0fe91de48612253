#include "domain/model/log_record.h"

#include "domain/model/json_fields.h"

namespace tocsin {

template <class Io>
void fields(Io& io, GroupRecord& r) {
  io("group", r.group);
  io("type", r.type);
  io("at", r.at);
  io("author", r.author);
  io("author_name", r.author_name);
  io("via", r.via);
  io("reason", r.reason);
  io("policy", r.policy);
  io("step", r.step);
  io("failure", r.failure);
  io("eta", r.eta);
  io("silence_delay", r.silence_delay);
  io("related", r.related);
  io("related_is_root", r.related_is_root);
  io("user", r.user);
  io("user_name", r.user_name);
  io("important", r.important);
  io("subject", r.subject);
  io("chain", r.chain);
  io("trigger", r.trigger);
  io("alerts", r.alerts);
  io("minutes", r.minutes);
}

template <class Io>
void fields(Io& io, PersonalRecord& r) {
  io("group", r.group);
  io("user", r.user);
  io("user_name", r.user_name);
  io("type", r.type);
  io("at", r.at);
  io("rule", r.rule);
  io("by", r.by);
  io("code", r.code);
  io("reason", r.reason);
}

json::Value to_json(const GroupRecord& record) {
  return write_fields(record);
}
json::Value to_json(const PersonalRecord& record) {
  return write_fields(record);
}
Result<GroupRecord> group_record_from_json(const json::Value& value) {
  return read_fields<GroupRecord>(value);
}
Result<PersonalRecord> personal_record_from_json(const json::Value& value) {
  return read_fields<PersonalRecord>(value);
}

}  // namespace tocsin
