#include "app/system.h"

#include <openssl/rand.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <stdexcept>

#include "language/json/write.h"

namespace tocsin::app {
namespace {

struct LevelName {
  spdlog::level::level_enum level;
  std::string_view name;
};

LevelName level_of(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return {spdlog::level::debug, "debug"};
    case LogLevel::Info:
      return {spdlog::level::info, "info"};
    case LogLevel::Warning:
      return {spdlog::level::warn, "warning"};
    case LogLevel::Error:
      return {spdlog::level::err, "error"};
  }
  return {spdlog::level::info, "info"};
}

json::Value value_of(const LogField& field) {
  return std::visit([](const auto& value) { return json::Value(value); }, field.value);
}

class StderrLog : public Log {
 public:
  explicit StderrLog(LogFormat format)
      : format_(format), sink_("tocsin", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    sink_.set_pattern(format == LogFormat::Json ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %-7l %v");
    sink_.flush_on(spdlog::level::info);
  }

  void write(LogLevel level, std::string_view sentence, Fields fields) override {
    sink_.log(level_of(level).level,
              format_ == LogFormat::Json ? json_line(level, sentence, fields) : text_line(sentence, fields));
  }

 private:
  static std::string text_line(std::string_view sentence, Fields fields) {
    std::string line(sentence);
    for (const LogField& field : fields) {
      line += ' ';
      line += field.key;
      line += '=';
      json::append(line, value_of(field));
    }
    return line;
  }

  static std::string json_line(LogLevel level, std::string_view sentence, Fields fields) {
    json::Object object;
    object.set("time", to_iso(SystemClock().now()));
    object.set("level", level_of(level).name);
    object.set("message", sentence);
    for (const LogField& field : fields) object.set(field.key, value_of(field));
    return json::write(json::Value(std::move(object)));
  }

  LogFormat format_;
  spdlog::logger sink_;
};

}  // namespace

Instant SystemClock::now() const {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

void SystemRng::fill(std::span<std::uint8_t> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("the operating system gives no random bytes");
  }
}

std::unique_ptr<Log> make_log(LogFormat format) {
  return std::make_unique<StderrLog>(format);
}

}  // namespace tocsin::app
