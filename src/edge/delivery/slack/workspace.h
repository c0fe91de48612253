// Keeps the list of channels and user groups of the connected workspace fresh, and who belongs to the user
// groups and to the channels that routes post to: a look every half hour, a minute after one that failed or
// when a route names a channel that was not looked into. A failed look leaves what was known.
//
// The app's loop calls run() about once a second. Source: docs/spec/channels.md, section 2.2.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/world.h"
#include "edge/delivery/slack/slack.h"
#include "edge/http/outbound.h"
#include "engine/engine.h"
#include "language/json/value.h"
#include "store/slack_workspace.h"

namespace tocsin::delivery {

inline constexpr std::chrono::minutes kLookEvery{30};
inline constexpr std::chrono::minutes kLookAgain{1};

class SlackWorkspaceReader {
 public:
  // All references must outlive the reader, and the reader what it sent: end the outbound first.
  // Without a token it never looks.
  SlackWorkspaceReader(engine::Engine& engine, const Clock& clock, Log& log, SlackSettings settings)
      : engine_(engine), clock_(clock), log_(log), settings_(std::move(settings)) {}

  // Begins to look when it is time. From one thread at a time.
  void run(http::Outbound& outbound);

 private:
  using Found = std::shared_ptr<store::SlackWorkspace>;
  using Next = std::function<void(const json::Value&)>;
  using Refused = std::function<void(const std::string& reason)>;
  // `next` gets the answer of a call that went well; anything else ends the look, or is `refused`'s to mend.
  void ask(http::Outbound& outbound, const std::string& method, Next next, Refused refused = {});
  void read_channels(http::Outbound& outbound, const Found& found, const std::string& cursor);
  void read_user_groups(http::Outbound& outbound, const Found& found);
  // Of the channels in `left`, one after the other.
  void read_members(http::Outbound& outbound, const Found& found, std::vector<std::string> left,
                    const std::string& cursor);
  void keep(const Found& found);
  void failed(const std::string& method, const std::string& reason);
  void again_in(std::chrono::minutes pause);

  engine::Engine& engine_;
  const Clock& clock_;
  Log& log_;
  SlackSettings settings_;
  std::mutex mutex_;  // guards what is below
  bool looking_ = false;
  std::set<std::string> looked_into_;  // channels
  std::optional<Instant> looked_at_;
  std::optional<Instant> due_;  // nullopt: at once
};

}  // namespace tocsin::delivery
