// What pages one person: a page as it is to be said, and the interface of those who say it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/integration/type.h"
#include "domain/model/effect.h"
#include "domain/model/person.h"
#include "domain/templating/appearance.h"
#include "edge/delivery/group_view.h"
#include "edge/delivery/outcome.h"
#include "store/chat_posts.h"

namespace tocsin::delivery {

struct Page {
  std::string id;  // of the outbox row: stable over all attempts
  effect::Notify notify;
  User user;
  GroupView view;
  std::optional<store::ChatPost> chat_post = {};  // pages by Slack: whose thread they go into
  templating::Appearance look;                    // by the provider's templates
  std::optional<int> left_today;                  // set when few remain of the daily limit
  Instant now;
};

class Provider {
 public:
  virtual ~Provider() = default;
  virtual std::string_view name() const = 0;
  virtual bool carries(NotifyBy by) const = 0;
  virtual integration::Channel channel() const = 0;  // whose templates it shows
  // Whether this person can be reached so at all.
  virtual std::optional<Failed> obstacle(const User&) const { return std::nullopt; }
  virtual void send(const Page& page, Done done) = 0;
};

}  // namespace tocsin::delivery
