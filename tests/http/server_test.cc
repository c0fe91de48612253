#include "edge/http/server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <condition_variable>
#include <deque>
#include <fstream>
#include <functional>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "http/gzip.h"
#include "http/raw_client.h"
#include "support/sanitized.h"

namespace tocsin::http {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Requests that wait for the test's word.
class Parked {
 public:
  void add(Request request, Respond respond) {
    const std::lock_guard lock(mutex_);
    requests_.push_back({std::move(request), std::move(respond)});
    changed_.notify_all();
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 5s, [&] { return requests_.size() >= count; });
  }
  Respond take(std::size_t index) {
    const std::lock_guard lock(mutex_);
    return std::exchange(requests_.at(index).second, nullptr);
  }
  Request request(std::size_t index) {
    const std::lock_guard lock(mutex_);
    return requests_.at(index).first;
  }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return requests_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<Request, Respond>> requests_;
};

class HttpServer : public testing::Test {
 protected:
  void start(Server::Options options = {}) {
    server_.emplace(
        std::move(options), [this](Request r, Respond respond) { handle(std::move(r), std::move(respond)); },
        log_);
    const Result<void> started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
  }

  void handle(Request request, Respond respond) {
    if (request.path == "/park") return parked_.add(std::move(request), std::move(respond));
    if (request.path == "/throw") throw std::runtime_error("out of coffee");
    if (request.path == "/throw-late") {
      respond(text_response(200, "in time"));
      throw std::runtime_error("too late");
    }
    if (request.path == "/drop") return;
    if (request.path == "/twice") respond(text_response(200, "first"));
    if (request.path == "/empty") return respond({.status = 204, .headers = {}, .body = "never seen"});
    if (request.path == "/unchanged") return respond({.status = 304, .headers = {}, .body = "never seen"});
    if (request.path == "/big") return respond(text_response(200, std::string(20'000'000, 'x')));
    if (request.path == "/split") {
      Response response = text_response(200, "x");
      response.headers.add("X-Split", "a\r\nX-Injected: b");
      response.headers.add("Content-Length", "99");
      return respond(std::move(response));
    }
    Response response = text_response(200, request.method + " " + request.path + " " + request.body);
    response.route = "/echo";
    respond(std::move(response));
  }

  RawClient client() { return RawClient(server_->port()); }

  RecordingLog log_;
  Parked parked_;  // before the server: a Respond may outlive it
  std::optional<Server> server_;
};

TEST_F(HttpServer, KeepsTheConnectionForTheNextRequest) {
  start();
  RawClient c = client();
  for (int i = 0; i < 3; ++i) {
    const RawAnswer answer = c.ask(post("/echo", "body " + std::to_string(i)));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "POST /echo body " + std::to_string(i));
    EXPECT_EQ(answer.headers.find("Connection"), std::nullopt);
    EXPECT_EQ(answer.headers.find("Server"), std::nullopt);
    EXPECT_EQ(answer.headers.find("Date").value_or("").size(),
              std::string("Tue, 24 Nov 2026 14:50:00 GMT").size());
  }
  EXPECT_EQ(server_->counters().connections_accepted, 1U);
  EXPECT_EQ(server_->counters().requests, 3U);
}

