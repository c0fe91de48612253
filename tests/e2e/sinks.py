"""Other people's servers for the end-to-end tests: a mail server, and one HTTP server that is a webhook's receiver, Slack's
API and ntfy. They write down what they got, and misbehave now and then. Standard library only."""
import collections
import http.server
import json
import random
import re
import socketserver
import threading
import time
import urllib.parse

# What one receiver took: `what` is mail, push, hook, post or mention; `key` the idempotency key.
Taken = collections.namedtuple("Taken", "at what group to key")
GROUP = re.compile(r"alert-groups/(I[A-Z0-9]{12})")


class HttpServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # the other side was killed


class Sinks:
    def __init__(self, seed, faults=0.02):
        self.chance = random.Random(seed)
        self.faults = faults
        self.taken = []
        self.posts = {}  # ts -> [group, text of the latest edit]
        self.lock = threading.Lock()
        self.http = HttpServer(("127.0.0.1", 0), self._handler())
        self.mail = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._mail_handler(), bind_and_activate=True)
        self.mail.daemon_threads = True
        for server in (self.http, self.mail):
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def options(self):
        web = f"http://127.0.0.1:{self.http.server_address[1]}"
        return ["--smtp-url", f"smtp://127.0.0.1:{self.mail.server_address[1]}", "--smtp-starttls", "never",
                "--smtp-from", "oncall@example.org", "--ntfy-url", f"{web}/ntfy", "--slack-token", "xoxb-test",
                "--slack-api-url", f"{web}/slack/", "--outbound-allow", "127.0.0.0/8"]

    def hook_url(self):
        return f"http://127.0.0.1:{self.http.server_address[1]}/hook"

    def stop(self):
        for server in (self.http, self.mail):
            server.shutdown()
            server.server_close()

    def _take(self, what, group, to, key):
        with self.lock:
            self.taken.append(Taken(time.time(), what, group, to, key))

    def _fault(self):
        """None, "refuse" or "drop"; and now and then a pause first."""
        with self.lock:
            dice = self.chance.random()
        if dice < self.faults:
            time.sleep(0.2)
        if dice < self.faults / 2:
            return "refuse" if dice < self.faults / 4 else "drop"
        return None

    def _handler(sinks):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_):
                pass

            def answer(self, status, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
                with sinks.lock:
                    messages = [{"ts": ts, "metadata": {"event_type": "tocsin_alert_group", "event_payload": {"id": group}}}
                                for ts, (group, _) in sinks.posts.items() if float(ts) >= float(query["oldest"])]
                self.answer(200, {"ok": True, "messages": messages[-999:]})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                # What a fault does: before the request is taken, or after it, when the sender does not learn of it.
                fault = sinks._fault()
                if fault == "refuse" and self.path != "/hook":  # to a webhook any status is an answer
                    return self.answer(503, {"ok": False, "error": "service_unavailable"})
                answer = self.slack(body) if self.path.startswith("/slack/") else self.other(body)
                if fault == "drop":
                    self.close_connection = True
                    return
                self.answer(200, answer)

            def other(self, body):
                if self.path == "/ntfy":
                    sinks._take("push", GROUP.search(body["click"]).group(1), body["topic"], body["sequence_id"])
                else:
                    sinks._take("hook", body["alert_group_id"], "hook", self.headers["Idempotency-Key"])
                return {"ok": True}

            def slack(self, body):
                method = self.path.rsplit("/", 1)[1]
                if method == "chat.update":
                    with sinks.lock:
                        sinks.posts[body["ts"]][1] = json.dumps(body["attachments"])
                    return {"ok": True, "ts": body["ts"]}
                if "thread_ts" in body:
                    with sinks.lock:
                        group = sinks.posts[body["thread_ts"]][0]
                    sinks._take("mention", group, re.search(r"<@(\w+)>", body["text"]).group(1), body["client_msg_id"])
                    return {"ok": True, "ts": "0"}
                group = body["metadata"]["event_payload"]["id"]
                with sinks.lock:
                    ts = f"{time.time():.6f}"
                    while ts in sinks.posts:
                        ts = f"{float(ts) + 1e-6:.6f}"
                    sinks.posts[ts] = [group, json.dumps(body["attachments"])]
                sinks._take("post", group, body["channel"], body["client_msg_id"])
                return {"ok": True, "ts": ts}

        return Handler

    def _mail_handler(sinks):
        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def say(self, text):
                self.wfile.write(text.encode() + b"\r\n")

            def handle(self):
                try:
                    self.talk()
                except (BrokenPipeError, ConnectionResetError):
                    pass

            def talk(self):
                self.say("220 sink")
                to = ""
                while line := self.rfile.readline().decode().strip():
                    word = line[:4].upper()
                    if word == "EHLO":
                        self.say("250 sink")
                    elif word == "RCPT":
                        to = line[line.index("<") + 1:line.index("@")]
                        self.say("250 ok")
                    elif word == "DATA":
                        self.say("354 go on")
                        if not self.take(to):
                            return
                    elif word == "QUIT":
                        return self.say("221 bye")
                    else:
                        self.say("250 ok")

            def take(self, to):
                lines = []
                while (line := self.rfile.readline()) != b".\r\n":
                    if not line:
                        return False  # half a mail is none
                    lines.append(line.decode())
                head = "".join(lines[:20])
                fault = sinks._fault()
                if fault == "refuse":
                    self.say("451 busy")
                    return True
                key = re.search(r"Message-ID: <([^@>]+)", head).group(1)
                sinks._take("mail", re.search(r"References: <([^@>]+)", head).group(1), to, key)
                if fault == "drop":
                    return False
                self.say("250 queued")
                return True

        return Handler
