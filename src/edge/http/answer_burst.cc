#include "edge/http/answer_burst.h"

#include "base/check.h"
#include "edge/http/mailbox.h"

namespace tocsin::http {
namespace {

thread_local AnswerBurst* current = nullptr;

}  // namespace

AnswerBurst::AnswerBurst() {
  TOCSIN_CHECK(current == nullptr);
  current = this;
}

AnswerBurst::~AnswerBurst() {
  current = nullptr;
  for (const auto& mailbox : to_wake_) mailbox->wake();
}

bool AnswerBurst::postpone(std::shared_ptr<Mailbox> mailbox) {
  if (current == nullptr) return false;
  current->to_wake_.push_back(std::move(mailbox));
  return true;
}

}  // namespace tocsin::http
