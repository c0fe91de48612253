#include "edge/api/audit.h"

#include <algorithm>

#include "domain/model/sealed.h"
#include "language/json/write.h"

namespace tocsin::api {
namespace {

using Flat = std::vector<std::pair<std::string, json::Value>>;

// Null and absent are the same here.
void flatten(const json::Value& value, const std::string& prefix, Flat& out) {
  for (const auto& [key, member] : value.as_object()) {
    if (member.is_object()) {
      flatten(member, prefix + key + ".", out);
    } else if (!member.is_null()) {
      out.emplace_back(prefix + key, member);
    }
  }
}

Flat flat(const json::Value& value) {
  Flat out;
  if (value.is_object()) flatten(value, {}, out);
  return out;
}

const json::Value* find(const Flat& fields, const std::string& name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.first == name; });
  return found == fields.end() ? nullptr : &found->second;
}

json::Value shown(const Audited& audited, const std::string& name, const json::Value* value) {
  if (value == nullptr) return {};
  const std::string_view top = std::string_view(name).substr(0, name.find('.'));
  const bool hidden = std::find(audited.hidden.begin(), audited.hidden.end(), top) != audited.hidden.end();
  return hidden ? json::Value(kSecretMask) : *value;
}

}  // namespace

std::string changes_of(const Audited& audited) {
  const Flat before = flat(audited.before), after = flat(audited.after);
  json::Object changes;
  const auto note = [&](const std::string& name) {
    const json::Value *was = find(before, name), *is = find(after, name);
    const bool same = was != nullptr && is != nullptr && *was == *is;
    const auto& rewritten = audited.rewritten;
    if (changes.find(name) != nullptr ||
        (same && std::find(rewritten.begin(), rewritten.end(), name) == rewritten.end()))
      return;
    json::Object change;
    if (!audited.before.is_null()) change.set("before", shown(audited, name, was));
    if (!audited.after.is_null()) change.set("after", shown(audited, name, is));
    changes.set(name, std::move(change));
  };
  for (const auto& [name, value] : before) note(name);
  for (const auto& [name, value] : after) note(name);
  return json::write(json::Value(std::move(changes)));
}

void audit(engine::Batch& batch, const access::Caller& caller, const Audited& audited) {
  const std::string_view verb = audited.before.is_null()  ? " created"
                                : audited.after.is_null() ? " deleted"
                                                          : " updated";
  batch.log.info(std::string(audited.kind) + std::string(verb),
                 {{audited.kind.substr(audited.kind.rfind(' ') + 1), audited.id},
                  {"by", caller.username},
                  {"changes", changes_of(audited)}});
}

}  // namespace tocsin::api
