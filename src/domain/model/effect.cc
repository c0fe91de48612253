#include "domain/model/effect.h"

namespace tocsin {

std::string_view api_name(WebhookTrigger trigger) {
  switch (trigger) {
    case WebhookTrigger::EscalationStep:
      return "escalation";
    case WebhookTrigger::AlertGroupCreated:
      return "alert group created";
    case WebhookTrigger::Acknowledge:
      return "acknowledge";
    case WebhookTrigger::Resolve:
      return "resolve";
    case WebhookTrigger::Silence:
      return "silence";
    case WebhookTrigger::Unsilence:
      return "unsilence";
    case WebhookTrigger::Unresolve:
      return "unresolve";
    case WebhookTrigger::Unacknowledge:
      return "unacknowledge";
    case WebhookTrigger::StatusChange:
      return "status change";
    case WebhookTrigger::PersonalNotification:
      return "personal notification";
  }
  return "";
}

}  // namespace tocsin
