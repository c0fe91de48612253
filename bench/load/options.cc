#include "load/options.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>

namespace tocsin::bench {
namespace {

constexpr const char* kUsage = R"(bench_load: keep-alive HTTP load from one thread; prints one line of JSON.
  --host H (127.0.0.1)  --port P (8080)  --method M (POST)  --path P (/)  --header "Name: value" (repeatable)
  --body-file FILE      default: a built-in Alertmanager payload of 1.9 KB (none for GET, HEAD, DELETE)
  --vary N (1)          "@ID@" in path, headers and body becomes a counter of eight digits modulo N
  --connections N (64)  --seconds S (5) or --requests N  --pin CPU
)";

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "bench_load: %s\n%s", why.c_str(), kUsage);
  std::exit(2);
}

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) fail("cannot read " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  std::optional<std::string> body;
  const std::map<std::string_view, std::function<void(const char*)>> known = {
      {"--host", [&](const char* v) { options.host = v; }},
      {"--port", [&](const char* v) { options.port = static_cast<std::uint16_t>(std::atoi(v)); }},
      {"--method", [&](const char* v) { options.method = v; }},
      {"--path", [&](const char* v) { options.path = v; }},
      {"--header", [&](const char* v) { options.headers.emplace_back(v); }},
      {"--body-file", [&](const char* v) { body = read_file(v); }},
      {"--connections", [&](const char* v) { options.connections = static_cast<unsigned>(std::atoi(v)); }},
      {"--seconds", [&](const char* v) { options.seconds = std::atof(v); }},
      {"--requests", [&](const char* v) { options.requests = std::strtoull(v, nullptr, 10); }},
      {"--vary", [&](const char* v) { options.vary = std::strtoull(v, nullptr, 10); }},
      {"--pin", [&](const char* v) { options.cpu = std::atoi(v); }},
  };
  for (int i = 1; i < argc; i += 2) {
    const auto option = known.find(argv[i]);
    if (option == known.end() || i + 1 == argc) fail(std::string("what is ") + argv[i] + "?");
    option->second(argv[i + 1]);
  }
  if (options.requests == 0 && options.seconds <= 0) options.seconds = 5;
  if (options.vary == 0 || options.vary > 100'000'000) fail("--vary takes 1 to 100000000");
  if (options.connections == 0) fail("--connections takes 1 or more");
  const bool bodiless = options.method == "GET" || options.method == "HEAD" || options.method == "DELETE";
  options.body = body ? *body : bodiless ? "" : alertmanager_payload();
  return options;
}

std::string alertmanager_payload() {
  const auto alert = [](const std::string& instance) {
    return R"({"status":"firing","labels":{"alertname":"HighRequestLatency-@ID@","cluster":"eu-west-1","instance":")" +
           instance +
           R"(","job":"checkout","namespace":"shop","severity":"critical","team":"payments"},)"
           R"("annotations":{"description":"99th percentile latency of checkout on )" +
           instance +
           R"( is above one second for more than five minutes (current value: 1.83s).",)"
           R"("runbook_url":"https://runbooks.example.org/checkout/latency","summary":"Checkout is slow on )" +
           instance +
           R"("},"startsAt":"2031-04-05T06:07:08.123Z","endsAt":"0001-01-01T00:00:00Z",)"
           R"("generatorURL":"http://prometheus.example.org:9090/graph?g0.expr=histogram_quantile%280.99%2C+rate%28)"
           R"(http_request_duration_seconds_bucket%5B5m%5D%29%29+%3E+1&g0.tab=1","fingerprint":"c3d1f0a2@ID@"})";
  };
  return R"({"receiver":"tocsin","status":"firing","alerts":[)" + alert("10.20.30.41:9100") + "," +
         alert("10.20.30.42:9100") +
         R"(],"groupLabels":{"alertname":"HighRequestLatency-@ID@"},"commonLabels":{"alertname":"HighRequestLatency-@ID@",)"
         R"("cluster":"eu-west-1","job":"checkout","namespace":"shop","severity":"critical","team":"payments"},)"
         R"("commonAnnotations":{"runbook_url":"https://runbooks.example.org/checkout/latency"},)"
         R"("externalURL":"http://alertmanager.example.org:9093","version":"4",)"
         R"("groupKey":"{}:{alertname=\"HighRequestLatency-@ID@\"}","truncatedAlerts":0,"numFiring":2,"numResolved":0})";
}

}  // namespace tocsin::bench
