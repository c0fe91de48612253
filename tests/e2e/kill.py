#!/usr/bin/env python3
"""kill -9 under load: every alert that got a 2xx is there after the restart, none twice, counts right."""
import argparse
import collections
import http.client
import json
import random
import threading
import time

from server import Database, Server

GROUPS = 20
CLIENTS = 8


class Load:
    """Clients that post numbered alerts until the server goes away; each remembers what was answered."""

    def __init__(self, server, path, numbers):
        self.server, self.path, self.numbers = server, path, numbers
        self.accepted, self.sent = set(), set()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.run) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        try:
            while True:
                with self.lock:
                    number = next(self.numbers)
                    self.sent.add(number)
                body = json.dumps({"alert_uid": f"group-{number % GROUPS}", "title": "load", "n": number})
                connection.request("POST", self.path, body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    with self.lock:
                        self.accepted.add(number)
        except (OSError, http.client.HTTPException):
            connection.close()

    def join(self):
        for thread in self.threads:
            thread.join()


def count_up():
    number = 0
    while True:
        yield number
        number += 1


def run(kind, rounds, seed):
    chance = random.Random(seed)
    database = Database(kind)
    server = Server(database)
    server.start()
    token = server.admin_token()
    status, integration = server.request("POST", "/api/v1/integrations/", {"type": "formatted_webhook"}, token)
    assert status == 201, integration
    path = server.path_of(integration["link"])
    accepted, sent, numbers = set(), set(), count_up()
    for _ in range(rounds):
        load = Load(server, path, numbers)
        time.sleep(chance.uniform(0.05, 0.4))
        server.kill()
        load.join()
        accepted |= load.accepted
        sent |= load.sent
        server.start()
    alerts = server.all_pages("/api/v1/alerts/", token)
    seen = collections.Counter(alert["payload"]["n"] for alert in alerts)
    missing = accepted - set(seen)
    assert not missing, f"{len(missing)} accepted alerts are gone, for example {sorted(missing)[:5]}"
    twice = [n for n, times in seen.items() if times > 1]
    assert not twice, f"stored twice: {twice[:5]}"
    assert set(seen) <= sent, "alerts that nobody sent"
    groups = server.all_pages("/api/v1/alert_groups/", token)
    by_group = collections.Counter(alert["alert_group_id"] for alert in alerts)
    assert {group["id"]: group["alerts_count"] for group in groups} == dict(by_group), "a group counts its alerts wrongly"
    assert len(groups) == min(GROUPS, len(seen)), f"{len(groups)} groups for {GROUPS} keys"
    server.stop()
    database.close()
    print(f"{kind}: {rounds} kills, {len(sent)} sent, {len(accepted)} accepted, {len(seen)} stored, none lost, none twice")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--databases", default="sqlite,postgres")
    options = parser.parse_args()
    print("seed", options.seed)
    for database_kind in options.databases.split(","):
        run(database_kind, options.rounds, options.seed)
