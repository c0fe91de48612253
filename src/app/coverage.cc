#include <iostream>

#include "app/commands.h"
#include "app/system.h"
#include "engine/coverage.h"
#include "store/transaction.h"

namespace tocsin::app {

int show_coverage(const ShowCoverage& command, const std::string& address) {
  try {
    const Instant now = SystemClock().now();
    const auto database = store::open_database(address);
    store::migrate(*database, now);
    const auto db = database->connect(store::Connection::Mode::Read);
    const store::Transaction as_of_now(*db, store::Connection::Mode::Read);
    const auto findings = engine::look_ahead(*db, now, std::chrono::days{command.days});
    for (const engine::Finding& finding : findings) {
      std::cout << engine::to_text(finding.kind) << ": " << finding.text << '\n';
    }
    if (findings.empty()) std::cout << "covered for the coming " << command.days << " days\n";
    return findings.empty() ? 0 : 1;
  } catch (const store::StorageError& error) {
    std::cerr << "tocsin: " << error.what() << '\n';
    return 2;
  }
}

}  // namespace tocsin::app
