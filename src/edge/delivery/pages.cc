#include "edge/delivery/pages.h"

#include <algorithm>

#include "domain/notification/sending.h"
#include "edge/delivery/page_records.h"
#include "store/alert_groups.h"
#include "store/people.h"

namespace tocsin::delivery {
namespace {

constexpr int kFewLeft = 20;  // from here on the mail says how many remain

// OnCall asks every 60 s; the post is a moment away as a rule, and somebody waits to be paged. A post that is
// late already will hardly come this second.
std::chrono::seconds pause_for_post(Instant since, Instant now) {
  using std::chrono::seconds;
  return std::clamp(std::chrono::duration_cast<seconds>(now - since) / 4, seconds{5}, seconds{60});
}

// docs/spec/escalation.md, section 4.5: posting switched off, told by the step itself, or not posted yet.
std::optional<Job> slack_problem(const store::OutboxRow& row, const effect::Notify& notify, const User& user,
                                 const GroupView& view, bool posted, Instant now) {
  constexpr auto kDisabled = NotificationFailure::SlackPostingDisabled;
  const auto record = [&](const notification::DeliveryOutcome& outcome) {
    return notification::outcome_record(notify, user.username, outcome, now);
  };
  if (notify.cause == ChainCause::SlackWideStep) {  // the step's own post mentions everybody
    PersonalRecord told = record(notification::Delivered{});
    told.code = kDisabled;
    return drop_page({told}, "told by the step itself");
  }
  if (view.route && !view.route->slack_enabled) {
    const std::string reason = "Alert group Slack notifications are disabled";
    return drop_page({record(notification::NotDelivered{kDisabled, reason})}, reason);
  }
  if (posted) return std::nullopt;
  const auto next = notification::retry_or_give_up(notification::Obstacle::SlackPostMissing, row.created_at,
                                                   std::nullopt, now);
  if (const auto* given_up = std::get_if<notification::NotDelivered>(&next))
    return drop_page({record(*given_up)}, "the group was never posted");
  return Wait{pause_for_post(row.created_at, now), "the group is not posted yet"};
}

}  // namespace

bool PageCourier::carries(const store::OutboxRow& row) const {
  return (row.kind == "notify" || row.kind == "notify_bundle") && !is_webhook_lane(row.queue);
}

Provider* PageCourier::provider_of(NotifyBy by) const {
  for (Provider* provider : providers_) {
    if (provider->carries(by)) return provider;
  }
  return nullptr;
}

Job PageCourier::prepare(store::Connection& db, const store::OutboxRow& row, Instant now) {
  const auto outgoing = outgoing_from_json(row.kind, row.payload);
  if (!outgoing) return Drop{outgoing.error().message};
  if (const auto* notify = std::get_if<effect::Notify>(&*outgoing))
    return prepare_page(db, row, *notify, now);
  return prepare_bundle(db, row.id, std::get<effect::NotifyBundle>(*outgoing), now);
}

Job PageCourier::prepare_page(store::Connection& db, const store::OutboxRow& row,
                              const effect::Notify& notify, Instant now) {
  Provider* provider = provider_of(notify.by);
  store::LastLook look = looks_.before(db, notify, now);
  const auto& user = look.user;
  const auto facts = send_facts(look, provider != nullptr);
  if (const auto no = notification::check_before_sending(notify, facts, now))
    return drop_page({*no}, no->reason);
  GroupView view = make_view(*std::move(look.group), look.first_payload, *engine_.configuration(), base_url_);
  if (const auto obstacle = provider->obstacle(*user)) {
    return drop_page({notification::outcome_record(notify, user->username, recorded(*obstacle), now)},
                     obstacle->reason);
  }
  std::optional<store::ChatPost> chat_post;
  if (notify.by == NotifyBy::Slack && provider->name() == "slack") {
    chat_post = store::find_chat_post(db, notify.group, "slack");
    if (auto job = slack_problem(row, notify, *user, view, chat_post.has_value(), now))
      return *std::move(job);
  }
  Page page{.id = row.id,
            .notify = notify,
            .user = *user,
            .view = std::move(view),
            .chat_post = std::move(chat_post),
            .look = {},
            .left_today = {},
            .now = now};
  if (page.view.type != nullptr) {
    static const json::Value kNoPayload;
    const auto& payload = page.view.first_payload ? *page.view.first_payload : kNoPayload;
    page.look = templating::render_appearance(page.view.integration, *page.view.type, provider->channel(),
                                              {payload, page.view.web_link, page.view.group().number}, now);
  } else {
    page.look.title = page.view.group().title;
  }
  if (const int left = facts.email_limit - facts.emails_today - 1; left <= kFewLeft) page.left_today = left;
  return Send{
      .provider = std::string(provider->name()),
      .start = [provider, page = std::move(page)](Done done) { provider->send(page, std::move(done)); },
      .record = record_pages({notify}, user->username)};
}

// What was answered meanwhile drops out with its own record; the rest goes as one message.
Job PageCourier::prepare_bundle(store::Connection& db, const std::string& id,
                                const effect::NotifyBundle& bundle, Instant now) {
  Provider* provider = provider_of(NotifyBy::Sms);
  const auto user = store::find_user(db, bundle.user);
  std::vector<PersonalRecord> refused;
  std::vector<effect::Notify> pages;
  std::string numbers;
  for (const BundledSms& sms : bundle.entries) {
    const effect::Notify notify = notification::notify_of(bundle, sms);
    const auto facts = send_facts(looks_.before(db, notify, now), provider != nullptr);
    if (const auto no = notification::check_before_sending(notify, facts, now)) {
      refused.push_back(*no);
      continue;
    }
    numbers += (pages.empty() ? "#" : ", #") + std::to_string(facts.group->number);
    pages.push_back(notify);
  }
  if (pages.empty()) return drop_page(std::move(refused), "nothing left to say");
  auto view = view_group(db, *engine_.configuration(), pages.front().group, base_url_);
  if (!view) return Drop{"the alert group was deleted"};
  Page page{.id = id,
            .notify = pages.front(),
            .user = *user,
            .view = *std::move(view),
            .look = {},
            .left_today = {},
            .now = now};
  page.look.title = (pages.size() == 1 ? "Alert group " : "Alert groups ") + numbers;
  const Record sent = record_pages(pages, user->username);
  return Send{
      .provider = std::string(provider->name()),
      .start = [provider, page = std::move(page)](Done done) { provider->send(page, std::move(done)); },
      .record =
          [sent, refused](engine::Batch& batch, const Outcome& outcome, Attempt attempt) {
            sent(batch, outcome, attempt);
            if (attempt == Attempt::WillBeRepeated) return;
            for (const PersonalRecord& record : refused) {
              if (store::find_group(batch.db, record.group)) store_record(batch, record);
            }
          }};
}

}  // namespace tocsin::delivery
