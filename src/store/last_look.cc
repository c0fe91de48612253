#include "store/last_look.h"

#include <algorithm>

#include "store/delivery_counts.h"
#include "store/people.h"

namespace tocsin::store {
namespace {

bool holds(const NotificationRules& rules, const NotificationRuleId& id) {
  const auto is_it = [&](const NotificationRule& rule) { return rule.id == id; };
  return std::ranges::any_of(rules.by_default, is_it) || std::ranges::any_of(rules.important, is_it);
}

}  // namespace

std::string_view counted_as(NotifyBy by) {
  if (by == NotifyBy::Email) return "email";
  return by == NotifyBy::Sms || by == NotifyBy::PhoneCall ? "phone" : "";
}

LastLook LastLooks::before(Connection& db, const effect::Notify& notify, Instant now) {
  std::vector<Question> questions{question_of_group(notify.group)};
  if (!counted_as(notify.by).empty()) questions.push_back(question_of_counts(notify.user, now));
  const std::vector<Rows> answers = db.query_all(questions);
  auto seen = seen_group(answers[0]);
  if (!seen) return {};  // no need to know more
  if (seen->people_stamp != stamp_) {
    people_.clear();
    stamp_ = seen->people_stamp;
  }
  const Known& person = known(db, notify.user);
  LastLook look{.group = std::move(seen->listed),
                .first_payload = std::move(seen->first_payload),
                .user = person.user,
                .rule_exists = !notify.rule || holds(person.rules, *notify.rule)};
  if (questions.size() > 1) {
    look.emails_today = sent_today(answers[1], "email");
    look.phone_today = sent_today(answers[1], "phone");
  }
  return look;
}

const LastLooks::Known& LastLooks::known(Connection& db, const UserId& user) {
  const auto found = people_.find(user);
  if (found != people_.end()) return found->second;
  Known read{.user = find_user(db, user), .rules = {}};
  if (read.user) read.rules = notification_rules_of(db, user);
  return people_.emplace(user, std::move(read)).first->second;
}

}  // namespace tocsin::store
