#include "domain/model/outgoing.h"

#include <array>
#include <utility>

#include "domain/model/bundled_sms_fields.h"

namespace tocsin {

namespace effect {

template <class Io>
void fields(Io& io, Notify& n) {
  io("group", n.group);
  io("user", n.user);
  io("by", n.by);
  io("importance", n.importance);
  io("rule", n.rule);
  io("cause", n.cause);
  io("paged_at", n.paged_at);
}
template <class Io>
void fields(Io& io, NotifyBundle& b) {
  io("user", b.user);
  io("importance", b.importance);
  io("entries", b.entries);
}
template <class Io>
void fields(Io& io, TriggerWebhook& t) {
  io("group", t.group);
  io("webhook", t.webhook);
  io("policy", t.policy);
}
template <class Io>
void fields(Io& io, FireWebhooks& f) {
  io("group", f.group);
  io("trigger", f.trigger);
  io("user", f.user);
}
template <class Io>
void fields(Io& io, UpdateChatPosts& u) {
  io("group", u.group);
}
template <class Io>
void fields(Io& io, PublishAlert& p) {
  io("group", p.group);
  io("alert", p.alert);
}
template <class Io>
void fields(Io& io, PostAcknowledgeReminder& p) {
  io("group", p.group);
  io("user", p.user);
}
template <class Io>
void fields(Io& io, MentionInThread& m) {
  io("group", m.group);
  io("user_group", m.user_group);
}

}  // namespace effect

template <class Io>
void fields(Io& io, SendWebhook& s) {
  io("group", s.group);
  io("webhook", s.webhook);
  io("trigger", s.trigger);
  io("user", s.user);
}

template <class Io>
void fields(Io& io, ResendWebhook& r) {
  io("group", r.group);
  io("webhook", r.webhook);
  io("response", r.response);
  io("user", r.user);
  io("username", r.username);
}

namespace {

// In the order of Outgoing's alternatives.
constexpr std::array<std::string_view, std::variant_size_v<Outgoing>> kKinds = {
    "notify",        "notify_bundle",        "trigger_webhook",   "fire_webhooks", "update_chat_posts",
    "publish_alert", "acknowledge_reminder", "mention_in_thread", "webhook",       "resend_webhook",
    "shift_notice",  "schedule_report",      "update_user_group", "announce_shift"};

template <std::size_t... I>
Result<Outgoing> read_kind(std::string_view kind, const json::Value& value, std::index_sequence<I...>) {
  std::optional<Result<Outgoing>> out;
  const auto try_one = [&]<std::size_t N>() {
    if (kKinds[N] != kind) return;
    auto read = read_fields<std::variant_alternative_t<N, Outgoing>>(value);
    if (read) {
      out.emplace(Outgoing(std::move(read).value()));
    } else {
      out.emplace(read.error());
    }
  };
  (try_one.template operator()<I>(), ...);
  if (!out) return invalid("unknown kind of outgoing message: " + std::string(kind));
  return *std::move(out);
}

}  // namespace

std::optional<Outgoing> outgoing_of(const Effect& effect) {
  return std::visit(
      []<class T>(const T& one) -> std::optional<Outgoing> {
        if constexpr (std::is_constructible_v<Outgoing, const T&>) {
          return Outgoing(one);
        } else {
          return std::nullopt;
        }
      },
      effect);
}

std::string_view kind_of(const Outgoing& outgoing) {
  return kKinds[outgoing.index()];
}

json::Value to_json(const Outgoing& outgoing) {
  return std::visit([](const auto& one) { return write_fields(one); }, outgoing);
}

Result<Outgoing> outgoing_from_json(std::string_view kind, const json::Value& value) {
  return read_kind(kind, value, std::make_index_sequence<std::variant_size_v<Outgoing>>());
}

}  // namespace tocsin
