#include "domain/grouping/silencing.h"

#include <algorithm>
#include <utility>

namespace tocsin::grouping {
namespace {

// nullopt: the group has nothing of that kind.
std::optional<std::string_view> subject_of(const SilenceMatcher& matcher, const AlertGroup& group,
                                           const Labels& labels) {
  switch (matcher.on) {
    case MatchOn::Label:
      for (const Label& label : labels) {
        if (label.key == matcher.name) return label.value;
      }
      return std::nullopt;
    case MatchOn::Title:
      return group.title ? std::optional<std::string_view>(*group.title) : std::nullopt;
    case MatchOn::Integration:
      return group.integration.str();
  }
  return std::nullopt;
}

// As in Alertmanager, what is not there compares as the empty text.
bool holds(const SilenceMatcher& matcher, const std::optional<regex::Pattern>& pattern,
           std::string_view subject) {
  if (!pattern) return (subject == matcher.value) != matcher.negated;
  const regex::Outcome outcome = pattern->search(subject);
  if (outcome == regex::Outcome::LimitExceeded) return false;
  return (outcome == regex::Outcome::Match) != matcher.negated;
}

}  // namespace

Result<SilenceRule> make_silence_rule(Silence silence) {
  SilenceRule rule{std::move(silence), {}};
  for (const SilenceMatcher& matcher : rule.silence.matchers) {
    if (!matcher.regex) {
      rule.patterns.emplace_back();
      continue;
    }
    TRY_AS(regex::Pattern pattern, regex::Pattern::compile(matcher.value, regex::Dialect::Re));
    rule.patterns.emplace_back(std::move(pattern));
  }
  return rule;
}

bool matches(const SilenceRule& rule, const AlertGroup& group, const Labels& labels) {
  const std::vector<SilenceMatcher>& matchers = rule.silence.matchers;
  for (std::size_t i = 0; i < matchers.size(); ++i) {
    if (!holds(matchers[i], rule.patterns[i], subject_of(matchers[i], group, labels).value_or("")))
      return false;
  }
  return !matchers.empty();
}

const SilenceRule* find_silence(std::span<const SilenceRule> rules, const AlertGroup& group,
                                const Labels& labels, Instant now) {
  const SilenceRule* found = nullptr;
  for (const SilenceRule& rule : rules) {
    if (now < rule.silence.starts_at || now >= rule.silence.ends_at) continue;
    if (found != nullptr && found->silence.ends_at >= rule.silence.ends_at) continue;
    if (matches(rule, group, labels)) found = &rule;
  }
  return found;
}

Transition silence_until_end(AlertGroup group, const Silence& silence, Instant now) {
  const bool longer = group.silenced && (!group.silenced_until || *group.silenced_until >= silence.ends_at);
  if (group.resolved || group.acknowledged || group.attached() || group.maintenance || longer)
    return {std::move(group), {}};
  const auto delay = std::chrono::ceil<std::chrono::seconds>(silence.ends_at - now);
  const Actor actor{
      .by = AnsweredBy::User,
      .user = silence.author,
      .username = silence.author_name,
      .via = std::nullopt,
      .integration = {},
      .reason = "silence " + silence.id.str() + (silence.comment.empty() ? "" : ": " + silence.comment)};
  return apply(std::move(group), command::Silence{.delay = delay}, actor, {}, now);
}

}  // namespace tocsin::grouping
