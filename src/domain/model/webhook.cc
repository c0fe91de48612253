#include "domain/model/webhook.h"

namespace tocsin {

std::optional<WebhookTrigger> parse_webhook_trigger(std::string_view name) {
  for (int number = 0; number <= static_cast<int>(WebhookTrigger::PersonalNotification); ++number) {
    const auto trigger = static_cast<WebhookTrigger>(number);
    if (api_name(trigger) == name) return trigger;
  }
  return std::nullopt;
}

}  // namespace tocsin
