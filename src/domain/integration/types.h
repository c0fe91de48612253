// The types one by one, each defined in the .cc of its family. Only type.cc reads this list.
#pragma once

#include "domain/integration/type.h"

namespace tocsin::integration {

// Types of the open OnCall engine (docs/spec/ingestion.md, section 1.1).
extern const Type kGrafanaAlerting;
extern const Type kWebhook;
extern const Type kAlertmanager;
extern const Type kFormattedWebhook;
extern const Type kKapacitor;
extern const Type kElastalert;
extern const Type kInboundEmail;
extern const Type kMaintenance;
extern const Type kManual;
extern const Type kZabbix;
extern const Type kDirectPaging;
extern const Type kGrafana;
extern const Type kLegacyAlertmanager;
extern const Type kLegacyGrafanaAlerting;

// Types that OnCall had in its hosted product only (section 1.2).
extern const Type kAmazonSns;
extern const Type kStackdriver;
extern const Type kCurler;
extern const Type kDatadog;
extern const Type kDemo;
extern const Type kFabric;
extern const Type kNewRelic;
extern const Type kPagerDuty;
extern const Type kPingdom;
extern const Type kPrtg;
extern const Type kSentry;
extern const Type kUptimeRobot;
extern const Type kJira;
extern const Type kZendesk;
extern const Type kAppDynamics;
extern const Type kServiceNow;

}  // namespace tocsin::integration
