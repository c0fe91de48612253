"""10,000 steps due in one second: until they are committed, until the pages are at a local receiver, and what ingestion feels
of it; then what an idle server with 100,000 running escalations costs. Bars: 2 s, 5 s, 4 times the idle p99; 1 % of a core, 256 MiB."""
import argparse
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from server import Database, Server, free_port  # noqa: E402

BENCH = os.environ.get("BENCH_FOLDER", str(ROOT / "build/release/bench"))
LOAD, SINK = f"{BENCH}/bench_load", f"{BENCH}/bench_http"
STORM, IDLE, PEOPLE = 10_000, 100_000, 50


def rows(database, sql):
    if database.kind == "sqlite":
        connection = sqlite3.connect(f"{database.folder}/tocsin.db", timeout=30)
        try:
            with connection:
                return connection.execute(sql).fetchall()
        finally:
            connection.close()
    done = subprocess.run(["psql", "-qAt", "-F", ",", "-d", database.address, "-c", sql], check=True, capture_output=True, text=True)
    return [line.split(",") for line in done.stdout.splitlines()]


def load(server, path, body, *more):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(json.dumps(body))
        file.flush()
        done = subprocess.run([LOAD, "--port", str(server.port), "--path", path, "--body-file", file.name, *map(str, more)],
                              check=True, capture_output=True, text=True)
    report = json.loads(done.stdout)
    assert report["non_2xx"] == 0 and report["failed"] == 0, report
    return report


class World:
    def __init__(self, kind, steps):
        self.database = Database(kind)
        self.sink_port = free_port()
        self.sink = subprocess.Popen([SINK, str(self.sink_port), "1"])
        self.server = Server(self.database, "--ntfy-url", f"http://127.0.0.1:{self.sink_port}/")
        self.server.start()
        self.token = self.server.admin_token()
        self.people = []
        for number in range(PEOPLE):
            person = self.make("users", {"username": f"u{number}", "role": "editor", "contacts": {"ntfy": f"u{number}"}})
            self.make("personal_notification_rules", {"user_id": person, "type": "notify_by_mobile_app"})
            self.people.append(person)
        self.chain = self.make("escalation_chains", {"name": "chain"})
        for step in steps(self.people):
            self.make("escalation_policies", {"escalation_chain_id": self.chain} | step)
        self.path = self.integration("paging", self.chain)
        self.quiet_path = self.integration("quiet", None)

    def make(self, resource, body):
        status, made = self.server.request("POST", f"/api/v1/{resource}/", body, self.token)
        assert status == 201, made
        return made["id"]

    def integration(self, name, chain):
        status, made = self.server.request("POST", "/api/v1/integrations/", {
            "type": "webhook", "name": name, "templates": {"grouping_key": "{{ payload.id }}"},
            "default_route": {"escalation_chain_id": chain}}, self.token)
        assert status == 201, made
        return self.server.path_of(made["link"])

    def open_groups(self, count):
        load(self.server, self.path, {"id": "@ID@", "title": "disk @ID@"}, "--requests", count, "--vary", count, "--connections", 64)

    def close(self):
        self.server.stop()
        self.sink.terminate()
        self.sink.wait()
        self.database.close()


def storm(kind):
    # Round robin, so that many people are paged and each page is of another group.
    world = World(kind, lambda people: [{"type": "wait", "duration": 3600},
                                        {"type": "notify_person_next_each_time", "persons_to_notify_next_each_time": people}])
    world.open_groups(STORM)
    time.sleep(3)
    alert = ({"id": "quiet-@ID@", "title": "t"}, "--vary", 100, "--connections", 1)
    load(world.server, world.quiet_path, *alert, "--seconds", 1)
    idle = load(world.server, world.quiet_path, *alert, "--seconds", 6)
    due = int((time.time() + 2) * 1e6)
    rows(world.database, f"UPDATE timers SET due_at = {due} WHERE kind = 'escalation_tick' RETURNING 1")
    time.sleep(max(0.0, due / 1e6 - time.time() - 0.5))
    busy = load(world.server, world.quiet_path, *alert, "--seconds", 6)
    for _ in range(120):
        pages, finished = map(int, rows(world.database, "SELECT COUNT(*), COUNT(finished_at) FROM outbox WHERE kind = 'notify'")[0])
        if pages == finished == STORM:
            break
        time.sleep(0.5)
    assert pages == finished == STORM, (pages, finished)
    first, committed, handed = map(int, rows(world.database, "SELECT MIN(created_at), MAX(created_at), MAX(finished_at) FROM outbox WHERE kind = 'notify'")[0])
    outcomes = rows(world.database, "SELECT DISTINCT outcome FROM outbox WHERE kind = 'notify'")
    assert len(outcomes) == 1, outcomes
    world.close()
    ratio = busy["p99_us"] / idle["p99_us"]
    print(f"| {kind} | {(committed - due) / 1e6:.2f} | {(handed - due) / 1e6:.2f} | {idle['p99_us'] / 1000:.2f} | {busy['p99_us'] / 1000:.2f} | {ratio:.1f} |", flush=True)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(kind, seconds):
    world = World(kind, lambda people: [{"type": "wait", "duration": 86400}, {"type": "notify_persons", "persons_to_notify": people[:1]}])
    world.open_groups(IDLE)
    time.sleep(10)
    waiting = int(rows(world.database, "SELECT COUNT(*) FROM timers WHERE kind = 'escalation_tick'")[0][0])
    assert waiting == IDLE, waiting
    pid = world.server.process.pid
    before = cpu_seconds(pid)
    time.sleep(seconds)
    percent = (cpu_seconds(pid) - before) / seconds * 100
    print(f"| {kind} | {percent:.2f} | {world.server.resident_mib():.0f} |", flush=True)
    world.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--idle-seconds", type=int, default=30)
    parser.add_argument("--parts", default="storm,idle")
    options = parser.parse_args()
    kinds = options.databases.split(",")
    if "storm" in options.parts:
        print(f"| {STORM} steps due at once | committed after s | at the receiver after s | ingestion p99 idle ms | meanwhile ms | ratio |\n|---|---|---|---|---|---|")
        for database_kind in kinds:
            storm(database_kind)
    if "idle" in options.parts:
        print(f"\n| {IDLE} running escalations, idle | % of a core | RSS MiB |\n|---|---|---|")
        for database_kind in kinds:
            idle(database_kind, options.idle_seconds)
