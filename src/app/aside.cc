#include "app/aside.h"

#include <unistd.h>

namespace tocsin::app {

Aside::Aside() : thread_([this](const std::stop_token& stop) { drive(stop); }) {}

Aside::~Aside() {
  stop();
}

bool Aside::run(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting) return false;
    waiting_.push_back(std::move(work));
  }
  wake_.notify_one();
  return true;
}

void Aside::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void Aside::drive(const std::stop_token& stop) {
  constexpr int kNicer = 10;
  std::ignore = ::nice(kNicer);  // on Linux of this thread alone; refused, it is merely not nicer
  while (true) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [&] { return !waiting_.empty(); }) || stop.stop_requested()) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace tocsin::app
