"""Pages of 50 alert groups and alerts with a million groups stored, by any filter, near and far pages. Bar: p99 under 10 ms."""
import argparse
import http.client
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from server import Database, Server  # noqa: E402

SIGNS = "ABCDEFGHIJKLMNPQRSTUVWXYZ123456789"
YEAR = 365 * 24 * 3600
INTEGRATIONS, SERVICES, HOSTS = 50, 200, 20_000


def public_id(prefix, number):
    text = ""
    for _ in range(12):
        number, digit = divmod(number, len(SIGNS))
        text = SIGNS[digit] + text
    return prefix + text


class Filled:
    """A server whose database holds `count` groups of the last year, one alert each, copied from a real one."""

    def __init__(self, kind, count):
        self.database = Database(kind)
        self.server = Server(self.database)
        self.server.start()
        self.token = self.server.admin_token()
        team = self.make("teams", {"name": "ops"})
        self.team = team["id"]
        self.integrations = [self.make("integrations", {"type": "webhook", "name": f"i{n}", "team_id": self.team if n % 5 == 0 else None})
                             for n in range(INTEGRATIONS)]
        self.server.request("POST", self.server.path_of(self.integrations[0]["link"]), {"title": "disk full", "state": "alerting"})
        time.sleep(0.5)
        self.server.stop()
        self.fill(count)
        begun = time.time()
        self.server.start()
        self.up = time.time() - begun
        begun = time.time()
        self.get("/api/v1/alert_groups/")
        self.first = time.time() - begun

    def make(self, resource, body):
        status, made = self.server.request("POST", f"/api/v1/{resource}/", body, self.token)
        assert status == 201, made
        return made

    def read(self, sql):
        if self.database.kind == "sqlite":
            with sqlite3.connect(f"{self.database.folder}/tocsin.db") as connection:
                connection.row_factory = sqlite3.Row
                return dict(connection.execute(sql).fetchone())
        done = subprocess.run(["psql", "-qAt", "-d", self.database.address, "-c", f"SELECT row_to_json(r) FROM ({sql}) r"],
                              check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    def groups(self, count):
        dice = random.Random(20261130)
        group, alert = self.read("SELECT * FROM alert_groups"), self.read("SELECT * FROM alerts")
        flags = json.loads(group["flags"])
        now = int(time.time())
        for number in range(2, count + 2):
            at = int((now - YEAR + number * YEAR / (count + 2)) * 1e6) + number % 1000
            integration = self.integrations[dice.randrange(INTEGRATIONS)]
            state = dice.choices((0, 1, 2, 3), (5, 3, 2, 90))[0]
            group_id, alert_id = public_id("I", number), public_id("A", number)
            labels = [("env", f"e{dice.randrange(3)}"), ("service", f"s{dice.randrange(SERVICES)}"), ("host", f"h{dice.randrange(HOSTS)}")]
            flags.update(id=group_id, number=number, integration=integration["id"])
            yield {"alert_groups": group | {
                "id": group_id, "number": number, "integration_id": integration["id"], "route_id": integration["default_route"]["id"],
                "distinction": f"d{number}", "state": state, "title": f"Disk {number % 100} of host{dice.randrange(HOSTS):05} is {number % 97} % full",
                "labels": json.dumps([{"key": key, "value": value} for key, value in labels], separators=(",", ":")),
                "flags": json.dumps(flags, separators=(",", ":")), "created_at": at, "received_at": at},
                "alert_group_tallies": {"group_id": group_id, "alerts_count": 1, "last_alert_id": alert_id},
                "alerts": alert | {"id": alert_id, "group_id": group_id, "created_at": at},
                "alert_group_labels": [{"label_key": key, "label_value": value, "group_id": group_id, "group_created_at": at} for key, value in labels]}

    def fill(self, count):
        batch = {"alert_groups": [], "alert_group_tallies": [], "alerts": [], "alert_group_labels": []}
        for row in self.groups(count):
            for table, value in row.items():
                batch[table].extend(value if isinstance(value, list) else [value])
            if len(batch["alerts"]) == 20_000:
                self.write(batch)
        self.write(batch)
        self.run("INSERT INTO alert_hours (hour, slot, alerts) SELECT created_at / 3600000000, 9, count(*) FROM alerts GROUP BY 1")
        self.run("DELETE FROM alert_hours WHERE slot <> 9")
        self.run("DELETE FROM alert_group_counts")
        self.run("INSERT INTO alert_group_counts SELECT integration_id, route_id, state, count(*) FROM alert_groups GROUP BY 1, 2, 3")
        if self.database.kind == "postgres":  # as its own daemon would have done in the course of a year
            self.run("VACUUM ANALYZE")

    def run(self, sql):
        if self.database.kind == "sqlite":
            connection = sqlite3.connect(f"{self.database.folder}/tocsin.db")
            with connection:
                connection.execute(sql)
            connection.close()
        else:
            subprocess.run(["psql", "-q", "-d", self.database.address, "-c", sql], check=True)

    def write(self, batch):
        for table, rows in batch.items():
            if not rows:
                continue
            names = list(rows[0])
            if self.database.kind == "sqlite":
                connection = sqlite3.connect(f"{self.database.folder}/tocsin.db")
                with connection:
                    connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                                           [tuple(row[name] for name in names) for row in rows])
                connection.close()
            else:
                lines = "".join("\t".join("\\N" if row[name] is None else str(row[name]).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
                                          for name in names) + "\n" for row in rows)
                subprocess.run(["psql", "-q", "-d", self.database.address, "-c", f"COPY {table} ({', '.join(names)}) FROM STDIN"],
                               input=lines, check=True, text=True)
            rows.clear()

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        connection.request("GET", path, headers={"Authorization": self.token})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        assert answer.status == 200, body
        connection.close()
        return body

    def close(self):
        self.server.stop()
        self.database.close()


