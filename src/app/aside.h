// One thread of low priority for what takes long and no network thread may wait for: one at a time, few
// waiting.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace tocsin::app {

class Aside {
 public:
  static constexpr std::size_t kMostWaiting = 4;

  Aside();
  ~Aside();
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  // False when too many wait; `work` is then not run.
  bool run(std::function<void()> work);
  // Ends with what it is at; what waits is not begun.
  void stop();

 private:
  void drive(const std::stop_token& stop);

  std::mutex mutex_;  // guards waiting_
  std::condition_variable_any wake_;
  std::deque<std::function<void()>> waiting_;
  std::jthread thread_;
};

}  // namespace tocsin::app
