#include "edge/http/client.h"

#include <curl/curl.h>

#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.h"
#include "edge/http/transfer.h"

namespace tocsin::http {
namespace {

constexpr int kLongestPauseMs = 60'000;  // a wake-up or a socket ends it sooner

Outcome stopping() {
  return OutboundError{OutboundFault::Other, "The program is stopping.", 0, false};
}

}  // namespace

class Client::Impl {
 public:
  explicit Impl(Options options)
      : options_(std::move(options)), multi_(curl_multi_init(), curl_multi_cleanup) {
    TOCSIN_CHECK(multi_ != nullptr);
    thread_ = std::thread([this] { run(); });
  }
  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_.get());
    thread_.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  const Options& options() const { return options_; }

  void add(std::unique_ptr<Transfer> transfer) {
    {
      const std::lock_guard lock(mutex_);
      if (!stopping_) {
        arrived_.push_back(std::move(transfer));
        if (arrived_.size() == 1) curl_multi_wakeup(multi_.get());
        return;
      }
    }
    transfer->done(stopping());
  }

 private:
  void run() {
    while (take_arrived()) {
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      if (!finish_done()) curl_multi_poll(multi_.get(), nullptr, 0, kLongestPauseMs, nullptr);
    }
    for (auto& [handle, transfer] : active_) {
      curl_multi_remove_handle(multi_.get(), handle);
      transfer->done(stopping());
    }
    active_.clear();
  }

  // False: time to stop.
  bool take_arrived() {
    std::vector<std::unique_ptr<Transfer>> arrived;
    bool stop = false;
    {
      const std::lock_guard lock(mutex_);
      arrived.swap(arrived_);
      stop = stopping_;
    }
    for (auto& transfer : arrived) {
      if (stop) {
        transfer->done(stopping());
      } else if (transfer->prepare()) {
        CURL* const handle = transfer->handle();
        curl_multi_add_handle(multi_.get(), handle);
        active_.emplace(handle, std::move(transfer));
      } else {
        transfer->done(transfer->outcome(CURLE_OK));
      }
    }
    return !stop;
  }

  // True when there was something: its callback may have brought new requests.
  bool finish_done() {
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      any = true;
      const CURLcode code = message->data.result;  // the message dies with the removal
      const auto found = active_.find(message->easy_handle);
      curl_multi_remove_handle(multi_.get(), found->first);
      if (found->second->go_on(code)) {
        curl_multi_add_handle(multi_.get(), found->first);
        continue;
      }
      const std::unique_ptr<Transfer> transfer = std::move(found->second);
      active_.erase(found);
      transfer->done(transfer->outcome(code));
    }
    return any;
  }

  const Options options_;
  std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi_;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> active_;  // the thread's own
  std::mutex mutex_;                                             // guards the two below
  std::vector<std::unique_ptr<Transfer>> arrived_;
  bool stopping_ = false;
  std::thread thread_;
};

Client::Client(Options options) {
  static std::once_flag once;  // curl's own global state; its clean-up at exit would gain nothing
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  impl_ = std::make_unique<Impl>(std::move(options));
}
Client::~Client() = default;

void Client::send(OutboundRequest request, OutboundCallback done) {
  impl_->add(std::make_unique<HttpTransfer>(impl_->options(), std::move(request), std::move(done)));
}

void Client::send_mail(Mail mail, OutboundCallback done) {
  impl_->add(std::make_unique<MailTransfer>(impl_->options(), std::move(mail), std::move(done)));
}

}  // namespace tocsin::http
