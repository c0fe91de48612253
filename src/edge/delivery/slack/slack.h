// Slack by a bot token: one post per alert group in its route's channel, edited as the group changes, and
// what is said in its thread.
//
// Every edit says the group's state as it is when the edit leaves; edits that wait are one (the outbox's
// coalesce key), so a rate limit ends with one correct post. Buttons are not shown: nothing answers them yet.
//
// Slack promises no idempotency for chat.postMessage. When an attempt to post a group may have got through
// without our knowing (a time-out, a killed process), the channel's history is asked for the group's post
// first; each post carries the group's id as metadata. Where the token lacks channels:history, or the look-up
// fails, the group is posted again: rather twice than not at all; so it is when the first attempt is still on
// the wire. Posts also carry a client_msg_id that is the same for every attempt, by which Slack may recognise
// a repetition; replies and mentions have nothing but that, theirs is the outbox row's id. Source:
// docs/spec/channels.md, sections 2.2 to 2.6.
#pragma once

#include "edge/delivery/group_view.h"
#include "edge/delivery/provider.h"
#include "edge/delivery/slack/call.h"
#include "engine/engine.h"

namespace tocsin::delivery {

class SlackCourier : public Courier {
 public:
  SlackCourier(engine::Engine& engine, http::Outbound& outbound, SlackSettings settings)
      : engine_(engine), outbound_(outbound), settings_(std::move(settings)) {}

  bool carries(const store::OutboxRow& row) const override;
  Job prepare(store::Connection& db, const store::OutboxRow& row, Instant now) override;

 private:
  Job prepare_post(store::Connection& db, const store::OutboxRow& row, const GroupView& view, Instant now);
  Job prepare_reply(store::Connection& db, const store::OutboxRow& row, const GroupView& view, Instant now);

  engine::Engine& engine_;
  http::Outbound& outbound_;
  SlackSettings settings_;
};

// Mentions one person in the thread of the group's post.
class SlackProvider : public Provider {
 public:
  SlackProvider(http::Outbound& outbound, SlackSettings settings)
      : outbound_(outbound), settings_(std::move(settings)) {}
  std::string_view name() const override { return "slack"; }
  bool carries(NotifyBy by) const override { return by == NotifyBy::Slack; }
  integration::Channel channel() const override { return integration::Channel::Slack; }
  std::optional<Failed> obstacle(const User& user) const override;
  void send(const Page& page, Done done) override;

 private:
  http::Outbound& outbound_;
  SlackSettings settings_;
};

}  // namespace tocsin::delivery
