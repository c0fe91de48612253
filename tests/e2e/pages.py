#!/usr/bin/env python3
"""kill -9 while people are paged: every page that is owed arrives, repetitions carry the same key, and nobody is paged after
an answer was confirmed. SQLite: one process; PostgreSQL: two, which share the work and of which either is killed."""
import argparse
import collections
import http.client
import itertools
import json
import math
import random
import sqlite3
import subprocess
import threading
import time

from server import Database, Server
from sinks import Sinks

GROUPS_A_SECOND = 8
ANSWERED = 0.3        # of all groups, somebody answers so many
GRACE = 2.0           # seconds from a confirmed answer to the arrival of what was on the wire before it
TAKE_OVER = 30.0      # seconds after which a page of a killed node has been taken over
DRAIN = 120           # seconds to wait for the rest

# What each chain owes of a group that nobody answers: (what, to) -> how often.
OWED = {
    "steps": {("mail", "ann"): 1, ("push", "ann"): 1, ("hook", "hook"): 1, ("mention", "bob"): 1, ("mail", "bob"): 1},
    "schedule": {("mail", "cy"): 1, ("push", "ann"): 1},
    "repeat": {("push", "ann"): 6},
    "resolve": {("mail", "ann"): 1},
}


class Sql:
    """A look into the database, and what the API does not offer: short waits, Slack channels."""

    def __init__(self, database):
        self.database = database

    def rows(self, sql):
        if self.database.kind == "sqlite":
            connection = sqlite3.connect(f"{self.database.folder}/tocsin.db", timeout=20)
            try:
                with connection:
                    return [tuple(str(cell) for cell in row) for row in connection.execute(sql)]
            finally:
                connection.close()
        done = subprocess.run(["psql", "-qAt", "-F", "\x1f", "-d", self.database.address, "-c", sql], check=True, capture_output=True, text=True)
        return [tuple(line.split("\x1f")) for line in done.stdout.splitlines()]

    def unfinished(self):
        return int(self.rows("SELECT (SELECT COUNT(*) FROM outbox WHERE finished_at IS NULL) + "
                             "(SELECT COUNT(*) FROM timers WHERE kind IN ('escalation_tick', 'personal_tick'))")[0][0])


class World:
    """Teams of three people with their chains and integrations."""

    def __init__(self, server, sinks, teams):
        self.server, self.token = server, server.admin_token()
        self.links = []  # (kind of chain, path)
        self.hook = self.make("webhooks", {"name": "hook", "url": sinks.hook_url(), "http_method": "POST", "trigger_type": "escalation"})
        for team in range(teams):
            self.add_team(team)

    def make(self, resource, body):
        status, made = self.server.request("POST", f"/api/v1/{resource}/", body, self.token)
        assert status == 201, (resource, status, made)
        return made["id"]

    def person(self, name, rules):
        user = self.make("users", {"username": name, "email": f"{name}@example.org", "role": "editor",
                                   "contacts": {"ntfy": name, "slack": name.upper()}})
        for important, kind in rules:
            rule = {"user_id": user, "type": kind, "important": important}
            self.make("personal_notification_rules", rule | ({"duration": 60} if kind == "wait" else {}))
        return user

    def add_team(self, team):
        ann = self.person(f"ann{team}", [(False, "notify_by_email"), (False, "wait"), (False, "notify_by_mobile_app"),
                                         (True, "notify_by_mobile_app")])
        bob = self.person(f"bob{team}", [(True, "notify_by_slack"), (True, "notify_by_email")])
        cy = self.person(f"cy{team}", [(False, "notify_by_email")])
        schedule = self.make("schedules", {"name": f"on call {team}", "type": "web", "time_zone": "UTC"})
        self.make("on_call_shifts", {"name": f"always {team}", "type": "rolling_users", "schedule": schedule, "time_zone": "UTC",
                                     "start": "2026-01-01T00:00:00", "duration": 86400, "frequency": "daily", "rolling_users": [[cy]],
                                     "start_rotation_from_user_index": 0})
        wait = {"type": "wait", "duration": 60}
        self.add_chain(team, "steps", [{"type": "notify_persons", "persons_to_notify": [ann]},
                                       {"type": "trigger_webhook", "action_to_trigger": self.hook},
                                       {"type": "notify_persons", "persons_to_notify": [bob], "important": True}])
        self.add_chain(team, "schedule", [wait, {"type": "notify_on_call_from_schedule", "notify_on_call_from_schedule": schedule},
                                          {"type": "notify_persons", "persons_to_notify": [ann], "important": True}])
        self.add_chain(team, "repeat", [{"type": "notify_persons", "persons_to_notify": [ann], "important": True}, {"type": "repeat_escalation"}])
        self.add_chain(team, "resolve", [{"type": "notify_persons", "persons_to_notify": [ann]}, wait, {"type": "resolve"}])

    def add_chain(self, team, kind, steps):
        chain = self.make("escalation_chains", {"name": f"{kind} {team}"})
        for step in steps:
            self.make("escalation_policies", {"escalation_chain_id": chain} | step)
        status, made = self.server.request("POST", "/api/v1/integrations/", {
            "type": "webhook", "name": f"{kind} {team}", "templates": {"grouping_key": "{{ payload.key }}", "web": {"title": "{{ payload.key }}"}},
            "default_route": {"escalation_chain_id": chain}}, self.token)
        assert status == 201, made
        self.links.append((kind, self.server.path_of(made["link"])))


