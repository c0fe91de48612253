#!/usr/bin/env python3
"""A whole Terraform plan against the real binary, with the request sequences of the Grafana provider: apply, plan again (nothing to
do), change, drift, import by id, destroy. What the provider sends, and which of the answered fields it keeps in its state:
docs/spec/api-alerting.md and api-people.md, "CLIENT"."""
import sys

from server import Database, Server

ZERO = (None, "", 0, False, [], {})


class Ref:
    """The id of another object of the plan, known once that one exists."""

    def __init__(self, name):
        self.name = name


def resolve(value, ids):
    if isinstance(value, Ref):
        return ids[value.name]
    if isinstance(value, list):
        return [resolve(item, ids) for item in value]
    if isinstance(value, dict):
        return {key: resolve(item, ids) for key, item in value.items()}
    return value


def without_zero(body, *keys):
    """Go's omitempty: these keys are left out when they are zero."""
    return {key: value for key, value in body.items() if key not in keys or value not in ZERO}


# ---------------------------------------------------------------------------------------------------------------- kinds
# Each: what is sent on create and update for a configuration, and the state that is read from an answer.

class Chain:
    path = "escalation_chains"

    def body(self, config, state):
        return without_zero({"name": config["name"], "team_id": config.get("team_id", "")}, "name")

    def read(self, answer, config):
        return {"name": answer["name"], "team_id": answer["team_id"]}


class Policy:
    path = "escalation_policies"
    by_type = {"wait": ["duration"], "notify_persons": ["persons_to_notify"], "notify_team_members": ["notify_to_team_members"],
               "notify_on_call_from_schedule": ["notify_on_call_from_schedule"], "trigger_webhook": ["action_to_trigger"],
               "notify_person_next_each_time": ["persons_to_notify_next_each_time"],
               "notify_if_time_from_to": ["notify_if_time_from", "notify_if_time_to"],
               "notify_if_num_alerts_in_window": ["num_alerts_in_window", "num_minutes_in_window"]}
    sent_as = {"persons_to_notify_next_each_time": "persons_to_notify", "notify_to_team_members": "team_to_notify"}

    def body(self, config, state):
        body = {"type": config["type"], "position": config["position"], "manual_order": True,
                "important": config.get("important", False)}
        if state is None:
            body["escalation_chain_id"] = config["escalation_chain_id"]
        for name in self.by_type.get(config["type"], []):
            body[self.sent_as.get(name, name)] = config[name]
        return body

    def read(self, answer, config):
        read_as = {"notify_to_team_members": "team_to_notify"}
        names = ["escalation_chain_id", "position", "type", "important"] + [n for names in self.by_type.values() for n in names]
        state = {name: answer.get(read_as.get(name, name)) for name in names}
        for name in ("persons_to_notify", "persons_to_notify_next_each_time"):  # sets
            state[name] = sorted(state[name] or [])
        return state


