"""Alerts a second, latency and memory of Tocsin and of Alertmanager in the same run; prints tables and the ratios."""
import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from server import Database, Server  # noqa: E402

LOAD = os.environ.get("BENCH_LOAD", str(ROOT / "build/release/bench/bench_load"))
SIZE = 2000  # bytes of one payload


def labels(identity):
    return {"alertname": "DiskFull", "team": "db", "severity": "critical", "instance": f"db{identity}:9100",
            "job": "node", "cluster": "eu-west-1", "mountpoint": "/var/lib/postgresql"}


def alert(identity):
    return {"status": "firing", "labels": labels(identity),
            "annotations": {"summary": "Disk almost full", "description": "x" * 300, "runbook_url": "https://runbooks.example.org/disk"},
            "startsAt": "2026-01-05T10:00:00.000Z", "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example.org/graph?g0.expr=disk", "fingerprint": "5e1f0a9be2c3d411"}


def padded(make):
    """`make(padding)` as JSON, the padding chosen so that it has SIZE bytes."""
    short = len(json.dumps(make("")))
    return json.dumps(make("p" * max(0, SIZE - short)))


def webhook_body(count):
    """What Alertmanager posts to a webhook: one group with `count` alerts."""
    def make(padding):
        return {"version": "4", "groupKey": "{}/{team=\"db\"}:{instance=\"db@ID@:9100\"}", "truncatedAlerts": 0, "status": "firing",
                "receiver": "oncall", "groupLabels": {"alertname": "DiskFull", "instance": "db@ID@:9100"}, "commonLabels": labels("@ID@"),
                "commonAnnotations": {"summary": "Disk almost full", "padding": padding}, "externalURL": "http://am.example.org:9093",
                "alerts": [alert("@ID@") for _ in range(count)]}
    return padded(make) if count == 1 else json.dumps(make(""))


def api_body(count):
    """What Prometheus posts to Alertmanager's API: `count` alerts."""
    def one(padding, number):
        return {"labels": dict(labels("@ID@"), number=str(number)),
                "annotations": {"summary": "Disk almost full", "description": "x" * 300, "padding": padding},
                "generatorURL": "http://prometheus.example.org/graph?g0.expr=disk"}
    if count == 1:
        return padded(lambda padding: [one(padding, 0)])
    return json.dumps([one("", number) for number in range(count)])


