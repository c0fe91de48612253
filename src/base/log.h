// Structured log lines: a sentence plus key-value fields, to a sink that the program hands in.
//
//   log.info("integration created", {{"integration", id}, {"type", type}});
//
// Never pass a token, a password or a payload. Sinks (text, JSON) are in app/; tests record lines.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tocsin {

enum class LogLevel { Debug, Info, Warning, Error };

struct LogField {
  std::string_view key;
  std::variant<std::string, long long, double, bool> value;

  LogField(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  LogField(std::string_view k, std::string_view v) : key(k), value(std::string(v)) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string(v)) {}
  LogField(std::string_view k, bool v) : key(k), value(v) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
  template <class Integer>
  requires std::is_integral_v<Integer> LogField(std::string_view k, Integer v)
      : key(k), value(static_cast<long long>(v)) {}
};

class Log {
 public:
  using Fields = std::initializer_list<LogField>;
  virtual ~Log() = default;
  // Thread-safe.
  virtual void write(LogLevel level, std::string_view sentence, Fields fields) = 0;

  void debug(std::string_view sentence, Fields fields = {}) { write(LogLevel::Debug, sentence, fields); }
  void info(std::string_view sentence, Fields fields = {}) { write(LogLevel::Info, sentence, fields); }
  void warning(std::string_view sentence, Fields fields = {}) { write(LogLevel::Warning, sentence, fields); }
  void error(std::string_view sentence, Fields fields = {}) { write(LogLevel::Error, sentence, fields); }
};

}  // namespace tocsin
