#include "domain/model/silence.h"

#include "domain/model/json_fields.h"

namespace tocsin {

template <class Io>
void fields(Io& io, SilenceMatcher& m) {
  io("on", m.on);
  io("name", m.name);
  io("value", m.value);
  io("regex", m.regex);
  io("negated", m.negated);
}

json::Value to_json(const SilenceMatcher& matcher) {
  return write_fields(matcher);
}
Result<SilenceMatcher> silence_matcher_from_json(const json::Value& value) {
  return read_fields<SilenceMatcher>(value);
}

}  // namespace tocsin
