#include "edge/http/tls_session.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <new>
#include <system_error>

namespace tocsin::http {
namespace {

constexpr std::size_t kRecord = 16 * 1024;

std::string openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "unknown error";
}

// Clients that ask for HTTP/2 or HTTP/1.1 are told HTTP/1.1; those that can only do others decide for
// themselves.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned offered_length, void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  const int found = SSL_select_next_proto(const_cast<unsigned char**>(chosen), length, kOurs,
                                          sizeof kOurs - 1, offered, offered_length);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

TlsContext::TlsContext(ssl_ctx_st* context) : context_(context, SSL_CTX_free) {
  if (context == nullptr) throw std::bad_alloc();
}

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const std::string& certificate_file,
                                                           const std::string& key_file) {
  if (certificate_file.empty() || key_file.empty()) return invalid("TLS needs both a certificate and a key");
  ERR_clear_error();
  const std::shared_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_server_method())));
  SSL_CTX* context = made->native();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context,
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // an idle connection keeps no record buffers
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
    return invalid("TLS certificate " + certificate_file + ": " + openssl_reason());
  }
  // Also compares the key with the certificate.
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return invalid("TLS key " + key_file + ": " + openssl_reason());
  }
  return std::shared_ptr<const TlsContext>(made);
}

TlsSession::TlsSession(const TlsContext& context) : ssl_(SSL_new(context.native()), SSL_free) {
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  if (!ssl_ || in == nullptr || out == nullptr) throw std::bad_alloc();
  SSL_set_bio(ssl_.get(), in, out);  // owns both
  SSL_set_accept_state(ssl_.get());
}

TlsSession::Received TlsSession::receive(std::string_view cipher, std::string& plain, std::string& out) {
  ERR_clear_error();  // the queue is the thread's, and another session's failure may have filled it
  BIO_write(SSL_get_rbio(ssl_.get()), cipher.data(), static_cast<int>(cipher.size()));
  for (;;) {
    char piece[kRecord];
    const int got = SSL_read(ssl_.get(), piece, sizeof piece);
    if (got > 0) {
      plain.append(piece, static_cast<std::size_t>(got));
      continue;
    }
    take_output(out);
    switch (SSL_get_error(ssl_.get(), got)) {
      case SSL_ERROR_WANT_READ:
        return Received::Open;
      case SSL_ERROR_ZERO_RETURN:
        return Received::Ended;
      default:
        return Received::Failed;
    }
  }
}

bool TlsSession::established() const {
  return SSL_is_init_finished(ssl_.get()) == 1;
}

bool TlsSession::send(std::string_view plain, std::string& out) {
  ERR_clear_error();
  while (!plain.empty()) {
    const std::string_view record = plain.substr(0, kRecord);
    if (SSL_write(ssl_.get(), record.data(), static_cast<int>(record.size())) <= 0) return false;
    plain.remove_prefix(record.size());
    take_output(out);
  }
  return true;
}

void TlsSession::finish(std::string& out) {
  ERR_clear_error();
  if (established()) SSL_shutdown(ssl_.get());
  take_output(out);
}

void TlsSession::take_output(std::string& out) {
  BIO* const bio = SSL_get_wbio(ssl_.get());
  const std::size_t waiting = BIO_ctrl_pending(bio);
  if (waiting == 0) return;
  const std::size_t before = out.size();
  out.resize(before + waiting);
  const int got = BIO_read(bio, out.data() + before, static_cast<int>(waiting));
  out.resize(before + static_cast<std::size_t>(std::max(got, 0)));
}

}  // namespace tocsin::http