class Integration:
    path = "integrations"
    blocks = {"slack": 3, "web": 3, "msteams": 3, "telegram": 3, "phone_call": 1, "sms": 1, "email": 2, "mobile_app": 2}

    def body(self, config, state):
        route = {"id": (state or {}).get("default_route_id", ""), "escalation_chain_id": config.get("default_chain"),
                 "slack": {"channel_id": None, "enabled": False}, "telegram": {"id": None, "enabled": False},
                 "msteams": {"id": None, "enabled": False}}
        given = config.get("templates", {})
        templates = {name: given.get(name) for name in ("grouping_key", "resolve_signal", "acknowledge_signal", "source_link")}
        for block, size in self.blocks.items():
            inner = given.get(block)
            templates[block] = inner and {name: inner.get(name) for name in ("title", "message", "image_url")[:size]}
        labels = [{"key": {"name": key}, "value": {"name": value}} for key, value in config.get("labels", [])]
        body = without_zero({"team_id": config.get("team_id", ""), "name": config["name"], "type": config["type"],
                             "templates": templates, "default_route": route, "labels": labels}, "labels")
        if state is not None:
            del body["type"]
        return body

    def read(self, answer, config):
        templates = {}
        for name, value in answer["templates"].items():
            inner = {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value
            if inner not in (None, {}):
                templates[name] = inner
        labels = [(label["key"]["name"], label["value"]["name"]) for label in answer["labels"]]
        return {"name": answer["name"], "team_id": answer["team_id"], "type": answer["type"], "templates": templates,
                "labels": labels, "default_chain": answer["default_route"]["escalation_chain_id"],
                "default_route_id": answer["default_route"]["id"], "link": answer["link"]}


class Route:
    path = "routes"

    def body(self, config, state):
        body = {"integration_id": config["integration_id"], "escalation_chain_id": config.get("escalation_chain_id", ""),
                "routing_type": config["routing_type"], "routing_regex": config["routing_regex"], "position": config["position"],
                "manual_order": True, "slack": {"channel_id": None, "enabled": config.get("slack", False)},
                "telegram": {"id": None, "enabled": False}, "msteams": {"id": None, "enabled": False}}
        if state is not None:
            del body["integration_id"]
        return without_zero(body, "escalation_chain_id")

    def read(self, answer, config):
        state = {name: answer[name] for name in ("integration_id", "escalation_chain_id", "routing_type", "routing_regex", "position")}
        if "slack" in config:
            state["slack"] = answer["slack"]["enabled"]
        return state


class Webhook:
    path = "webhooks"
    texts = {"data": "data", "username": "user", "trigger_template": "trigger_template", "headers": "headers"}
    secrets = ("password", "authorization_header")  # sent, never read back: they stay in the state as configured

    def body(self, config, state):
        body = {"preset": config.get("preset", ""), "name": config["name"], "team": config.get("team_id", ""), "url": config["url"],
                "trigger_type": config.get("trigger_type", "escalation"), "http_method": config.get("http_method", "POST"),
                "forward_all": config.get("forward_whole_payload", False), "integration_filter": config.get("integration_filter"),
                "is_webhook_enabled": config.get("is_webhook_enabled", True)}
        body.update({sent: config.get(name) for sent, name in self.texts.items()})
        body.update({name: config.get(name) for name in self.secrets})
        return body

    def read(self, answer, config):
        state = {name: answer[sent] for sent, name in self.texts.items()}
        state.update(preset=answer["preset"], name=answer["name"], team_id=answer["team"], url=answer["url"],
                     trigger_type=answer["trigger_type"], http_method=answer["http_method"],
                     forward_whole_payload=answer["forward_all"], integration_filter=answer["integration_filter"],
                     is_webhook_enabled=answer["is_webhook_enabled"])
        for name in self.secrets:
            assert answer[name] in (None, "*" * 16), "a secret was answered"
        return state


class Shift:
    path = "on_call_shifts"
    optional = ("until", "frequency", "users", "interval", "by_day", "by_month", "by_monthday", "rolling_users", "time_zone",
                "start_rotation_from_user_index")

    def body(self, config, state):
        body = {"team_id": config.get("team_id", ""), "type": config["type"], "name": config["name"], "level": config.get("level", 0),
                "start": config["start"], "duration": config["duration"], "source": 3}
        body.update({name: config.get(name) for name in self.optional})
        if config["type"] == "rolling_users":
            body["start_rotation_from_user_index"] = config.get("start_rotation_from_user_index", 0)
        if "week_start" in config:
            body["week_start"] = config["week_start"]
        return body

    def read(self, answer, config):
        names = ("team_id", "type", "name", "level", "start", "duration", "week_start") + self.optional
        state = {name: answer.get(name) for name in names}
        for name in ("users", "by_day"):  # sets
            state[name] = sorted(state[name] or [])
        state["rolling_users"] = [sorted(group) for group in state["rolling_users"] or []]
        return state


class Schedule:
    path = "schedules"

    def body(self, config, state):
        body = {"team_id": config.get("team_id", ""), "name": config["name"], "type": config["type"], "ical_url_primary": None,
                "ical_url_overrides": None, "enable_web_overrides": config.get("enable_web_overrides", False),
                "time_zone": config.get("time_zone", ""), "slack": {"channel_id": None, "user_group_id": None},
                "shifts": config.get("shifts")}
        if state is not None:
            del body["type"]
        return without_zero(body, "time_zone")

    def read(self, answer, config):
        state = {name: answer.get(name) for name in ("name", "team_id", "type", "ical_url_primary", "ical_url_overrides",
                                                     "enable_web_overrides", "time_zone")}
        if answer["type"] == "calendar":
            state["shifts"] = sorted(answer["shifts"])
        slack = answer["slack"]
        state["slack"] = [value for value in (slack["channel_id"], slack["user_group_id"]) if value is not None]
        return state


# ------------------------------------------------------------------------------------------------------------- provider

class Provider:
    """State and configuration; counts the writes that it sends."""

    def __init__(self, server, token):
        self.server, self.token, self.writes = server, token, 0
        self.state, self.ids = {}, {}

    def request(self, method, path, body=None):
        if method != "GET":
            self.writes += 1
        return self.server.request(method, f"/api/v1/{path}", body, self.token, {"X-Grafana-URL": "https://grafana.example.org/"})

    def find(self, path, key):
        status, page = self.request("GET", path)
        assert status == 200 and len(page["results"]) == 1, (path, page)
        self.ids[key] = page["results"][0]["id"]

    def read(self, name, kind, config):
        status, answer = self.request("GET", f"{kind.path}/{self.ids[name]}/")
        if status == 404:
            return None
        assert status == 200, (name, answer)
        return kind.read(answer, resolve(config, self.ids))

    def write(self, method, path, name, kind, config):
        status, answer = self.request(method, path, kind.body(resolve(config, self.ids), self.state.get(name)))
        assert status in (200, 201), (method, path, answer)
        self.ids[name] = answer["id"]
        self.state[name] = self.read(name, kind, config)

    def differences(self, plan):
        """Refreshes the state, then compares: {name: [fields]}; ["+"] for what is to be made."""
        found = {}
        for name, kind, config in plan:
            state = self.read(name, kind, config) if name in self.ids else None
            if state is None:
                self.state.pop(name, None)
                found[name] = ["+"]
                continue
            self.state[name] = state
            wanted = resolve(config, self.ids)
            computed = {"default_route_id", "link"} | set(getattr(kind, "secrets", ()))
            differing = [field for field in sorted(set(state) | set(wanted)) if field not in computed
                         and not same(state.get(field), wanted.get(field, default_of(kind, field)))]
            if differing:
                found[name] = differing
        return found

    def apply(self, plan):
        for name, fields in self.differences(plan).items():
            _, kind, config = next(entry for entry in plan if entry[0] == name)
            if fields == ["+"]:
                self.write("POST", f"{kind.path}/", name, kind, config)
            else:
                self.write("PUT", f"{kind.path}/{self.ids[name]}/", name, kind, config)

    def destroy(self, plan):
        for name, kind, _ in reversed(plan):
            status, answer = self.request("DELETE", f"{kind.path}/{self.ids[name]}/")
            assert status == 204, (name, answer)


def default_of(kind, field):
    defaults = {"trigger_type": "escalation", "http_method": "POST", "is_webhook_enabled": True}
    return defaults.get(field) if isinstance(kind, Webhook) else None


def same(a, b):
    """Zero and absent are the same; sets have no order."""
    if a in ZERO and b in ZERO:
        return True
    if isinstance(a, list) and isinstance(b, list) and all(isinstance(item, str) for item in a + b):
        return sorted(a) == sorted(b)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(list(x) if isinstance(x, tuple) else x, list(y) if isinstance(y, tuple) else y)
                                        for x, y in zip(a, b))
    return a == b


