#!/usr/bin/env python3
"""How long POST /alert_groups/bulk/ takes with 5,000 groups, and how long alerts that arrive meanwhile wait for their answer."""
import os
import sys
import threading
import time

from server import Database, Server

GROUPS = 5000


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


class Ingestion(threading.Thread):
    """One alert every ten milliseconds, each timed."""

    def __init__(self, server, path):
        super().__init__()
        self.server, self.path, self.waits, self.stopped = server, path, [], False

    def run(self):
        number = 0
        while not self.stopped:
            began = time.monotonic()
            status, _ = self.server.request("POST", self.path, {"alert_uid": f"meanwhile-{number}", "title": "x", "state": "alerting"})
            self.waits.append(time.monotonic() - began)
            assert status == 200
            number += 1
            time.sleep(0.01)


def run(kind):
    database = Database(kind)
    server = Server(database)
    server.start()
    token = server.admin_token()
    _, integration = server.request("POST", "/api/v1/integrations/", {"type": "formatted_webhook"}, token)
    path = server.path_of(integration["link"])
    for at in range(0, GROUPS, 100):
        threads = [threading.Thread(target=server.request, args=("POST", path, {"alert_uid": f"g{at + i}", "title": "x", "state": "alerting"}))
                   for i in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    _, page = server.request("GET", "/api/v1/alert_groups/?perpage=1", token=token)
    assert page["count"] == GROUPS, page["count"]
    ids = [group["id"] for group in server.all_pages("/api/v1/alert_groups/", token)]
    for action in ("acknowledge", "resolve"):
        quiet = Ingestion(server, path)
        quiet.start()
        time.sleep(2)
        quiet.stopped = True
        quiet.join()
        busy = Ingestion(server, path)
        busy.start()
        began = time.monotonic()
        status, answer = server.request("POST", "/api/v1/alert_groups/bulk/", {"action": action, "ids": ids}, token, timeout=120)
        took = time.monotonic() - began
        busy.stopped = True
        busy.join()
        assert status == 200 and len(answer["done"]) == GROUPS, answer
        print(f"{kind} {action}: {GROUPS} groups in {took:.2f} s; an alert meanwhile waits p50 {percentile(busy.waits, .5):.1f} ms, "
              f"p99 {percentile(busy.waits, .99):.1f} ms, at most {max(busy.waits) * 1000:.1f} ms ({len(busy.waits)} alerts; "
              f"without: p50 {percentile(quiet.waits, .5):.1f}, at most {max(quiet.waits) * 1000:.1f} ms)")
    server.stop()
    database.close()


if __name__ == "__main__":
    for database_kind in sys.argv[1:] or (("sqlite", "postgres") if "TOCSIN_TEST_POSTGRES" in os.environ else ("sqlite",)):
        run(database_kind)
