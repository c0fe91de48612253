// How answers come back to the network thread that owns the connection, from whatever thread.
//
// The first answer into an empty box wakes the thread; those that come before it looks cost a lock and a
// push. An answer given inside the handler call takes no detour at all (Expected). Many answers given at once
// (a batch was committed) wake each thread once, when the AnswerBurst around them ends. After close() answers
// are dropped: a Respond may outlive the server.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "edge/http/answer_burst.h"
#include "edge/http/message.h"

namespace tocsin::http {

struct Answer {
  std::uint64_t connection = 0;
  std::uint64_t exchange = 0;
  Response response;
  bool dropped = false;  // the handler let go of its Respond: `response` is empty
};

// Lives in a shared_ptr.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  // `wake` is called with the lock held, at most once per take(); it must only schedule.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void put(Answer answer) {
    if (std::this_thread::get_id() == owner_ && expected_ != nullptr &&
        expected_->exchange == answer.exchange && expected_->connection == answer.connection) {
      expected_->answer = std::move(answer);
      return;
    }
    const std::lock_guard lock(mutex_);
    if (!wake_) return;
    answers_.push_back(std::move(answer));
    if (answers_.size() == 1 && !AnswerBurst::postpone(shared_from_this())) wake_();
  }
  void wake() {
    const std::lock_guard lock(mutex_);
    if (wake_) wake_();
  }
  // The thread that takes; called on it, before the first request.
  void set_owner() { owner_ = std::this_thread::get_id(); }

  // While it lives, on the owner's thread, the answer to that one exchange lands here.
  struct Expected {
    Expected(Mailbox& box, std::uint64_t to_connection, std::uint64_t to_exchange)
        : mailbox(box), connection(to_connection), exchange(to_exchange) {
      mailbox.expected_ = this;
    }
    ~Expected() { mailbox.expected_ = nullptr; }
    Expected(const Expected&) = delete;
    Expected& operator=(const Expected&) = delete;

    Mailbox& mailbox;
    std::uint64_t connection;
    std::uint64_t exchange;
    std::optional<Answer> answer;
  };

  // Swaps, so that both vectors keep their memory. `into` must be empty.
  void take(std::vector<Answer>& into) {
    const std::lock_guard lock(mutex_);
    answers_.swap(into);
  }
  void close() {
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
  }

 private:
  std::thread::id owner_;
  Expected* expected_ = nullptr;  // the owner's thread only
  std::mutex mutex_;              // guards what follows
  std::function<void()> wake_;
  std::vector<Answer> answers_;
};

// One answer's way home: the first call counts, and going away without a call counts as well.
class Ticket {
 public:
  Ticket(std::shared_ptr<Mailbox> mailbox, std::uint64_t connection, std::uint64_t exchange)
      : mailbox_(std::move(mailbox)), connection_(connection), exchange_(exchange) {}
  ~Ticket() {
    if (!used_.exchange(true)) mailbox_->put({connection_, exchange_, {}, true});
  }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  void answer(Response response) {
    if (!used_.exchange(true)) mailbox_->put({connection_, exchange_, std::move(response), false});
  }

 private:
  std::shared_ptr<Mailbox> mailbox_;
  std::uint64_t connection_;
  std::uint64_t exchange_;
  std::atomic<bool> used_ = false;
};

}  // namespace tocsin::http