def make_plan():
    team, ann, bob = Ref("team"), Ref("ann"), Ref("bob")
    policies = [
        {"type": "notify_persons", "persons_to_notify": [bob, ann], "important": True},
        {"type": "wait", "duration": 300},
        {"type": "notify_person_next_each_time", "persons_to_notify_next_each_time": [bob, ann]},
        {"type": "notify_on_call_from_schedule", "notify_on_call_from_schedule": Ref("calendar")},
        {"type": "notify_if_time_from_to", "notify_if_time_from": "09:00:00Z", "notify_if_time_to": "17:30:00Z"},
        {"type": "notify_if_num_alerts_in_window", "num_alerts_in_window": 3, "num_minutes_in_window": 60},
        {"type": "trigger_webhook", "action_to_trigger": Ref("step_hook")},
        {"type": "notify_team_members", "notify_to_team_members": team},
        {"type": "repeat_escalation"},
        {"type": "resolve"},
    ]
    return [
        ("rotation", Shift(), {"type": "rolling_users", "name": "tf rotation", "team_id": team, "start": "2026-11-02T09:00:00",
                               "duration": 43200, "frequency": "weekly", "interval": 2, "week_start": "MO", "by_day": ["MO", "FR"],
                               "rolling_users": [[ann], [bob, ann]], "time_zone": "Europe/Berlin",
                               "start_rotation_from_user_index": 1}),
        ("night", Shift(), {"type": "recurrent_event", "name": "tf night", "start": "2026-11-02T21:00:00", "duration": 43200,
                            "frequency": "daily", "interval": 1, "users": [bob], "level": 1,
                            "until": "2027-11-02T21:00:00"}),
        ("single", Shift(), {"type": "single_event", "name": "tf single", "start": "2026-12-24T18:00:00", "duration": 3600,
                             "users": [ann], "time_zone": "UTC"}),
        ("calendar", Schedule(), {"name": "tf calendar", "type": "calendar", "team_id": team, "time_zone": "Europe/Berlin",
                                  "shifts": [Ref("night"), Ref("rotation"), Ref("single")]}),
        ("chain", Chain(), {"name": "tf chain", "team_id": team}),
        ("step_hook", Webhook(), {"name": "tf step", "url": "https://tickets.example.org/{{ alert_group_id }}", "team_id": team,
                                  "forward_whole_payload": True, "user": "robot", "password": "hunter2",
                                  "authorization_header": "Bearer hunter3"}),
        *((f"policy {i}", Policy(), {"escalation_chain_id": Ref("chain"), "position": i, **policy})
          for i, policy in enumerate(policies)),
        ("integration", Integration(), {"name": "tf prod", "type": "alertmanager", "team_id": team, "default_chain": Ref("chain"),
                                        "templates": {"grouping_key": "{{ payload.uid }}", "web": {"title": "{{ payload.a }} "},
                                                      "email": {"title": "t", "message": "m\n"}},
                                        "labels": [("env", "prod"), ("team", "core")]}),
        ("event_hook", Webhook(), {"name": "tf event", "url": "https://x.example.org/", "http_method": "PUT",
                                   "trigger_type": "status change", "headers": '{"X-A": "b"}', "data": "{{ alert_payload | tojson }}",
                                   "trigger_template": "{{ true }}", "integration_filter": [Ref("integration")]}),
        ("route 0", Route(), {"integration_id": Ref("integration"), "escalation_chain_id": Ref("chain"), "routing_type": "jinja2",
                              "routing_regex": "{{ payload.severity == 'critical' }}", "position": 0, "slack": True}),
        ("route 1", Route(), {"integration_id": Ref("integration"), "escalation_chain_id": Ref("chain"), "routing_type": "regex",
                              "routing_regex": "\"us-(east|west)\"", "position": 1}),
    ]


