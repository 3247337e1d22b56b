"""1,000 random series: an independent expander (python3-recurring-ical-events) reads our text, and must find the instances
that the simulated tenant's own calendarView lists. The zones are read from the VTIMEZONEs in our text, not from this machine."""

import collections
import concurrent.futures
import datetime
import json
import os
import random
import re
import urllib.parse

from bridge import fetch, folder, free_port, run, running
from expansion import expand, objects_of, own_zones

# A quarter of next year with the spring changes of both hemispheres in it.
YEAR = datetime.date.today().year + 1
FROM, TO = datetime.datetime(YEAR, 2, 1), datetime.datetime(YEAR, 5, 1)


def expand_span(text):
    return expand(text, FROM, TO)


def calendar_view(graph, token):
    """The tenant's own instances in the span, all pages."""
    query = urllib.parse.urlencode({"startDateTime": FROM.isoformat() + "Z", "endDateTime": TO.isoformat() + "Z", "$top": "1000"})
    url = f"{graph}/v1.0/me/calendarView?{query}"
    found = []
    while url:
        status, _, body = fetch(url, headers={"Authorization": f"Bearer {token}"})
        assert status == 200, body
        page = json.loads(body)
        for row in page["value"]:
            if row["isAllDay"]:
                found.append((row["start"]["dateTime"][:10], row["end"]["dateTime"][:10], row["subject"] or ""))
            else:
                found.append((row["start"]["dateTime"][:19] + "Z", row["end"]["dateTime"][:19] + "Z", row["subject"] or ""))
        url = page.get("@odata.nextLink")
    return found


def within(row):
    """Both sides are compared on instances that start inside the span: how edges count differs by program."""
    return FROM.isoformat() + "Z" <= (row[0] if "T" in row[0] else row[0] + "T00:00:00Z") < (TO - datetime.timedelta(1)).isoformat() + "Z" and row[0][:10] > FROM.date().isoformat()


if __name__ == "__main__":
    seed = int(os.environ.get("SEED", random.randrange(1, 10**9)))
    print(f"series check, SEED={seed}")
    with folder() as work, running(["simulate", "--port", "0", "--seed", str(seed), "--events", "4600"], work) as simulator:
        graph = simulator.find(r"http://127\.0\.0\.1:\d+").group(0)
        token = simulator.find(r"(?m)^token\s+(\S+)").group(1)
        (work / "graphdav.yaml").write_text(f"""
server: {{ listen: '127.0.0.1:{free_port()}' }}
store: {{ path: ./data }}
accounts:
  tenant:
    graphUrl: {graph}
    auth: {{ kind: access-token, token: '{token}' }}
calendars:
  work:
    account: tenant
    source: default
    window: {{ past: 6mo, future: 2y }}
users:
  alice: {{ password: a-plain-one, calendars: all }}
log: {{ level: error }}
""")
        run(["sync", "--config", "graphdav.yaml"], work)
        run(["export", "work", "--config", "graphdav.yaml", "-o", "work.ics"], work)
        text = own_zones((work / "work.ics").read_bytes().decode())
        expected = collections.Counter(filter(within, calendar_view(graph, token)))
        with concurrent.futures.ProcessPoolExecutor(2) as pool:
            parts = list(pool.map(expand_span, list(objects_of(text)), chunksize=20))
        found = collections.Counter(filter(within, (row for part in parts for row in part)))
        missing, extra = expected - found, found - expected
        assert not missing and not extra, f"SEED={seed}: missing {list(missing)[:10]}, extra {list(extra)[:10]}"
        series = len(re.findall(r"^RRULE:", text, re.M))
        zones = len(set(re.findall(r"^TZID:(.*)$", text, re.M)))
        assert series >= 1000 and zones >= 10, (series, zones)
        print(f"ok: {series} series in {zones} zones and {len(parts) - series} others, {sum(expected.values())} instances agree with the tenant's calendarView")
