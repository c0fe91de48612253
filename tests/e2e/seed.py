#!/usr/bin/env python3
"""The five calls of the Integrations HTTP API document, literally, with curl against the real binary; and its answers, key by key."""
import json
import re
import subprocess
import sys

from server import Database, Server

APPEARANCE = {"title": None, "message": None, "image_url": None}
TEMPLATES = {
    "grouping_key": None, "resolve_signal": None, "acknowledge_signal": None, "source_link": None,
    "slack": APPEARANCE, "web": APPEARANCE, "sms": {"title": None}, "phone_call": {"title": None}, "telegram": APPEARANCE,
    "mobile_app": {"title": None, "message": None}, "email": {"title": None, "message": None}, "msteams": APPEARANCE,
}


def curl(server, token, path, *options):
    done = subprocess.run(["curl", "-s", "-w", "\n%{http_code}", f"http://127.0.0.1:{server.port}{path}", *options,
                           "--header", f"Authorization: {token}"], check=True, capture_output=True, text=True)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body) if body else None


def check_integration(got, server, name):
    assert re.fullmatch(r"C[A-NP-Z1-9]{12}", got["id"]), got["id"]
    assert got["name"] == name, got["name"]
    assert got["team_id"] is None and got["inbound_email"] is None and got["type"] == "grafana"
    link = rf"http://127\.0\.0\.1:{server.port}/integrations/v1/grafana/[A-Za-z0-9]{{25}}/"
    assert re.fullmatch(link, got["link"]), got["link"]
    route = got["default_route"]
    assert re.fullmatch(r"R[A-NP-Z1-9]{12}", route["id"]) and route["escalation_chain_id"] is None
    assert route["slack"]["channel_id"] is None
    for name_of_block, block in TEMPLATES.items():
        assert got["templates"][name_of_block] == block, (name_of_block, got["templates"][name_of_block])


def run(kind):
    database = Database(kind)
    server = Server(database)
    server.start()
    token = server.admin_token()
    json_type = ("--header", "Content-Type: application/json")

    status, created = curl(server, token, "/api/v1/integrations/", "--request", "POST", *json_type, "--data", '{\n      "type":"grafana"\n  }')
    assert status == 201, (status, created)
    check_integration(created, server, "Grafana :blush:")

    status, got = curl(server, token, f"/api/v1/integrations/{created['id']}/", "--request", "GET", *json_type)
    assert status == 200 and got == created

    status, page = curl(server, token, "/api/v1/integrations/", "--request", "GET", *json_type)
    assert status == 200
    assert page == {"count": 1, "next": None, "previous": None, "results": [created], "current_page_number": 1, "page_size": 50,
                    "total_pages": 1}, page

    update = {"templates": {"grouping_key": None, "resolve_signal": None, "slack": APPEARANCE}}
    status, updated = curl(server, token, f"/api/v1/integrations/{created['id']}/", "--request", "PUT", *json_type, "--data", json.dumps(update))
    assert status == 200 and updated == created

    status, alert = server.request("POST", server.path_of(created["link"]), {"title": "t", "state": "alerting", "ruleName": "r"})
    assert (status, alert) == (200, "Ok."), (status, alert)
    status, _ = curl(server, token, f"/api/v1/integrations/{created['id']}/", "--request", "DELETE")
    assert status == 204
    status, gone = curl(server, token, f"/api/v1/integrations/{created['id']}/", "--request", "GET")
    assert (status, gone) == (404, {"detail": "Not found."})
    # Deleted integrations stop recording; their alert groups and alerts stay.
    status, text = server.request("POST", server.path_of(created["link"]), {"title": "late"})
    assert status == 403 and text == b"Integration key was not found. Permission denied.", (status, text)
    groups = server.all_pages("/api/v1/alert_groups/", token)
    assert [group["integration_id"] for group in groups] == [created["id"]]
    assert len(server.all_pages("/api/v1/alerts/", token)) == 1
    server.stop()
    database.close()
    print(f"{kind}: the five calls of the document answer as documented")


if __name__ == "__main__":
    for database_kind in sys.argv[1:] or ("sqlite", "postgres"):
        run(database_kind)
