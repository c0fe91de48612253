// Around many answers given at once from one thread (a batch was committed, all its requests are answered):
// each network thread is woken once, at the end, instead of at the first answer - on a busy core it would
// come in between, answer one request and sleep again.
#pragma once

#include <memory>
#include <vector>

namespace tocsin::http {

class Mailbox;

class AnswerBurst {
 public:
  AnswerBurst();
  ~AnswerBurst();
  AnswerBurst(const AnswerBurst&) = delete;
  AnswerBurst& operator=(const AnswerBurst&) = delete;

  // False when no burst is under way on this thread: the caller wakes by itself.
  static bool postpone(std::shared_ptr<Mailbox> mailbox);

 private:
  std::vector<std::shared_ptr<Mailbox>> to_wake_;
};

}  // namespace tocsin::http
