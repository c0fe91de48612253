// How a text message in a bundle is stored: in the waiting bundle and in the outbox row that it becomes.
#pragma once

#include "domain/model/json_fields.h"
#include "domain/model/notification.h"

namespace tocsin {

template <class Io>
void fields(Io& io, BundledSms& s) {
  io("group", s.group);
  io("rule", s.rule);
  io("cause", s.cause);
  io("paged_at", s.paged_at);
  io("reason", s.reason);
}

}  // namespace tocsin
