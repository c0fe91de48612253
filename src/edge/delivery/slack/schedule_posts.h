// What a schedule's Slack channel is told: hand-overs, holes and empty shifts; and the user group that
// follows who is on call.
//
// Source: docs/spec/schedules.md, sections 8 and 9; docs/spec/channels.md, section 2.4. Reports and user
// groups are looked up when they leave; a hand-over is told as it was found, with names and settings as they
// are then.
#pragma once

#include "domain/model/outgoing.h"
#include "edge/delivery/slack/call.h"

namespace tocsin::delivery {

class SlackSchedulePosts : public Courier {
 public:
  SlackSchedulePosts(http::Outbound& outbound, SlackSettings settings)
      : outbound_(outbound), settings_(std::move(settings)) {}

  bool carries(const store::OutboxRow& row) const override;
  Job prepare(store::Connection& db, const store::OutboxRow& row, Instant now) override;

 private:
  Job prepare_notice(store::Connection& db, const PostShiftNotice& notice);
  Job prepare_report(store::Connection& db, const PostScheduleReport& report, Instant now);
  Job prepare_user_group(store::Connection& db, const UpdateUserGroup& update, Instant now);

  http::Outbound& outbound_;
  SlackSettings settings_;
};

}  // namespace tocsin::delivery
