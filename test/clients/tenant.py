"""A simulated tenant with a bridge on it, for clients that follow changes: `with served(work) as bridge`."""

import contextlib
import datetime
import json
import re
import urllib.error

from bridge import fetch, free_port, running, until


class Bridge:
    """A running bridge with one calendar, `work`, of user alice; the tenant is changed through the simulator's control API."""

    def __init__(self, url, port, control):
        self.url, self.port, self.control = url, port, control
        self.user, self.password = "alice", "a-plain-one"
        self.calendar = f"{url}/dav/calendars/alice/work/"
        self.feed = f"{url}/feeds/clients-feed-0123456789-abc/work.ics"

    def add(self, subject, days, **more):
        """A new event, days from now at 10:00 UTC, with more members; its id."""
        day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days)).date().isoformat()
        event = {
            "subject": subject,
            "start": {"dateTime": f"{day}T10:00:00", "timeZone": "UTC"},
            "end": {"dateTime": f"{day}T11:00:00", "timeZone": "UTC"},
            **more,
        }
        return self._send("POST", "/control/events", {"event": event})["id"]

    def rename(self, event, subject):
        self._send("PATCH", f"/control/events/{event}", {"subject": subject})

    def instances(self, days):
        """The titles that Outlook itself shows on a day, sorted."""
        return sorted(one["subject"] for one in self._shown(days))

    def ids(self, days):
        """The ids of the same."""
        return [one["id"] for one in self._shown(days)]

    def _shown(self, days):
        day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days)).date().isoformat()
        truth = self._send("GET", f"/control/truth?from={day}T00:00:00Z&to={day}T23:59:59Z")
        return truth["instances"]

    def delete(self, event):
        self._send("DELETE", f"/control/events/{event}")

    def titles(self):
        """The titles in the feed, sorted: what every client has to show in the end; None before there is one."""
        try:
            status, _, text = fetch(self.feed)
        except urllib.error.URLError:
            return None
        return sorted(re.findall(r"^SUMMARY:(.*?)\r?$", re.sub(r"\r\n[ \t]", "", text), re.M)) if status == 200 else None

    def control_get(self, path):
        return self._send("GET", path)

    def control_delete(self, path):
        self._send("DELETE", path)

    def control_patch(self, path, body):
        self._send("PATCH", path, body)

    def _send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        status, _, text = fetch(self.control + path, method, {"Content-Type": "application/json"}, data)
        assert status < 300, (method, path, status, text)
        return json.loads(text) if text else None


@contextlib.contextmanager
def served(work, events=0, access="read-only", user="calendars: [work]"):
    with running(["simulate", "--port", "0", "--events", str(events)], work) as simulator:
        graph = simulator.find(r"http://127\.0\.0\.1:\d+").group(0)
        token = simulator.find(r"(?m)^token\s+(\S+)").group(1)
        port = free_port()
        (work / "graphdav.yaml").write_text(f"""
server: {{ listen: '127.0.0.1:{port}' }}
store: {{ path: ./data }}
accounts:
  tenant: {{ graphUrl: {graph}, auth: {{ kind: access-token, token: '{token}' }} }}
calendars:
  work:
    account: tenant
    source: default
    access: {access}
    feed: {{ token: clients-feed-0123456789-abc, detail: full }}
users:
  alice: {{ password: a-plain-one, {user} }}
sync: {{ interval: 1s, maxStaleness: 1s }}
log: {{ level: debug, format: json }}
""")
        with running(["serve", "--config", "graphdav.yaml"], work) as program:
            bridge = Bridge(f"http://127.0.0.1:{port}", port, graph)
            try:
                until(lambda: bridge.titles() is not None, what="the first round")
            except AssertionError as late:
                raise AssertionError(program.text()) from late
            yield bridge


def follows(bridge, titles_of_client):
    """The client shows all, then a new event, a changed one, and no longer a deleted one. `titles_of_client` reads what it shows."""

    def shows(*wanted):
        wanted = list(wanted)
        until(lambda: bridge.titles() == wanted, what=f"{wanted} in the feed")
        until(lambda: titles_of_client() == wanted, what=f"{wanted} in the client")

    lunch = "Lunch\\; with\\, commas"
    first, second = bridge.add("Breakfast", 1), bridge.add("Lunch; with, commas", 2)
    shows("Breakfast", lunch)
    bridge.add("Dinner", 3)
    shows("Breakfast", "Dinner", lunch)
    bridge.rename(first, "Early breakfast")
    shows("Dinner", "Early breakfast", lunch)
    bridge.delete(second)
    shows("Dinner", "Early breakfast")
