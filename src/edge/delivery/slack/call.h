// One call of Slack's Web API: how it is made and what its answer means.
//
// Source: docs/spec/channels.md, section 2.2.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "edge/delivery/job.h"
#include "edge/http/outbound.h"
#include "language/json/value.h"

namespace tocsin::delivery {

struct SlackSettings {
  std::string token;
  std::string api_url = "https://slack.com/api/";
  std::string base_url;  // ours
  std::chrono::milliseconds total_timeout{30'000};
};

http::OutboundRequest slack_request(const SlackSettings& settings, std::string_view method,
                                    json::Object body);

// As the dispatcher wants it; `outbound` must outlive it.
Send slack_send(http::Outbound& outbound, const SlackSettings& settings, std::string_view method,
                json::Object body, Record record);

// What an answer of Slack's means; the receipt of a post is its ts.
Outcome judge_slack(const http::Outcome& outcome, bool is_edit);

// A block of text in Slack's own markup.
json::Value slack_section(const std::string& text);

}  // namespace tocsin::delivery
