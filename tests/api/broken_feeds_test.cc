// Other people's calendar servers as they are: over real sockets, one misbehaviour each. The last good copy
// stays, and /schedules/{id}/events/ says in words what went wrong.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <thread>

#include "api/schedule_api.h"
#include "edge/feeds/refresher.h"
#include "edge/http/client.h"
#include "store/feeds.h"
#include "store/read_pool.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Answers every connection with the bytes of the moment, then closes it.
class RawServer {
 public:
  RawServer() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~RawServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  std::string url(const std::string& scheme = "http") const {
    return scheme + "://127.0.0.1:" + std::to_string(port_) + "/core.ics";
  }
  // What follows is answered so; then `endless` more bytes, as a body that does not end.
  void answer(std::string bytes, std::size_t endless) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(bytes);
    endless_ = endless;
  }

 private:
  void serve() {
    for (int peer = accept(listener_, nullptr, nullptr); peer >= 0;
         peer = accept(listener_, nullptr, nullptr)) {
      char request[4096];
      std::ignore = recv(peer, request, sizeof request, 0);
      const auto [bytes, endless] = current();
      bool open = send_all(peer, bytes);
      const std::string block(1 << 16, 'X');
      for (std::size_t sent = 0; open && sent < endless; sent += block.size()) open = send_all(peer, block);
      shutdown(peer, SHUT_WR);
      close(peer);
    }
  }
  std::pair<std::string, std::size_t> current() const {
    const std::lock_guard lock(mutex_);
    return {answer_, endless_};
  }
  static bool send_all(int peer, const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t now = send(peer, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (now <= 0) return false;
      sent += static_cast<std::size_t>(now);
    }
    return true;
  }

  int listener_;
  int port_ = 0;
  mutable std::mutex mutex_;  // guards the next two
  std::string answer_;
  std::size_t endless_ = 0;
  std::thread thread_;
};

std::string http_answer(const std::string& body, const std::string& head = "200 OK") {
  return "HTTP/1.1 " + head + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}
std::string events(const std::string& lines) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + lines + "END:VCALENDAR\r\n";
}
// All of April 2031, by whoever is named.
std::string whole_month(const std::string& who, const std::string& more = "") {
  return "BEGIN:VEVENT\r\nUID:month\r\nDTSTART:20310401T000000Z\r\nDTEND:20310501T000000Z\r\nSUMMARY:" + who +
         "\r\n" + more + "END:VEVENT\r\n";
}
// Today from 6 to 16, over the month: an event that must be understood for boris to be on call.
std::string today(const std::string& start, const std::string& more = "") {
  return "BEGIN:VEVENT\r\nUID:hour\r\n" + start + "\r\nDURATION:PT10H\r\nSUMMARY:[L1] boris\r\n" + more +
         "END:VEVENT\r\n";
}

class BrokenFeeds : public ScheduleApi {
 protected:
  RawServer server;
  store::ReadPool reads{database()};
  feeds::Refresher refresher{site.engine(), reads, site.clock(), site.log()};
  // Ends before the refresher does.
  http::Client client{
      {.policy = {.allowed = http::parse_address_ranges("127.0.0.0/8").value()}, .ca_file = {}}};
  std::string id;

  void make_schedule(const std::string& url) {
    net.pages[url] = events(whole_month("anna"));
    id = post(R"({"type":"ical","name":"f","ical_url_primary":")" + url + "\"}")["id"];
    ASSERT_EQ(now_on_call(id), list_of(anna));
  }
  // Ten minutes later.
  store::Feed refresh(const std::string& bytes, std::size_t endless = 0) {
    server.answer(bytes, endless);
    site.advance(11min);
    const auto before = feed().tried_at;
    refresher.run(client);
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (feed().tried_at == before && std::chrono::steady_clock::now() < end) {
      std::ignore = site.engine().wait(20ms);
      site.advance(0us);
    }
    return feed();
  }
  store::Feed feed() { return *store::find_feed(site.db(), ScheduleId(id), store::FeedLayer::Primary); }
  std::string shown() {
    return site.get("/api/v1/schedules/" + id +
                    "/events/?start_date=2031-04-05&end_date=2031-04-06")["feeds"];
  }
};
TOCSIN_ON_BOTH_DATABASES(BrokenFeeds);

