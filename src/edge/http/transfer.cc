// What HTTP and mail transfers have in common.
#include "edge/http/transfer.h"

#include <algorithm>
#include <new>

namespace tocsin::http {
namespace {

OutboundFault fault_of(CURLcode code) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return OutboundFault::Malformed;
    case CURLE_COULDNT_RESOLVE_HOST:
      return OutboundFault::Resolve;
    case CURLE_COULDNT_CONNECT:
      return OutboundFault::Connect;
    case CURLE_OPERATION_TIMEDOUT:
      return OutboundFault::TimedOut;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_USE_SSL_FAILED:
      return OutboundFault::Tls;
    case CURLE_FILESIZE_EXCEEDED:
      return OutboundFault::TooLarge;
    case CURLE_LOGIN_DENIED:
      return OutboundFault::Rejected;
    default:
      return OutboundFault::Other;
  }
}

}  // namespace

Transfer::Transfer(const ClientOptions& options, OutboundCallback on_done)
    : done(std::move(on_done)), options_(options), handle_(curl_easy_init(), curl_easy_cleanup) {
  if (!handle_) throw std::bad_alloc();
}

void Transfer::set_common(std::chrono::milliseconds connect, std::chrono::milliseconds total,
                          const std::string& ca_file) {
  CURL* const curl = handle();
  curl_easy_reset(curl);
  curl_says_[0] = '\0';
  const auto at_least_one = [](std::chrono::milliseconds wait) {
    return std::max<long>(1, static_cast<long>(wait.count()));
  };
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, curl_says_.data());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // not even from the environment
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, at_least_one(connect));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, at_least_one(total));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  const std::string& authorities = ca_file.empty() ? options_.ca_file : ca_file;
  if (!authorities.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, authorities.c_str());
}

long Transfer::info(CURLINFO what) const {
  long value = 0;
  curl_easy_getinfo(handle(), what, &value);
  return value;
}

// curl's own detail is told only where it cannot contain the URL's path or query: about TLS.
OutboundError Transfer::error_of(CURLcode code) const {
  OutboundError error{.fault = fault_of(code), .status = static_cast<int>(info(CURLINFO_RESPONSE_CODE))};
  switch (error.fault) {
    case OutboundFault::Malformed:
      error.message = "Malformed URL.";
      break;
    case OutboundFault::Resolve:
      error.message = "Cannot resolve the host name.";
      break;
    case OutboundFault::Connect:
      error.message = "Cannot connect to the host.";
      break;
    case OutboundFault::TimedOut: {
      curl_off_t connected = 0;
      curl_easy_getinfo(handle(), CURLINFO_PRETRANSFER_TIME_T, &connected);
      error.message =
          connected == 0 ? "The host could not be reached in time." : "The host did not answer in time.";
      break;
    }
    case OutboundFault::Tls:
      error.message = std::string("TLS failed: ") +
                      (curl_says_[0] != '\0' ? curl_says_.data() : curl_easy_strerror(code));
      break;
    case OutboundFault::TooLarge:
      error.message = "The answer is too large.";
      break;
    default:
      error.message = std::string("The request failed: ") + curl_easy_strerror(code) + ".";
      break;
  }
  return error;
}

}  // namespace tocsin::http
