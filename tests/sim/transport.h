// Other people's servers in virtual time: each request is received or not, at once or late, and its sender
// learns of it or not. Nothing waits: answers come when the world's time has come to them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "edge/delivery/provider.h"
#include "edge/http/outbound.h"
#include "sim/dice.h"

namespace tocsin::test {

// Something that arrived at a receiver.
struct Received {
  std::string what;  // mail, push, hook, post, edit, say, phone
  std::string key;   // its idempotency key
};

class Transport {
 public:
  using Time = std::chrono::microseconds;  // since the beginning of the world, never set back

  explicit Transport(std::uint64_t seed) : dice_(seed) {}

  bool faulty = true;
  std::function<void(const Received&)> on_received = [](const Received&) {};

  // The way out of one node. A node that crashes hears no answer any more.
  class Door : public http::Outbound {
   public:
    Door(Transport& transport, std::size_t node) : transport_(transport), node_(node) {}
    void send(http::OutboundRequest request, http::OutboundCallback done) override;
    void send_mail(http::Mail mail, http::OutboundCallback done) override;

   private:
    Transport& transport_;
    std::size_t node_;
  };
  void forget(std::size_t node);

  std::optional<Time> next() const;
  void run(Time now);  // the answers that are due
  Time now() const { return now_; }

  // Phones, which have no provider of their own yet.
  class Phone : public delivery::Provider {
   public:
    explicit Phone(Door& door) : door_(door) {}
    std::string_view name() const override { return "phone"; }
    bool carries(NotifyBy by) const override { return by == NotifyBy::Sms || by == NotifyBy::PhoneCall; }
    integration::Channel channel() const override { return integration::Channel::Sms; }
    void send(const delivery::Page& page, delivery::Done done) override;

   private:
    Door& door_;
  };

 private:
  void deliver(std::size_t node, Received what, std::chrono::milliseconds time_out, std::string good_answer,
               http::OutboundCallback done);
  void answer(std::size_t node, Time after, http::Outcome outcome, http::OutboundCallback done);

  struct Answer {
    std::size_t node;
    http::Outcome outcome;
    http::OutboundCallback done;
  };
  Dice dice_;
  Time now_{0};
  std::multimap<Time, Answer> answers_;
};

}  // namespace tocsin::test
