#include "store/last_look.h"

#include "store/alert_groups.h"
#include "store/delivery_counts.h"
#include "store/notification_rules.h"
#include "store/people.h"

namespace tocsin::store {

LastLook last_look(Connection& db, const AlertGroupId& group, const UserId& user,
                   const std::optional<NotificationRuleId>& rule, Instant now) {
  std::vector<Question> questions{question_of_group(group), question_of_payloads(group, 1),
                                  question_of_user(user), question_of_teams(user),
                                  question_of_counts(user, now)};
  if (rule) questions.push_back(question_of_notification_rule(*rule));
  const std::vector<Rows> answers = db.query_all(questions);
  LastLook look{.group = listed_group(answers[0]),
                .first_payload = {},
                .user = user_of(answers[2], answers[3]),
                .rule_exists = !rule || !answers[5].empty(),
                .emails_today = sent_today(answers[4], "email"),
                .phone_today = sent_today(answers[4], "phone")};
  if (!answers[1].empty()) look.first_payload = answers[1][0].string(0);
  return look;
}

}  // namespace tocsin::store
