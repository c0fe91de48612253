#include "edge/delivery/page_records.h"

#include "base/overloaded.h"
#include "store/alert_groups.h"
#include "store/delivery_counts.h"

namespace tocsin::delivery {

notification::SendFacts send_facts(const store::LastLook& look, bool available) {
  notification::SendFacts facts{.group = {},
                                .user = std::nullopt,
                                .rule_exists = look.rule_exists,
                                .backend_available = available,
                                .phone_today = look.phone_today,
                                .emails_today = look.emails_today};
  if (look.group) facts.group = look.group->group;
  if (look.user) {
    facts.user = Person{look.user->id, look.user->username, look.user->role <= Role::Editor};
    facts.phone_verified = look.user->contacts.contains("phone");
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
    const auto counted = store::counted_as(pages.front().by);
    if (std::holds_alternative<Delivered>(outcome) && !counted.empty())
      store::count_delivery(batch.db, pages.front().user, counted, batch.now());
  };
}

}  // namespace tocsin::delivery
