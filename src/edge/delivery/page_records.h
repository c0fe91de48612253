// What is asked before a page leaves and written when it has, whatever carries it.
//
// Source: docs/spec/channels.md, sections 1.2 to 1.5.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/model/person.h"
#include "domain/notification/sending.h"
#include "edge/delivery/job.h"
#include "store/last_look.h"

namespace tocsin::delivery {

// `available`: somebody carries the channel.
notification::SendFacts send_facts(const store::LastLook& look, bool available);

void store_record(engine::Batch& batch, PersonalRecord record);
notification::DeliveryOutcome recorded(const Outcome& outcome);
// Records of a group that is gone would be of no use to anybody: they are left out.
Job drop_page(std::vector<PersonalRecord> records, std::string reason);
// One record for each group that the message spoke of, once there will be no further attempt.
Record record_pages(std::vector<effect::Notify> pages, std::string username);

}  // namespace tocsin::delivery
