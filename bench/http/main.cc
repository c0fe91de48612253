// bench_http PORT THREADS [later]: the server with a handler that answers a few bytes, for run.sh and for a
// profiler. "later" answers from a second thread, as the engine does after a commit.
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "edge/http/server.h"

namespace {

class StandardError : public tocsin::Log {
 public:
  void write(tocsin::LogLevel, std::string_view sentence, Fields) override {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(sentence.size()), sentence.data());
  }
};

// Takes what is there, then answers all of it, like a group commit.
class Engine {
 public:
  void post(tocsin::http::Respond respond) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(respond));
    if (waiting_.size() == 1) changed_.notify_one();
  }
  void run() {
    std::vector<tocsin::http::Respond> batch;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !waiting_.empty(); });
        batch.swap(waiting_);
      }
      for (const auto& respond : batch) respond(tocsin::http::json_response(200, "\"Ok.\""));
      batch.clear();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<tocsin::http::Respond> waiting_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "bench_http PORT THREADS [later]\n"), 2;
  StandardError log;
  Engine engine;
  const bool later = argc > 3 && std::string_view(argv[3]) == "later";
  if (later) std::thread([&] { engine.run(); }).detach();
  tocsin::http::Server server(
      {.port = static_cast<std::uint16_t>(std::atoi(argv[1])),
       .threads = static_cast<unsigned>(std::atoi(argv[2]))},
      [&](tocsin::http::Request, tocsin::http::Respond respond) {
        if (later) return engine.post(std::move(respond));
        respond(tocsin::http::json_response(200, "\"Ok.\""));
      },
      log);
  if (const auto started = server.start(); !started) {
    return std::fprintf(stderr, "%s\n", started.error().message.c_str()), 1;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
  std::_Exit(0);  // the engine's thread has no end
}