def load(port, path, body, seconds, vary, connections=64):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(body)
        file.flush()
        done = subprocess.run([LOAD, "--port", str(port), "--path", path, "--body-file", file.name, "--seconds", str(seconds),
                               "--connections", str(connections), "--vary", str(vary), "--pin", "1"],
                              check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def pin(pid):
    subprocess.run(["taskset", "-a", "-p", "-c", "0", str(pid)], check=True, capture_output=True)


class Alertmanager:
    name = "Alertmanager"

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        config = pathlib.Path(self.folder.name, "am.yml")
        config.write_text("route: {receiver: none, group_by: [alertname]}\nreceivers: [{name: none}]\n")
        self.port = 19093
        self.process = subprocess.Popen(
            ["taskset", "-c", "0", "prometheus-alertmanager", f"--config.file={config}", f"--storage.path={self.folder.name}",
             f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address=", "--log.level=error"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(f"http://127.0.0.1:{self.port}/-/ready")
        self.pid = self.process.pid
        self.path = "/api/v2/alerts"

    def body(self, count):
        return api_body(count)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.folder.cleanup()


class Tocsin:
    def __init__(self, kind):
        self.name = f"Tocsin, {kind}"
        self.database = Database(kind)
        self.server = Server(self.database, "--threads", "1")
        self.start_s = self.server.start()
        self.pid = self.server.process.pid
        pin(self.pid)
        self.port = self.server.port
        self.token = self.server.admin_token()
        status, integration = self.server.request("POST", "/api/v1/integrations/", {"type": "alertmanager"}, self.token)
        assert status == 201, integration
        self.path = self.server.path_of(integration["link"])

    def body(self, count):
        return webhook_body(count)

    def close(self):
        self.server.stop()
        self.database.close()


def wait_for(url):
    for _ in range(500):
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"{url} did not come up")


def measure(make, seconds, vary):
    peer = make()
    idle = resident_mib(peer.pid)
    load(peer.port, peer.path, peer.body(1), 1, vary)  # warm
    single = load(peer.port, peer.path, peer.body(1), seconds, vary)
    batch = load(peer.port, peer.path, peer.body(100), seconds, vary, connections=8)
    row = {"name": peer.name, "single": single, "batch": batch, "idle": idle, "loaded": resident_mib(peer.pid)}
    peer.close()
    return row


def print_table(rows):
    print("| | alerts/s, one a request | p50 ms | p99 ms | alerts/s, 100 a request | memory idle MiB | memory after MiB |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        single, batch = row["single"], row["batch"]
        print(f"| {row['name']} | {single['rate']:.0f} | {single['p50_us'] / 1000:.2f} | {single['p99_us'] / 1000:.2f} "
              f"| {batch['rate'] * 100:.0f} | {row['idle']:.0f} | {row['loaded']:.0f} |")
        assert single["non_2xx"] == 0 and batch["non_2xx"] == 0, row
    peer = rows[0]
    for row in rows[1:]:
        print(f"\n{row['name']} / {peer['name']}: {row['single']['rate'] / peer['single']['rate']:.2f} one a request, "
              f"{row['batch']['rate'] / peer['batch']['rate']:.2f} at 100 a request")


def measure_memory_and_start():
    """Open groups, memory after listing them all, start on a full database, pages of 50 integrations."""
    tocsin = Tocsin("sqlite")
    idle = resident_mib(tocsin.pid)
    load(tocsin.port, tocsin.path, tocsin.body(1), 5, 10_000)
    count = tocsin.server.request("GET", "/api/v1/alert_groups/", token=tocsin.token)[1]["count"]
    open_groups = resident_mib(tocsin.pid)
    for page in range(1, count // 100 + 2):
        tocsin.server.request("GET", f"/api/v1/alert_groups/?perpage=100&page={page}", token=tocsin.token)
    listed = resident_mib(tocsin.pid)
    print(f"\nmemory: {idle:.0f} MiB at start, {open_groups:.0f} MiB with {count} open groups, {listed:.0f} MiB after listing them all")
    for number in range(60):
        tocsin.server.request("POST", "/api/v1/integrations/", {"type": "webhook"}, tocsin.token)
    pages = subprocess.run([LOAD, "--port", str(tocsin.port), "--path", "/api/v1/integrations/", "--method", "GET", "--header",
                            f"Authorization: {tocsin.token}", "--seconds", "5", "--connections", "16", "--pin", "1"],
                           check=True, capture_output=True, text=True)
    print(f"pages of 50 integrations: {json.loads(pages.stdout)['rate']:.0f}/s")
    load(tocsin.port, tocsin.path, tocsin.body(1), 20, 100_000)
    count = tocsin.server.request("GET", "/api/v1/alert_groups/", token=tocsin.token)[1]["count"]
    tocsin.server.stop()
    starts = []
    for _ in range(5):
        starts.append(tocsin.server.start())
        tocsin.server.stop()
    print(f"start to /health/ 200 on {count} groups: {min(starts) * 1000:.0f} ms (best of 5), {sorted(starts)[2] * 1000:.0f} ms (median)")
    tocsin.database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--vary", type=int, default=1000, help="distinct alert groups")
    parser.add_argument("--postgres", default=os.environ.get("TOCSIN_TEST_POSTGRES"))
    options = parser.parse_args()
    results = [measure(Alertmanager, options.seconds, options.vary), measure(lambda: Tocsin("sqlite"), options.seconds, options.vary)]
    if options.postgres:
        os.environ["TOCSIN_TEST_POSTGRES"] = options.postgres
        results.append(measure(lambda: Tocsin("postgres"), options.seconds, options.vary))
    print_table(results)
    measure_memory_and_start()