class Campaign:
    def __init__(self, servers, world, seed):
        self.servers, self.world = servers, world
        self.chance = random.Random(seed)
        self.kinds = {}      # key -> kind of chain
        self.born = {}       # key -> when it was accepted
        self.answered = {}   # group -> (what, when the 2xx was there)
        self.groups = {}     # group -> key
        self.kills = 0
        self.lock = threading.Lock()
        self.over = threading.Event()

    def request(self, method, path, body=None):
        """Until some node answers. As a client does: again on a lost connection and on 5xx."""
        while True:
            try:
                status, answer = self.chance.choice(self.servers).request(method, path, body, self.world.token)
                if status < 500:
                    return status, answer
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.02)

    def send_alerts(self, numbers):
        while not self.over.is_set():
            number = next(numbers)
            kind, path = self.world.links[number % len(self.world.links)]
            key = f"key{number:06d}"
            status, answer = self.request("POST", path, {"key": key})
            assert status == 200, answer
            with self.lock:
                self.kinds[key], self.born[key] = kind, time.time()
                answered = self.chance.random() < ANSWERED
                after, what = self.chance.uniform(0.3, 14), self.chance.choice(["acknowledge", "resolve"])
            if answered:
                timer = threading.Timer(after, self.answer, (key, what))
                timer.daemon = True
                timer.start()
            time.sleep(2 / GROUPS_A_SECOND)

    def answer(self, key, what):
        status, found = self.request("GET", f"/api/v1/alert_groups/?search={key}")
        assert status == 200 and found["count"] == 1, (key, found)
        group = found["results"][0]["id"]
        asked = time.time()
        status, _ = self.request("POST", f"/api/v1/alert_groups/{group}/{what}/")
        # 400: an attempt before this one got through, or the chain's last step was faster. An answer all the same.
        assert status in (200, 400), status
        with self.lock:
            self.answered[group] = (what, time.time())
        return asked

    def kill_servers(self, seconds):
        end = time.time() + seconds
        while time.time() < end:
            time.sleep(self.chance.uniform(0.5, 1.5))
            server = self.chance.choice(self.servers)
            server.kill()
            server.start()
            self.kills += 1

    def run(self, seconds):
        numbers = itertools.count()
        clients = [threading.Thread(target=self.send_alerts, args=(numbers,)) for _ in range(2)]
        for client in clients:
            client.start()
        self.kill_servers(seconds)
        self.over.set()
        for client in clients:
            client.join()
        young = [key for key, kind in self.kinds.items() if kind == "repeat" and self.born[key] > time.time() - 75]
        for key in young:  # would go on for a minute
            self.answer(key, "resolve")


def wait_until_drained(sql):
    end = time.time() + DRAIN
    while left := sql.unfinished():
        assert time.time() < end, f"{left} timers and deliveries never ended"
        time.sleep(0.5)


