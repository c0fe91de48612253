"""Starts and stops the real binary for the end-to-end tests, and speaks HTTP to it. Standard library only."""
import atexit
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TOCSIN_BINARY", str(ROOT / "build/release/tocsin"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Database:
    """A fresh database of either kind; gone with close()."""

    count = 0

    def __init__(self, kind):
        self.kind = kind
        self.folder = tempfile.mkdtemp(prefix="tocsin-e2e-")
        if kind == "sqlite":
            self.address = f"sqlite:{self.folder}/tocsin.db"
            return
        server = os.environ["TOCSIN_TEST_POSTGRES"]
        Database.count += 1
        self.name = f"e2e_{os.getpid()}_{Database.count}"
        self.admin = server
        self._psql(f"CREATE DATABASE {self.name}")
        head, _, query = server.partition("?")
        base = head.rsplit("/", 1)[0]
        self.address = f"{base}/{self.name}" + (f"?{query}" if query else "")

    def _psql(self, sql):
        subprocess.run(["psql", "-q", "-d", self.admin, "-c", sql], check=True)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.kind == "postgres":
            self._psql(f"DROP DATABASE {self.name} WITH (FORCE)")


class Server:
    def __init__(self, database, *options):
        self.database = database
        self.options = options
        self.port = free_port()
        self.log = f"{database.folder}/server-{self.port}.log"  # a pipe that nobody empties would stop the server
        self.process = None

    def start(self, limit=20.0):
        started = time.monotonic()
        self.process = subprocess.Popen(
            [BINARY, "serve", "--listen", f"127.0.0.1:{self.port}", "--database", self.database.address,
             "--api-limit", "off", "--secret-key-file", self.database.folder + "/secret.key", *self.options],
            stdout=subprocess.DEVNULL, stderr=open(self.log, "ab"))
        atexit.register(self.process.kill)  # a failed test leaves no server behind
        while time.monotonic() - started < limit:
            if self.process.poll() is not None:
                raise AssertionError("the server ended: " + pathlib.Path(self.log).read_text()[-2000:])
            try:
                if self.request("GET", "/health/")[0] == 200:
                    return time.monotonic() - started
            except OSError:
                time.sleep(0.005)
        raise AssertionError("the server did not come up")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, limit=10.0):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=limit)
        assert code == 0, f"exit code {code} after SIGTERM"

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def command(self, *words):
        done = subprocess.run([BINARY, *words, "--database", self.database.address], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def admin_token(self):
        name = f"admin{time.monotonic_ns()}"
        self.command("user", "create", "--username", name, "--email", "admin@example.org", "--role", "admin")
        return self.command("token", "create", "--user", name)

    def request(self, method, path, body=None, token=None, headers=None, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            send = dict(headers or {})
            if token:
                send["Authorization"] = token
            if body is not None and not isinstance(body, (bytes, str)):
                body = json.dumps(body)
                send.setdefault("Content-Type", "application/json")
            connection.request(method, path, body, send)
            answer = connection.getresponse()
            text = answer.read()
            kind = answer.headers.get("Content-Type", "")
            return answer.status, json.loads(text) if kind.startswith("application/json") and text else text
        finally:
            connection.close()

    def path_of(self, link):
        return "/" + link.split("/", 3)[3]

    def all_pages(self, path, token):
        page, results = 1, []
        while True:
            status, body = self.request("GET", f"{path}?page={page}&perpage=100", token=token)
            assert status == 200, (status, body)
            results += body["results"]
            if body["next"] is None:
                assert body["count"] == len(results), (body["count"], len(results))
                return results
            page += 1
