#!/usr/bin/env python3
"""tocsin simulate beside a running server, and the same question asked of the server: exit codes, equal answers, more questions than it
makes at once, and alerts that are taken meanwhile."""
import json
import subprocess
import sys
import threading
import time

from server import BINARY, Database, Server

FIRING = {"title": "disk full", "alert_uid": "u1", "state": "alerting"}


def simulate(database, *words, payload=FIRING):
    return subprocess.run([BINARY, "simulate", "--database", database.address, "--payload", "-", "--at", "2031-04-06T03:00:00Z", *words],
                          input=json.dumps(payload), capture_output=True, text=True)


def configure(server, token):
    def post(path, body):
        status, made = server.request("POST", f"/api/v1/{path}/", body, token=token)
        assert status in (200, 201), (path, status, made)
        return made

    ann = post("users", {"username": "ann", "email": "ann@example.org", "role": "editor"})["id"]
    chain = post("escalation_chains", {"name": "Night"})["id"]
    post("escalation_policies", {"escalation_chain_id": chain, "type": "notify_persons", "persons_to_notify": [ann]})
    probes = post("integrations", {"type": "formatted_webhook", "name": "Probes", "default_route": {"escalation_chain_id": chain}})
    post("integrations", {"type": "formatted_webhook", "name": "Lost"})
    return probes


def check_command(database, probes):
    reached = simulate(database, "--integration", probes["link"])
    assert reached.returncode == 0, reached
    assert reached.stdout.endswith("ann would be reached first, by Email after 1 s (2031-04-06T03:00:01Z).\n"), reached.stdout
    lost = simulate(database, "--integration", "Lost")
    assert lost.returncode == 3 and lost.stdout.endswith("NOBODY would be reached.\n"), lost
    assert simulate(database, "--integration", "Nowhere").returncode == 2
    assert simulate(database).returncode == 2, "without --integration"


def check_api(database, server, token, probes):
    question = {"integration_id": probes["id"], "payload": FIRING, "at": "2031-04-06T03:00:00Z"}
    status, told = server.request("POST", "/api/v1/simulate/", question, token=token)
    assert status == 200 and told["reached"], (status, told)
    by_command = json.loads(simulate(database, "--json", "--integration", probes["id"], "--smtp-url", "smtp://mail.example.org").stdout)
    for part in ("verdict", "people", "events", "means"):
        assert told[part] == by_command[part], (part, told[part], by_command[part])
    return question


def check_load(server, token, probes, question):
    """Eight ask at once for ten seconds: each gets its answer or a 503, and alerts are taken as fast as ever."""
    statuses, stop = [], time.monotonic() + 10

    def ask():
        while time.monotonic() < stop:
            statuses.append(server.request("POST", "/api/v1/simulate/", question, token=token)[0])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    times = []
    while time.monotonic() < stop:
        begun = time.monotonic()
        status, _ = server.request("POST", server.path_of(probes["link"]), dict(FIRING, alert_uid=f"u{len(times)}"))
        assert status == 200, status
        times.append(time.monotonic() - begun)
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 503} and 200 in statuses and 503 in statuses, set(statuses)
    times.sort()
    print(f"  {statuses.count(200)} simulated, {statuses.count(503)} refused; {len(times)} alerts meanwhile, "
          f"median {times[len(times) // 2] * 1e3:.1f} ms, slowest {times[-1] * 1e3:.1f} ms")
    assert times[-1] < 2, "an alert waited for simulations"
    status, groups = server.request("GET", "/api/v1/alert_groups/", token=token)
    assert groups["count"] == len(times), (groups["count"], len(times))


def run(kind):
    print(f"simulate on {kind}")
    database = Database(kind)
    server = Server(database, "--smtp-url", "smtp://127.0.0.1:9", "--smtp-from", "oncall@example.org")
    try:
        server.start()
        token = server.admin_token()
        probes = configure(server, token)
        check_command(database, probes)
        question = check_api(database, server, token, probes)
        check_load(server, token, probes, question)
        server.stop()
    finally:
        if server.process and server.process.poll() is None:
            server.process.kill()
        database.close()


for kind in sys.argv[1:] or ("sqlite", "postgres"):
    run(kind)