def check(campaign, sinks, sql, server):
    groups = server.all_pages("/api/v1/alert_groups/", campaign.world.token)
    by_key = {group["title"]: group for group in groups}
    assert set(campaign.kinds) <= set(by_key), "an accepted alert is lost"
    assert len(by_key) == len(groups), "an alert opened two groups"
    rows = {row[0]: row[1:] for row in sql.rows("SELECT id, kind, created_at, outcome FROM outbox WHERE kind IN ('notify', 'trigger_webhook')")}
    arrivals = collections.defaultdict(lambda: collections.defaultdict(list))  # group -> (what, to) -> [(key, at)]
    first = {}
    for taken in sinks.taken:
        if taken.what == "post":
            continue
        arrivals[taken.group][taken.what, taken.to.lower().rstrip("0123456789")].append((taken.key, taken.at))
        first.setdefault(taken.key, taken.at)
    unexplained = set(first) - set(rows)
    assert not unexplained, f"pages that no row explains: {unexplained}"
    for key, (_, _, outcome) in rows.items():
        assert key in first or json.loads(outcome)["result"] != "delivered", f"{key} is called delivered and never arrived"
    exact, late = 0, []
    for title, group in by_key.items():
        got = {page: len({key for key, _ in list_}) for page, list_ in arrivals[group["id"]].items()}
        owed = OWED[campaign.kinds.get(title) or kind_of(campaign, title)]
        extra = {page: n for page, n in got.items() if n > owed.get(page, 0)}
        assert not extra, f"{title}: paged too often, with different keys: {extra}"
        if group["id"] not in campaign.answered:
            assert got == owed, f"{title}: owed {owed}, got {got}"
            exact += 1
            continue
        what, confirmed = campaign.answered[group["id"]]
        for (kind, to), list_ in arrivals[group["id"]].items():
            late += [(title, kind, to, at - confirmed) for _, at in list_ if kind != "hook" and at > confirmed + GRACE]
    assert not late, f"paged after the answer: {late[:5]}"
    delays = sorted((at - int(rows[key][1]) / 1e6, key) for key, at in first.items())
    assert delays[-1][0] < TAKE_OVER, f"{delays[-1][1]}, {rows[delays[-1][1]]}, took {delays[-1][0]:.1f} s"
    delays = [delay for delay, _ in delays]
    slack = check_posts(sinks, by_key)
    arrived = sum(taken.what != "post" for taken in sinks.taken)
    return (f"{campaign.kills} kills, {len(groups)} groups ({exact} unanswered, each with exactly its pages; {len(campaign.answered)} answered, "
            f"nobody paged later), {len(first)} pages and hooks, {arrived - len(first)} repeated with the same key, {slack}; "
            f"delay p50 {delays[len(delays) // 2]:.2f} s, p99 {delays[len(delays) * 99 // 100]:.2f} s, longest {delays[-1]:.2f} s")


def kind_of(campaign, title):
    """Of an alert that was sent and never answered with a 2xx."""
    return campaign.world.links[int(title[3:]) % len(campaign.world.links)][0]


def check_posts(sinks, by_key):
    """A post that was on the wire when its sender was killed may be doubled, with the same client_msg_id. One of them is kept up to date."""
    keys, posts = collections.defaultdict(set), collections.defaultdict(str)
    for taken in sinks.taken:
        if taken.what == "post":
            keys[taken.group].add(taken.key)
    assert all(len(of_group) == 1 for of_group in keys.values()), "a group was posted twice, with different keys"
    for group, text in sinks.posts.values():
        posts[group] += text
    states = {group["id"]: group["state"] for group in by_key.values()}
    said = {"firing": "Firing", "acknowledged": "Acknowledged", "resolved": "Resolved"}
    for group, text in posts.items():
        assert said[states[group]] in text, f"the post of {group} says {text}, it is {states[group]}"
    return f"{len(posts)} groups posted to Slack, {len(sinks.posts) - len(posts)} of them twice with the same key"


def run(kind, seconds, seed):
    database, sinks = Database(kind), Sinks(seed)
    sql = Sql(database)
    servers = [Server(database, *sinks.options()) for _ in range(2 if kind == "postgres" else 1)]
    try:
        for server in servers:
            server.start()
        # A person gets at most 200 mails a day.
        world = World(servers[0], sinks, max(2, math.ceil(seconds * GROUPS_A_SECOND / 250)))
        sql.rows("UPDATE routes SET slack_channel_id = 'C1' WHERE integration_id IN (SELECT id FROM integrations WHERE name LIKE 'steps%') RETURNING id")
        sql.rows("UPDATE organization SET config_version = config_version + 1 RETURNING id")
        sql.rows("UPDATE notification_rules SET duration_s = 2 WHERE type = 'wait' RETURNING id")
        sql.rows("UPDATE escalation_policies SET policy = replace(policy, '60', '2') WHERE policy LIKE '%wait%' RETURNING id")
        campaign = Campaign(servers, world, seed)
        campaign.run(seconds)
        wait_until_drained(sql)
        print(f"{kind}, {len(servers)} node(s), {seconds} s: {check(campaign, sinks, sql, servers[0])}", flush=True)
        for server in servers:
            server.stop()
    finally:
        for server in servers:
            if server.process and server.process.poll() is None:
                server.kill()
        sinks.stop()
        database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--databases", default="sqlite,postgres")
    options = parser.parse_args()
    print("seed", options.seed, flush=True)
    for database_kind in options.databases.split(","):
        run(database_kind, options.seconds, options.seed)