TEST_P(BrokenFeeds, AFailureKeepsTheLastGoodCopyAndSaysWhy) {
  const std::string body = events(whole_month("boris"));
  const struct {
    const char* name;
    std::string answer;
    std::size_t endless = 0;
    const char* error;
  } cases[] = {
      {"nothing at all", "", 0, "iCal download failed: "},
      {"no HTTP", "220 mail.example.net ESMTP\r\n", 0, "iCal download failed: "},
      {"closed in the middle", http_answer(body).substr(0, http_answer(body).size() - 20), 0,
       "iCal download failed: "},
      {"redirects for ever",
       "HTTP/1.1 302 Found\r\nLocation: " + server.url() + "\r\nContent-Length: 0\r\n\r\n", 0,
       "iCal download failed: "},
      {"redirects into the inner network",
       "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n", 0,
       "iCal download failed: "},
      {"200 MB", "HTTP/1.1 200 OK\r\n\r\n", 200 << 20, "iCal download failed: "},
      {"broken gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", 0,
       "iCal download failed: "},
      {"a page", http_answer("<html><body>Sign in</body></html>"), 0,
       "wrong iCal: the text is not an iCalendar file"},
      {"not found", http_answer("no such calendar", "404 Not Found"), 0,
       "wrong iCal: the text is not an iCalendar file"},
      {"an empty body", http_answer(""), 0, "wrong iCal: the text is not an iCalendar file"},
      {"bytes", http_answer(std::string("\x89PNG\r\n\0\0\xff\xfe", 10)), 0,
       "wrong iCal: the text is not an iCalendar file"},
      {"another calendar", http_answer("BEGIN:VCALENDAR\r\nCALSCALE:HEBREW\r\nEND:VCALENDAR\r\n"), 0,
       "wrong iCal: only the Gregorian calendar can be read"},
  };
  make_schedule(server.url());
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const store::Feed after = refresh(c.answer, c.endless);
    EXPECT_THAT(after.error.value_or("none"), ::testing::StartsWith(c.error));
    EXPECT_GT(after.error.value_or("").size(), std::string_view("iCal download failed: ").size());
    EXPECT_EQ(now_on_call(id), list_of(anna));
    EXPECT_THAT(shown(), HasSubstr(c.error));
    EXPECT_LT(*after.fetched_at, *after.tried_at);
  }
  EXPECT_EQ(refresh(http_answer(body)).error, std::nullopt);
  EXPECT_EQ(now_on_call(id), list_of(boris));
}

TEST_P(BrokenFeeds, ACertificateThatIsNoneIsAFailedDownload) {
  make_schedule(server.url("https"));
  EXPECT_THAT(refresh("HTTP/1.1 400 Bad Request\r\n\r\n").error.value_or("none"),
              HasSubstr("iCal download failed: "));
  EXPECT_EQ(now_on_call(id), list_of(anna));
}

TEST_P(BrokenFeeds, WhatCanBeReadIsReadAndTheRestIsNamed) {
  const std::string month = whole_month("anna");
  std::string crowd;
  for (int i = 0; i < 50'000; ++i) {
    crowd += "BEGIN:VEVENT\r\nUID:e" + std::to_string(i) +
             "\r\nDTSTART:20310410T080000Z\r\nDURATION:PT1H\r\nSUMMARY:anna\r\n"
             "END:VEVENT\r\n";
  }
  const struct {
    const char* name;
    std::string body;
    bool boris;
    const char* shown = "\"error\":null";
  } cases[] = {
      {"a line that was folded without a blank",
       events(
           "BEGIN:VEVENT\r\nUID:x\r\nSUMMARY:a long\r\nline\r\nDTSTART:20310402T000000Z\r\nEND:VEVENT\r\n" +
           month + today("DTSTART:20310405T060000Z")),
       true},
      {"an event without a start", events("BEGIN:VEVENT\r\nUID:x\r\nSUMMARY:x\r\nEND:VEVENT\r\n" + month),
       false, R"("problem_count":1,"problems":[{"line":3,"event":"x","text":")"},
      {"a zone that the file does not define",
       events(month + today("DTSTART;TZID=Mars/Base:20310405T060000")), true},
      {"a zone of Windows", events(month + today("DTSTART;TZID=W. Europe Standard Time:20310405T080000")),
       true},
      {"an all-day event",
       events(month +
              "BEGIN:VEVENT\r\nUID:d\r\nDTSTART;VALUE=DATE:20310405\r\nSUMMARY:[L1] boris\r\nEND:VEVENT\r\n"),
       true},
      {"a moved instance",
       events(month + today("DTSTART:20310401T060000Z", "RRULE:FREQ=DAILY\r\n") +
              "BEGIN:VEVENT\r\nUID:hour\r\nRECURRENCE-ID:20310405T060000Z\r\nDTSTART:"
              "20310405T200000Z\r\nDURATION:PT1H\r\n"
              "SUMMARY:[L1] boris\r\nEND:VEVENT\r\n"),
       false},
      {"50,000 events", events(crowd + month + today("DTSTART:20310405T060000Z")), true},
      {"rules without an end",
       events(month + today("DTSTART:19700101T060000Z", "RRULE:FREQ=DAILY\r\n") +
              "BEGIN:VEVENT\r\nUID:s\r\nDTSTART:19700101T000000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=YEARLY;"
              "BYMONTH=2;BYMONTHDAY=31\r\n"
              "SUMMARY:anna\r\nEND:VEVENT\r\n"),
       true},
      {"a rule by the second",
       events(month +
              "BEGIN:VEVENT\r\nUID:s\r\nDTSTART:20310101T000000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY\r\n"
              "SUMMARY:anna\r\nEND:VEVENT\r\n" +
              today("DTSTART:20310405T060000Z")),
       true},
      {"letters that are no UTF-8", events(month + today("DTSTART:20310405T060000Z", "COMMENT:caf\xe9\r\n")),
       true},
      {"no end at all", "BEGIN:VCALENDAR\r\n" + month + today("DTSTART:20310405T060000Z"), true},
      {"only line feeds",
       "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:l\nDTSTART:20310405T060000Z\nDURATION:PT10H\nSUMMARY:boris\nEND:"
       "VEVENT\nEND:VCALENDAR\n",
       true},
      {"nothing in it", events(""), false},
  };
  make_schedule(server.url());
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(refresh(http_answer(c.body)).error, std::nullopt);
    const bool is_boris = now_on_call(id) == list_of(boris);
    EXPECT_EQ(is_boris, c.boris) << now_on_call(id);
    EXPECT_THAT(shown(), HasSubstr(c.shown));
  }
}

}  // namespace
}  // namespace tocsin::test
