#include "domain/integration/signature.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <limits>
#include <memory>
#include <vector>

namespace tocsin::integration {
namespace {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* owned) const {
    Free(owned);
  }
};
using Bio = std::unique_ptr<BIO, FreeWith<BIO_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

bool fits_int(std::string_view bytes) {
  return bytes.size() <= std::numeric_limits<int>::max();
}

// Empty when it is no base64.
std::vector<unsigned char> decode_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || !fits_int(text)) return {};
  std::vector<unsigned char> bytes(text.size() / 4 * 3);
  const int size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return {};
  // EVP_DecodeBlock counts the padding as zero bytes.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

Certificate read_certificate(std::string_view pem) {
  if (!fits_int(pem)) return nullptr;
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
}

const EVP_MD* algorithm_of(Digest digest) {
  return digest == Digest::Sha1 ? EVP_sha1() : EVP_sha256();
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool verify(EVP_PKEY* key, Digest digest, std::string_view text, std::string_view signature_base64) {
  const std::vector<unsigned char> signature = decode_base64(signature_base64);
  const DigestContext context(EVP_MD_CTX_new());
  const bool is_rsa = key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
  const bool verified =
      is_rsa && !signature.empty() && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, algorithm_of(digest), nullptr, key) == 1 &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes_of(text), text.size()) == 1;
  ERR_clear_error();  // a refused signature leaves its reason in the thread's queue
  return verified;
}

}  // namespace

bool is_signed_by(std::string_view certificate_pem, Digest digest, std::string_view text,
                  std::string_view signature_base64) {
  const Certificate certificate = read_certificate(certificate_pem);
  return verify(certificate ? X509_get0_pubkey(certificate.get()) : nullptr, digest, text, signature_base64);
}

bool is_signed_by_key(std::string_view public_key_base64, Digest digest, std::string_view text,
                      std::string_view signature_base64) {
  const std::vector<unsigned char> der = decode_base64(public_key_base64);
  const unsigned char* at = der.data();
  const Key key(der.empty() ? nullptr : d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  return verify(key.get(), digest, text, signature_base64);
}

}  // namespace tocsin::integration
