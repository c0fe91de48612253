#include "edge/delivery/page_records.h"

#include "base/overloaded.h"
#include "store/alert_groups.h"
#include "store/delivery_counts.h"
#include "store/notification_rules.h"

namespace tocsin::delivery {
namespace {

std::string_view counted_as(NotifyBy by) {
  if (by == NotifyBy::Email) return "email";
  return by == NotifyBy::Sms || by == NotifyBy::PhoneCall ? "phone" : "";
}

bool rule_exists(store::Connection& db, const effect::Notify& notify) {
  return !notify.rule || store::find_notification_rule(db, *notify.rule).has_value();
}

}  // namespace

notification::SendFacts send_facts(store::Connection& db, const effect::Notify& notify,
                                   const std::optional<User>& user, bool available, Instant now) {
  notification::SendFacts facts{.group = store::find_group(db, notify.group),
                                .user = std::nullopt,
                                .rule_exists = rule_exists(db, notify),
                                .backend_available = available};
  if (user) {
    facts.user = Person{user->id, user->username, user->role <= Role::Editor};
    facts.phone_verified = user->contacts.contains("phone");
    facts.emails_today = store::delivered_today(db, user->id, "email", now);
    facts.phone_today = store::delivered_today(db, user->id, "phone", now);
  }
  return facts;
}

void store_record(engine::Batch& batch, PersonalRecord record) {
  record.at = batch.next_instant();
  store::insert_record(batch.db, record);
}

Job drop_page(std::vector<PersonalRecord> records, std::string reason) {
  return Drop{std::move(reason), [records = std::move(records)](engine::Batch& batch) {
                for (const PersonalRecord& record : records) {
                  if (store::find_group(batch.db, record.group)) store_record(batch, record);
                }
              }};
}

notification::DeliveryOutcome recorded(const Outcome& outcome) {
  return std::visit(
      Overloaded{
          [](const Delivered&) -> notification::DeliveryOutcome { return notification::Delivered{}; },
          [](const auto& why) -> notification::DeliveryOutcome {
            return notification::NotDelivered{why.code, why.reason};
          },
      },
      outcome);
}

Record record_pages(std::vector<effect::Notify> pages, std::string username) {
  return [pages = std::move(pages), username = std::move(username)](engine::Batch& batch,
                                                                    const Outcome& outcome, Attempt attempt) {
    if (attempt == Attempt::WillBeRepeated) return;
    for (const effect::Notify& page : pages)
      store_record(batch, notification::outcome_record(page, username, recorded(outcome), batch.now()));
    const auto counted = counted_as(pages.front().by);
    if (std::holds_alternative<Delivered>(outcome) && !counted.empty())
      store::count_delivery(batch.db, pages.front().user, counted, batch.now());
  };
}

}  // namespace tocsin::delivery