def changed(plan, changes):
    return [(name, kind, {**config, **changes.get(name, {})}) for name, kind, config in plan]


def run(kind):
    database = Database(kind)
    server = Server(database)
    server.command("team", "create", "--name", "Core")
    for name in ("ann", "bob"):
        server.command("user", "create", "--username", name, "--email", f"{name}@example.org", "--role", "editor")
    server.start()
    provider = Provider(server, server.admin_token())
    provider.find("users/?username=ann", "ann")
    provider.find("users/?username=bob", "bob")
    provider.find("teams?name=Core", "team")
    plan = make_plan()

    assert set(map(tuple, provider.differences(plan).values())) == {("+",)}
    provider.apply(plan)
    assert provider.writes == len(plan)
    again = provider.differences(plan)
    assert not again, f"the second plan is not empty: {again}"
    provider.apply(plan)
    assert provider.writes == len(plan), "a second apply wrote something"

    changes = {"chain": {"name": "tf chain 2"}, "policy 1": {"duration": 3600}, "policy 0": {"important": False},
               "route 1": {"routing_regex": "eu"}, "rotation": {"duration": 3600, "by_day": ["TU"]},
               "event_hook": {"http_method": "POST", "is_webhook_enabled": False}, "calendar": {"time_zone": "UTC"},
               "integration": {"templates": {"grouping_key": "k"}, "name": "tf prod 2"}}
    second = changed(plan, changes)
    expected = {name: sorted(fields) for name, fields in changes.items()}
    # What the configuration no longer names is left as it is by the provider's client (null keeps a template block).
    assert provider.differences(second) == expected, provider.differences(second)
    provider.apply(changed(plan, {**changes, "integration": {"name": "tf prod 2"}}))
    second = changed(plan, {**changes, "integration": {"name": "tf prod 2"}})
    assert provider.writes == len(plan) + len(changes)
    assert not provider.differences(second), provider.differences(second)

    # Somebody deletes a step by hand: it alone is made anew, in its place, and nothing else moved.
    status, _ = server.request("DELETE", f"/api/v1/escalation_policies/{provider.ids['policy 4']}/", token=provider.token)
    assert status == 204
    drift = provider.differences(second)
    assert drift == {"policy 4": ["+"]}, drift
    provider.apply(second)
    assert not provider.differences(second), provider.differences(second)

    imported = Provider(server, provider.token)
    imported.ids = dict(provider.ids)
    assert not imported.differences(second), "imported by id, something differs"
    assert imported.writes == 0

    provider.destroy(second)
    for name, resource, _ in second:
        status, _ = provider.request("GET", f"{resource.path}/{provider.ids[name]}/")
        assert status == 404, name
        status, page = provider.request("GET", resource.path)
        assert page["count"] == 0, (resource.path, page)
    server.stop()
    database.close()
    print(f"{kind}: {len(plan)} resources made, planned again without a difference, changed, mended, imported and destroyed")


if __name__ == "__main__":
    for database_kind in sys.argv[1:] or ("sqlite", "postgres"):
        run(database_kind)
