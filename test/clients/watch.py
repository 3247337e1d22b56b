"""What everybody sees of one calendar while a client writes to it: Outlook itself, the feed, and a second client that follows
the sync token. Times are told from the first day of the check, as `"7 10:00-11:00 Walk"`."""

import datetime
import json
import zoneinfo

import caldav

from bridge import fetch, until
from expansion import expand, objects_of

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
# The Monday after next: nothing is in the past, and weeks are whole.
_today = datetime.date.today()
MONDAY = _today + datetime.timedelta(14 - _today.weekday())
SPAN = 60


def at(days, time="00:00"):
    """A wall time in Berlin."""
    hours, minutes = map(int, time.split(":"))
    return datetime.datetime.combine(MONDAY + datetime.timedelta(days), datetime.time(hours, minutes), BERLIN)


def stamp(days, time=None):
    """The same as iCalendar writes it: local, or a date."""
    return at(days, time or "00:00").strftime("%Y%m%dT%H%M%S" if time else "%Y%m%d")


def row(start, end, title):
    """One instance of (start, end, title), times as UTC text or dates as they are."""
    if "T" not in start:
        first, after = ((datetime.date.fromisoformat(one) - MONDAY).days for one in (start, end))
        return f"{first} all day {title}" if after == first + 1 else f"{first}..{after - 1} all day {title}"
    first, last = (datetime.datetime.fromisoformat(one.replace("Z", "+00:00")).astimezone(BERLIN) for one in (start, end))
    return f"{(first.date() - MONDAY).days} {first:%H:%M}-{last:%H:%M} {title}"


def rows(texts):
    """The instances of calendar objects."""
    span = (at(0).replace(tzinfo=None), at(SPAN).replace(tzinfo=None))
    return in_order(row(*one) for text in texts for one in expand(text, *span))


def in_order(found):
    return sorted(found, key=lambda one: (int(one.split()[0].split("..")[0]), one))


class Watch:
    def __init__(self, bridge):
        self._bridge = bridge
        self._client = caldav.DAVClient(bridge.url + "/dav/", username=bridge.user, password=bridge.password)
        self._synced = self._client.calendar(url=bridge.calendar).objects_by_sync_token(load_objects=True)
        self.forget()

    def outlook(self):
        """The instances that Outlook itself shows."""
        first, last = at(0).astimezone(datetime.timezone.utc), at(SPAN).astimezone(datetime.timezone.utc)
        truth = self._bridge.control_get(f"/control/truth?from={first:%Y-%m-%dT%H:%M:%SZ}&to={last:%Y-%m-%dT%H:%M:%SZ}")

        def side(one, name):
            return one[name]["dateTime"][:10] if one["isAllDay"] else one[name]["dateTime"][:19] + "Z"

        return in_order(row(side(one, "start"), side(one, "end"), one["subject"]) for one in truth["instances"])

    def feed(self):
        status, _, text = fetch(self._bridge.feed)
        assert status == 200, status
        return rows(objects_of(text))

    def second(self):
        self._synced.sync()
        return rows(one.data for one in self._synced)

    def forget(self):
        """Requests that were sent to Outlook until now do not count."""
        self._bridge.control_delete("/control/requests")

    def writes(self):
        """What was sent to Outlook since, one line a request: the method, and of a change the members of its body."""
        return [" ".join([one["method"], *members(one)]) for one in self._sent()]

    def _sent(self):
        return [one for one in self._bridge.control_get("/control/requests")["requests"] if one["method"] != "GET"]

    def shows(self, *wanted, writes=None, client=None):
        """Outlook shows exactly these instances, by exactly these requests; nobody got a mail; the feed, the second client and
        the client itself, whose instances `client` reads, show the same."""
        wanted = list(wanted)
        for where, read in (("Outlook", self.outlook), ("the feed", self.feed), ("the second client", self.second), ("the client", client)):
            if read is not None:
                reached(read, wanted, where)
        mails = self._bridge.control_get("/control/outbox")
        assert mails == [], mails
        if writes is not None:
            assert self.writes() == writes, "\n".join(f"{one['method']} {one['body']}" for one in self._sent())
        self.forget()


def members(request):
    return sorted(json.loads(request["body"])) if request["method"] == "PATCH" else []


def reached(read, wanted, where):
    seen = []

    def holds():
        seen[:] = read()
        return seen == wanted

    try:
        until(holds, what=where)
    except AssertionError as late:
        raise AssertionError(f"{where} shows\n  " + "\n  ".join(seen) + "\ninstead of\n  " + "\n  ".join(wanted)) from late
