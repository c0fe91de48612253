#include "edge/delivery/ntfy/announce.h"

#include <algorithm>

#include "domain/model/natural_duration.h"
#include "domain/schedule/resolve.h"
#include "store/people.h"
#include "store/schedule_inputs.h"
#include "store/zone_names.h"

namespace tocsin::delivery {
namespace {

using std::chrono::seconds;

constexpr int kNormal = 3;

// The lead time that is nearest, so that a message a minute late still says "15 minutes".
seconds rounded(std::chrono::microseconds until) {
  constexpr seconds kChoices[] = {std::chrono::minutes{15}, std::chrono::hours{1}, std::chrono::hours{6},
                                  std::chrono::hours{12}, std::chrono::hours{24}};
  return *std::min_element(std::begin(kChoices), std::end(kChoices), [&](seconds a, seconds b) {
    return std::chrono::abs(a - until) < std::chrono::abs(b - until);
  });
}

// "2031-04-06 09:00" on the clock of the reader.
std::string wall_text(Instant at, const timezone::Zone& zone) {
  const std::string iso = to_iso_seconds(Instant{zone.wall(at).time_since_epoch()});
  return iso.substr(0, 10) + " " + iso.substr(11, 5);
}

timezone::Zone zone_of(const User& user) {
  const auto name = user.time_zone ? store::zone_name(*user.time_zone) : std::nullopt;
  return name ? timezone::Zone::find(*name).value_or(timezone::Zone()) : timezone::Zone();
}

bool is_still_theirs(const store::LoadedSchedule& loaded, const AnnounceShift& announced) {
  const Instant start = announced.shift.start;
  const auto on_call = schedule::resolve(loaded.input(), {start, start + seconds{1}}).on_call_at(start).users;
  return std::find(on_call.begin(), on_call.end(), announced.user) != on_call.end();
}

}  // namespace

Job ShiftAnnouncer::prepare(store::Connection& db, const store::OutboxRow& row, Instant now) {
  const auto outgoing = outgoing_from_json(row.kind, row.payload);
  const auto* announced = outgoing ? std::get_if<AnnounceShift>(&*outgoing) : nullptr;
  if (announced == nullptr) return Drop{"not a shift"};
  const NoticedShift& shift = announced->shift;
  if (shift.start <= now) return Drop{"the shift has begun"};
  const auto user = store::find_user(db, announced->user);
  const auto topic =
      user ? user->contacts.find("ntfy") : std::map<std::string, std::string>::const_iterator{};
  if (!user || topic == user->contacts.end()) return Drop{"the person has no device any more"};
  const auto loaded = store::load_schedule(db, announced->schedule, {shift.start, shift.start + seconds{1}});
  if (!loaded || !is_still_theirs(*loaded, *announced)) return Drop{"the shift is not theirs any more"};

  const timezone::Zone zone = zone_of(*user);
  const std::string text = wall_text(shift.start, zone) + " - " + wall_text(shift.end, zone) + "\nSchedule " +
                           loaded->schedule.name;
  auto request = ntfy_request(
      settings_,
      {{"topic", json::Value(topic->second)},
       {"title", json::Value("Your on-call shift starts in " + natural_duration(rounded(shift.start - now)))},
       {"message", json::Value(text)},
       {"priority", json::Value(kNormal)},
       {"click", json::Value(base_url_ + "/schedules/" + announced->schedule.str())}});
  return Send{.provider = "ntfy",
              .start =
                  [this, request = std::move(request)](Done done) {
                    outbound_.send(request, [done = std::move(done)](const http::Outcome& outcome) {
                      done(judge(outcome, NotificationFailure::BackendError));
                    });
                  },
              .record = {}};
}

}  // namespace tocsin::delivery
