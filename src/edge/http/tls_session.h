// TLS of one server connection as a filter between memory and memory: ciphertext in, plain text out, and
// back. It touches no socket, so that the connection has one way of reading and writing, with TLS or without.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct ssl_st;
struct ssl_ctx_st;

namespace tocsin::http {

// Certificate chain, key and protocol rules (TLS 1.2 and later), shared by all connections. Thread-safe once
// made.
class TlsContext {
 public:
  // PEM files. The error names the file and what is wrong with it.
  static Result<std::shared_ptr<const TlsContext>> load(const std::string& certificate_file,
                                                        const std::string& key_file);
  ssl_ctx_st* native() const { return context_.get(); }

 private:
  std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> context_;
  explicit TlsContext(ssl_ctx_st* context);
};

class TlsSession {
 public:
  explicit TlsSession(const TlsContext& context);

  enum class Received { Open, Ended, Failed };
  // Appends decrypted bytes to `plain`, and what has to be sent at once (handshake, alerts) to `out`.
  Received receive(std::string_view cipher, std::string& plain, std::string& out);
  bool established() const;
  // Only once established: appends `plain`, encrypted, to `out`; false when the session is broken.
  bool send(std::string_view plain, std::string& out);
  // Appends the notice that nothing more will come.
  void finish(std::string& out);

 private:
  void take_output(std::string& out);
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
};

}  // namespace tocsin::http