TEST_F(HttpServer, ClosesWhenTheClientAsksForIt) {
  start();
  RawClient c = client();
  const RawAnswer answer = c.ask(get("/", "Connection: close\r\n"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.find("Connection"), "close");
  EXPECT_TRUE(c.ended());
}

TEST_F(HttpServer, SpeaksHttp10) {
  start();
  RawClient closing = client();
  EXPECT_EQ(closing.ask("GET / HTTP/1.0\r\n\r\n").headers.find("Connection"), "close");
  EXPECT_TRUE(closing.ended());
  RawClient staying = client();
  EXPECT_EQ(staying.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").headers.find("Connection"),
            "keep-alive");
  EXPECT_EQ(staying.ask("GET / HTTP/1.0\r\n\r\n").status, 200);
}

TEST_F(HttpServer, AnswersAClientThatSendsNoMore) {
  start();
  RawClient c = client();
  c.send(get("/park"));
  c.finish_sending();
  ASSERT_TRUE(parked_.wait_for(1));
  parked_.take(0)(text_response(200, "late"));
  EXPECT_EQ(c.receive().body, "late");
  EXPECT_TRUE(c.ended());
}

TEST_F(HttpServer, TakesRequestsByteByByte) {
  start();
  RawClient c = client();
  for (const char byte : post("/echo", "slow", "Content-Type: text/plain\r\n"))
    ASSERT_TRUE(c.send({&byte, 1}));
  EXPECT_EQ(c.receive().body, "POST /echo slow");
}

TEST_F(HttpServer, TakesChunkedBodies) {
  start();
  RawClient c = client();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(c.ask(head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").body, "POST /echo abcde");
  EXPECT_EQ(c.ask(get("/next")).body, "GET /next ");
}

TEST_F(HttpServer, AnswersSafePipelinedRequestsInOrderThoughTheLastIsReadyFirst) {
  start();
  RawClient c = client();
  c.send(get("/park?1") + get("/park?2") + get("/3") + get("/park?4"));
  ASSERT_TRUE(parked_.wait_for(3)) << "safe requests run side by side";
  parked_.take(2)(text_response(200, "four"));
  parked_.take(1)(text_response(200, "two"));
  std::thread([&] { parked_.take(0)(text_response(200, "one")); }).join();
  for (const char* body : {"one", "two", "GET /3 ", "four"}) EXPECT_EQ(c.receive().body, body);
}

TEST_F(HttpServer, StartsAnUnsafePipelinedRequestAfterTheAnswersBeforeIt) {
  start();
  RawClient c = client();
  c.send(post("/park", "1") + post("/park", "2") + get("/3"));
  ASSERT_TRUE(parked_.wait_for(1));
  std::this_thread::sleep_for(20ms);  // long enough for a wrong server to start the second
  EXPECT_EQ(parked_.size(), 1U);
  parked_.take(0)(text_response(200, "one"));
  EXPECT_EQ(c.receive().body, "one");
  ASSERT_TRUE(parked_.wait_for(2));
  parked_.take(1)(text_response(200, "two"));
  EXPECT_EQ(c.receive().body, "two");
  EXPECT_EQ(c.receive().body, "GET /3 ");
}

TEST_F(HttpServer, AnswersAThousandPipelinedRequestsOfAClientThatReadsLate) {
  start();
  RawClient c = client();
  std::string all;
  for (int i = 0; i < 1000; ++i) all += post("/echo", std::to_string(i) + " " + std::string(2000, 'x'));
  std::thread sender([&] { c.send(all); });
  std::this_thread::sleep_for(50ms);
  for (int i = 0; i < 1000; ++i) {
    const std::string body = c.receive().body;
    ASSERT_EQ(body.substr(0, body.find(" x")), "POST /echo " + std::to_string(i));
  }
  sender.join();
}

TEST_F(HttpServer, TakesAnswersFromOtherThreads) {
  start({.threads = 2});
  std::vector<RawClient> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(client());
    clients.back().send(post("/park", std::to_string(i)));
  }
  ASSERT_TRUE(parked_.wait_for(50));
  std::thread answering([&] {
    for (std::size_t i = 0; i < 50; ++i) parked_.take(i)(text_response(200, parked_.request(i).body));
  });
  for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(clients[i].receive().body, std::to_string(i));
  answering.join();
}

TEST_F(HttpServer, SurvivesAnswersForClientsThatWentAway) {
  start();
  {
    RawClient c = client();
    c.send(get("/park"));
    ASSERT_TRUE(parked_.wait_for(1));
    const linger reset{1, 0};
    setsockopt(c.fd(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  }
  parked_.take(0)(text_response(200, "nobody listens"));
  EXPECT_EQ(client().ask(get("/")).status, 200);
}

TEST_F(HttpServer, MakesAServerErrorOfExceptionsAndDroppedRequests) {
  start();
  RawClient c = client();
  for (const char* path : {"/throw", "/drop"}) {
    SCOPED_TRACE(path);
    const RawAnswer answer = c.ask(get(path));
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body, R"({"detail":"A server error occurred."})");
    EXPECT_EQ(answer.headers.find("Content-Type"), "application/json");
  }
  EXPECT_EQ(c.ask(get("/throw-late")).body, "in time");
  EXPECT_EQ(log_.lines(), (std::vector<std::string>{
                              "HTTP handler failed error=out of coffee",
                              "HTTP request left without an answer method=GET",
                              "HTTP request left without an answer method=GET",
                              "HTTP handler failed error=too late",
                          }));
}

TEST_F(HttpServer, MakesAServerErrorOfARequestDroppedOnAnotherThread) {
  start();
  RawClient c = client();
  c.send(get("/park"));
  ASSERT_TRUE(parked_.wait_for(1));
  std::thread([&] { std::ignore = parked_.take(0); }).join();
  EXPECT_EQ(c.receive().status, 500);
}

TEST_F(HttpServer, IgnoresASecondAnswer) {
  start();
  RawClient c = client();
  EXPECT_EQ(c.ask(get("/twice")).body, "first");
  EXPECT_EQ(c.ask(get("/echo")).body, "GET /echo ");
}

TEST_F(HttpServer, SendsNoBodyWhereNoneBelongs) {
  start();
  RawClient c = client();
  c.send("HEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(c.receive(true).headers.find("Content-Length"), "11");
  const RawAnswer empty = c.ask(get("/empty"));
  EXPECT_EQ(empty.status, 204);
  EXPECT_EQ(empty.headers.find("Content-Length"), std::nullopt);
  EXPECT_EQ(c.ask(get("/unchanged")).status, 304);
  EXPECT_EQ(c.ask(get("/echo")).body, "GET /echo ") << "nothing stood between the answers";
}

TEST_F(HttpServer, LetsNoHeaderValueAddAField) {
  start();
  const RawAnswer answer = client().ask(get("/split"));
  EXPECT_EQ(answer.headers.find("X-Injected"), std::nullopt);
  EXPECT_EQ(answer.headers.find("X-Split"), "a  X-Injected: b");
  EXPECT_EQ(answer.body, "x");
}

TEST_F(HttpServer, SendsLargeAnswersToClientsThatTakeTheirTime) {
  start();
  RawClient c = client();
  c.send(get("/big") + get("/echo"));
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(c.receive().body.size(), 20'000'000U);
  EXPECT_EQ(c.receive().body, "GET /echo ");
}

TEST_F(HttpServer, AsksForTheBodyOfAClientThatWaitsForTheWord) {
  start({.max_body_bytes = 10});
  RawClient c = client();
  c.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(c.receive().status, 100);
  EXPECT_EQ(c.ask("ab").body, "POST /echo ab");
  c.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  EXPECT_EQ(c.receive().status, 413);
  EXPECT_TRUE(c.ended());
}

TEST_F(HttpServer, RefusesAndClosesOverALimit) {
  start({.max_header_bytes = 200, .max_body_bytes = 100});
  const struct {
    const char* name;
    std::string bytes;
    int status;
    const char* body;
  } cases[] = {
      {"header", get("/", "X: " + std::string(300, 'x') + "\r\n"), 431,
       R"({"detail":"Request header too large."})"},
      {"body", post("/", std::string(101, 'x')), 413, R"({"detail":"Request body too large."})"},
      {"nonsense", "GET / NONSENSE\r\n\r\n", 400, R"({"detail":"Malformed request."})"},
      {"after an answer", get("/echo") + "nonsense\r\n\r\n", 200, "GET /echo "},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    RawClient raw = client();
    const RawAnswer answer = raw.ask(c.bytes);
    EXPECT_EQ(answer.status, c.status);
    EXPECT_EQ(answer.body, c.body);
    if (c.status == 200) {
      EXPECT_EQ(raw.receive().status, 400);
    }
    EXPECT_TRUE(raw.ended());
  }
}

// A reset would destroy the answer before the client has read it.
TEST_F(HttpServer, TellsAClientThatGoesOnSendingThatItsBodyIsTooLarge) {
  start({.max_body_bytes = 1000});
  RawClient c = client();
  c.send(post("/", std::string(8'000'000, 'x')));
  EXPECT_EQ(c.receive().status, 413);
  EXPECT_TRUE(c.ended());
}

TEST_F(HttpServer, UndoesGzipAndRefusesABomb) {
  start({.max_body_bytes = 100'000});
  RawClient c = client();
  EXPECT_EQ(c.ask(post("/echo", compress("zipped"), "Content-Encoding: gzip\r\n")).body, "POST /echo zipped");
  const std::string bomb = compress(std::string(50'000'000, '\0'));
  ASSERT_LT(bomb.size(), 100'000U);
  EXPECT_EQ(c.ask(post("/echo", bomb, "Content-Encoding: gzip\r\n")).status, 413);
}

TEST_F(HttpServer, ClosesIdleConnectionsAfterAWhile) {
  start({.idle_timeout = 80ms});
  RawClient fresh = client();
  RawClient used = client();
  EXPECT_EQ(used.ask(get("/")).status, 200);
  const auto before = Clock::now();
  EXPECT_TRUE(fresh.ended());
  EXPECT_TRUE(used.ended());
  EXPECT_LT(Clock::now() - before, 2s);
}

TEST_F(HttpServer, WaitsForTheHandlerLongerThanForClients) {
  start({.idle_timeout = 40ms, .request_timeout = 40ms, .write_timeout = 40ms});
  RawClient c = client();
  c.send(get("/park"));
  ASSERT_TRUE(parked_.wait_for(1));
  std::this_thread::sleep_for(150ms);
  parked_.take(0)(text_response(200, "late"));
  EXPECT_EQ(c.receive().body, "late");
}

TEST_F(HttpServer, CutsOffClientsThatDribble) {
  start({.request_timeout = 100ms});
  RawClient header = client();
  RawClient body = client();
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  const auto before = Clock::now();
  std::thread dribble([&] {
    for (int i = 0; i < 40 && header.send("G"); ++i) {
      body.send("x");
      std::this_thread::sleep_for(10ms);
    }
  });
  EXPECT_EQ(header.receive().status, 408);
  EXPECT_EQ(body.receive().status, 408);
  EXPECT_LT(Clock::now() - before, 2s);
  dribble.join();
}

TEST_F(HttpServer, CutsOffClientsThatDoNotReadTheirAnswer) {
  start({.write_timeout = 100ms});
  RawClient c = client();
  c.send(get("/big"));
  const auto deadline = Clock::now() + 5s;
  while (server_->counters().requests == 0 || server_->counters().connections_open > 0) {
    ASSERT_LT(Clock::now(), deadline);
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_LT(c.receive().body.size(), 20'000'000U);
}

TEST_F(HttpServer, FinishesRequestsInFlightWhenItStops) {
  start({.threads = 2});
  const std::string whole = get("/"), parked = post("/park", "x"),
                    half = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab";
  RawClient idle = client();
  EXPECT_EQ(idle.ask(whole).status, 200);
  RawClient waiting = client();
  waiting.send(parked);
  RawClient sending = client();
  sending.send(half);
  ASSERT_TRUE(parked_.wait_for(1));
  // Half a request is in flight once the server has seen it; before that the connection is an idle one.
  const auto deadline = Clock::now() + 5s;
  while (server_->counters().bytes_received < whole.size() + parked.size() + half.size()) {
    ASSERT_LT(Clock::now(), deadline);
    std::this_thread::yield();
  }
  auto stopped = std::async(std::launch::async, [&] { return server_->stop(5s); });
  EXPECT_TRUE(idle.ended());
  EXPECT_FALSE(client().connected()) << "it listens no more";
  sending.send("cd");
  const RawAnswer sent = sending.receive();
  EXPECT_EQ(sent.body, "POST /echo abcd");
  EXPECT_EQ(sent.headers.find("Connection"), "close");
  EXPECT_EQ(stopped.wait_for(20ms), std::future_status::timeout);
  parked_.take(0)(text_response(200, "done"));
  EXPECT_EQ(waiting.receive().body, "done");
  waiting.close();
  sending.close();
  EXPECT_TRUE(stopped.get());
}

TEST_F(HttpServer, CutsOffWhatIsNotFinishedInTime) {
  start();
  RawClient waiting = client();
  waiting.send(get("/park"));
  ASSERT_TRUE(parked_.wait_for(1));
  const auto before = Clock::now();
  EXPECT_FALSE(server_->stop(50ms));
  EXPECT_LT(Clock::now() - before, 2s);
  EXPECT_EQ(waiting.receive().status, 0);
  parked_.take(0)(text_response(200, "after the end"));
  server_.reset();
}

TEST_F(HttpServer, KeepsThousandsOfIdleConnectionsCheaply) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
  setrlimit(RLIMIT_NOFILE, &files);
  ASSERT_GE(files.rlim_cur, 4200U);
  start({.threads = 1});
  const auto resident_kib = [] {
    std::ifstream status("/proc/self/statm");
    long all = 0;
    long resident = 0;
    status >> all >> resident;
    return resident * 4;
  };
  constexpr int kConnections = 2000;
  EXPECT_EQ(client().ask(post("/echo", std::string(50'000, 'x'))).status, 200);
  const long before = resident_kib();
  std::vector<RawClient> clients;
  clients.reserve(kConnections);
  for (int i = 0; i < kConnections; ++i) {
    clients.push_back(client());
    ASSERT_EQ(clients.back().ask(post("/echo", "x")).status, 200);
  }
  const long per_connection = (resident_kib() - before) * 1024 / kConnections;
  std::printf("an idle connection costs %ld bytes (client side of the test included)\n", per_connection);
  EXPECT_LT(per_connection, (kSanitized ? 16 : 4) * 1024);
  for (auto& c : clients) ASSERT_EQ(c.ask(get("/")).status, 200);
  EXPECT_GE(server_->counters().connections_open, 2000U);
}

TEST_F(HttpServer, GoesOnWhenFileDescriptorsRunOut) {
  start({.threads = 1});
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  std::vector<RawClient> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(client());
  for (auto& c : clients) ASSERT_EQ(c.ask(get("/")).status, 200);
  // The client's end takes the next descriptor, and accept() finds none.
  const int next = dup(0);
  close(next);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(next + 1);
  setrlimit(RLIMIT_NOFILE, &tight);
  RawClient late = client();
  EXPECT_EQ(late.ask(get("/")).status, 200) << "idle connections made room";
  EXPECT_EQ(log_.lines(), std::vector<std::string>{
                              "cannot accept connections; closing idle ones error=Too many open files"});
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(HttpServer, ReportsEachRequestToTheObserver) {
  std::mutex mutex;
  std::vector<std::string> seen;
  start({.observer = [&](const RequestInfo& info) {
    const std::lock_guard lock(mutex);
    seen.push_back(std::string(info.method) + " " + std::string(info.route) + " " +
                   std::to_string(info.status) + (info.bytes_in > 40 && info.bytes_out > 40 ? " sized" : ""));
  }});
  RawClient c = client();
  c.ask(post("/echo", "x"));
  c.ask("bad\r\n\r\n");
  const std::lock_guard lock(mutex);
  EXPECT_EQ(seen, (std::vector<std::string>{"POST /echo 200 sized", "  400"}));
  EXPECT_GT(server_->counters().bytes_received, 40U);
  EXPECT_GT(server_->counters().bytes_sent, 40U);
}

TEST_F(HttpServer, SaysWhyItCannotStart) {
  start();
  const auto no_handler = [](Request, Respond) {};
  Server busy({.port = server_->port()}, no_handler, log_);
  const Result<void> second = busy.start();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "cannot listen on 127.0.0.1 port " + std::to_string(server_->port()) +
                                        ": Address already in use");
  Server nowhere({.address = "nowhere"}, no_handler, log_);
  EXPECT_EQ(nowhere.start().error().message, "cannot listen on nowhere: not an IP address");
  Server certless({.tls_cert = "/no/such.pem", .tls_key = "/no/such.key"}, no_handler, log_);
  EXPECT_EQ(certless.start().error().message, "TLS certificate /no/such.pem: No such file or directory");
}

}  // namespace
}  // namespace tocsin::http