def measure(filled, path, query, requests):
    def page_at(page):
        return f"{path}?{urllib.parse.urlencode(query | {'page': page}, doseq=True)}"

    begun = time.perf_counter()
    count = filled.get(page_at(1))["count"]
    first = (time.perf_counter() - begun) * 1000
    pages = max(1, count // 50)
    connection = http.client.HTTPConnection("127.0.0.1", filled.server.port)
    times, dice = [], random.Random(20261130)
    for number in range(requests):
        page = 1 if number % 2 == 0 else dice.randint(1, pages)
        begun = time.perf_counter()
        connection.request("GET", page_at(page), headers={"Authorization": filled.token})
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - begun) * 1000)
        assert answer.status == 200
    times.sort()
    return count, first, times[len(times) // 2], times[int(len(times) * 0.99)]


def bench(kind, count, requests):
    filled = Filled(kind, count)
    groups, alerts = "/api/v1/alert_groups/", "/api/v1/alerts/"
    some = filled.integrations[10]
    month = time.strftime("%Y-%m-%dT00:00:00", time.gmtime(time.time() - 90 * 86400)) + "_" + time.strftime("%Y-%m-%dT00:00:00", time.gmtime(time.time() - 60 * 86400))
    an_alert = filled.get(alerts)["results"][0]
    cases = [
        ("all", groups, {}), ("state", groups, {"state": "resolved"}), ("state, few", groups, {"state": "silenced"}),
        ("integration", groups, {"integration_id": some["id"]}), ("route", groups, {"route_id": some["default_route"]["id"]}),
        ("team", groups, {"team_id": filled.team}), ("no team", groups, {"team_id": "null"}), ("a month", groups, {"started_at": month}),
        ("label of a third", groups, {"label": "env:e1"}), ("label of one host", groups, {"label": "host:h77"}),
        ("two labels", groups, {"label": ["env:e1", "service:s5"]}), ("title", groups, {"search": "host0012"}), ("title, common", groups, {"search": "full"}),
        ("state, month, label", groups, {"state": "resolved", "started_at": month, "label": "env:e2"}),
        ("everything", groups, {"state": "resolved", "started_at": month, "label": "env:e2", "team_id": filled.team, "search": "disk 1"}),
        ("all alerts", alerts, {}), ("alerts of a group", alerts, {"alert_group_id": an_alert["alert_group_id"]}), ("an alert", alerts, {"id": an_alert["id"]})]
    print(f"\n{kind}, {count} groups: up after {filled.up * 1000:.0f} ms, first list after {filled.first:.2f} s more\n")
    print("| filter | fit | p50 ms | p99 ms | the first ms |\n|---|---|---|---|---|")
    worst = 0
    for name, path, query in cases:
        fit, first, p50, p99 = measure(filled, path, query, requests)
        worst = max(worst, p99)
        print(f"| {name} | {fit} | {p50:.2f} | {p99:.2f} | {first:.2f} |", flush=True)
    print(f"\nworst p99 {worst:.2f} ms; resident {filled.server.resident_mib():.0f} MiB", flush=True)
    filled.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--groups", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=1000)
    options = parser.parse_args()
    for kind in options.databases.split(","):
        bench(kind, options.groups, options.requests)
