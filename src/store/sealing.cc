#include "store/sealing.h"

#include <openssl/evp.h>

#include <memory>
#include <optional>

#include "base/digest.h"
#include "base/text.h"

namespace tocsin::store {
namespace {

constexpr std::size_t kNonceBytes = 12, kTagBytes = 16, kKeyIdBytes = 6;
constexpr std::string_view kVersion = "v1";

const unsigned char* data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* data(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

std::string encrypt(const SecretKey& key, std::string_view nonce, std::string_view place,
                    std::string_view secret) {
  const Context context(EVP_CIPHER_CTX_new());
  std::string out(secret.size(), '\0'), tag(kTagBytes, '\0');
  int length = 0;
  const bool done =
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.bytes(), data(nonce)) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &length, data(place), static_cast<int>(place.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), data(out), &length, data(secret), static_cast<int>(secret.size())) ==
          1 &&
      EVP_EncryptFinal_ex(context.get(), data(out) + length, &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) == 1;
  TOCSIN_CHECK(done);
  return out + tag;
}

std::optional<std::string> decrypt(const SecretKey& key, std::string_view nonce, std::string_view place,
                                   std::string_view hidden) {
  const Context context(EVP_CIPHER_CTX_new());
  std::string tag(hidden.substr(hidden.size() - kTagBytes));
  hidden.remove_suffix(kTagBytes);
  std::string out(hidden.size(), '\0');
  int length = 0;
  const bool genuine =
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.bytes(), data(nonce)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &length, data(place), static_cast<int>(place.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), data(out), &length, data(hidden), static_cast<int>(hidden.size())) ==
          1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), data(out) + length, &length) == 1;
  if (!genuine) return std::nullopt;
  return out;
}

}  // namespace

SecretKey SecretKey::draw(IdSource& ids) {
  return from_hex(ids.hex(32)).value();
}

Result<SecretKey> SecretKey::from_hex(std::string_view text) {
  const auto bytes = tocsin::from_hex(text);
  SecretKey key;
  if (!bytes || bytes->size() != key.bytes_.size())
    return invalid("a secret key is 64 hexadecimal digits in lower case");
  for (std::size_t i = 0; i < bytes->size(); ++i) key.bytes_[i] = static_cast<unsigned char>((*bytes)[i]);
  return key;
}

std::string SecretKey::hex() const {
  return to_hex({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
}

std::string SecretKey::id() const {
  return to_hex(digest(Digest::Sha256, "tocsin secret key " + hex()).substr(0, kKeyIdBytes));
}

// "v1:<key id>:<nonce, text and tag in hexadecimal digits>"
SealedText seal(const SecretKey& key, IdSource& ids, std::string_view secret, std::string_view place) {
  if (secret.empty()) return {};
  const std::string nonce = *from_hex(ids.hex(kNonceBytes));
  return {std::string(kVersion) + ":" + key.id() + ":" + to_hex(nonce + encrypt(key, nonce, place, secret))};
}

Result<std::string> open(const SecretKey& key, const SealedText& sealed, std::string_view place) {
  if (sealed.empty()) return std::string();
  const std::string head = std::string(kVersion) + ":" + key.id() + ":";
  if (!sealed.text.starts_with(head)) return invalid("it was sealed with another secret key");
  const auto bytes = from_hex(std::string_view(sealed.text).substr(head.size()));
  if (!bytes || bytes->size() < kNonceBytes + kTagBytes) return invalid("it is damaged");
  const std::string_view whole = *bytes;
  auto secret = decrypt(key, whole.substr(0, kNonceBytes), place, whole.substr(kNonceBytes));
  if (!secret) return invalid("it is damaged or belongs to something else");
  return *std::move(secret);
}

}  // namespace tocsin::store
