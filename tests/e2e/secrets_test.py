#!/usr/bin/env python3
"""The secret key of the real binary: made once, never replaced; another or a missing one ends the start with a sentence; a lost one
can be given up; and a receiver gets what was sealed."""
import http.server
import os
import pathlib
import stat
import subprocess
import sys
import threading
import time

from server import BINARY, Database, Server

SECRET = "hunter-sealed-2"


class Receiver(threading.Thread):
    """Remembers the Authorization headers that it is sent."""

    def __init__(self):
        super().__init__(daemon=True)
        self.got = got = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                got.append(self.headers["Authorization"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)

    def run(self):
        self.server.serve_forever()

    def wait_for(self, count):
        end = time.monotonic() + 10
        while len(self.got) < count and time.monotonic() < end:
            time.sleep(0.01)
        assert len(self.got) == count, self.got
        return self.got[-1]


def refused(server):
    """The sentence with which the start ends."""
    done = subprocess.run([BINARY, "serve", "--listen", f"127.0.0.1:{server.port}", "--database", server.database.address,
                           "--secret-key-file", server.database.folder + "/secret.key"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 1, done
    return done.stderr


def run(kind):
    database = Database(kind)
    server = Server(database, "--outbound-allow", "127.0.0.0/8")
    receiver = Receiver()
    receiver.start()
    key = pathlib.Path(database.folder, "secret.key")
    server.start()
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600
    token = server.admin_token()
    status, hook = server.request("POST", "/api/v1/webhooks/", {
        "name": "h", "url": f"http://127.0.0.1:{receiver.server.server_port}/", "http_method": "POST",
        "trigger_type": "alert group created", "authorization_header": SECRET}, token)
    assert status == 201 and hook["authorization_header"] == "*" * 16, hook
    status, integration = server.request("POST", "/api/v1/integrations/", {"type": "webhook"}, token)
    path = server.path_of(integration["link"])
    server.request("POST", path, {"title": "one"})
    assert receiver.wait_for(1) == SECRET
    server.stop()
    if kind == "sqlite":
        for file in pathlib.Path(database.folder).glob("tocsin.db*"):
            assert SECRET.encode() not in file.read_bytes(), file

    kept = key.read_text()
    key.unlink()
    assert "is missing" in refused(server) and not key.exists()
    key.write_text("b" * 64 + "\n")
    words = refused(server)
    assert "are sealed with secret key" in words and "b" * 64 not in words, words
    key.write_text("not a key\n")
    assert "64 hexadecimal digits" in refused(server)
    key.write_text(kept)
    server.start()
    server.request("POST", path, {"title": "two"})
    assert receiver.wait_for(2) == SECRET
    server.stop()

    key.unlink()
    assert server.command("secrets", "forget").startswith("1 secrets deleted")
    server.start()
    status, hook = server.request("GET", f"/api/v1/webhooks/{hook['id']}/", token=token)
    assert hook["authorization_header"] is None, hook
    server.request("POST", path, {"title": "three"})
    assert receiver.wait_for(3) is None
    server.stop()
    database.close()
    print(f"{kind}: the key is made once, a wrong, missing or broken one is refused in words, a lost one can be given up")


if __name__ == "__main__":
    for database_kind in sys.argv[1:] or ("sqlite", "postgres"):
        run(database_kind)
