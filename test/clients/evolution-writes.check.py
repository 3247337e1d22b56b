"""Evolution Data Server writes: events and series, one date, all dates, this and the future; an alarm. Outlook shows what was meant."""

import datetime
import re

from bridge import folder, until
from evolution import Refused, started
from proxy import Proxy
from tenant import served
from watch import SPAN, Watch, at, in_order, row, stamp

ZONE = "TZID=Europe/Berlin"


def event(uid, title, start, end, *more):
    lines = ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"DTSTART;{start}", f"DTEND;{end}", f"SUMMARY:{title}"]
    return "\r\n".join([*lines, *more, "END:VEVENT", ""])


def timed(uid, title, days, start, end, *more):
    return event(uid, title, f"{ZONE}:{stamp(days, start)}", f"{ZONE}:{stamp(days, end)}", *more)


def changed(text, **lines):
    """A component whose properties of these names are what the editor put there; None: none."""
    text = re.sub(r"\r?\n[ \t]", "", text)
    for name, value in lines.items():
        name = name.replace("_", "-")
        text = re.sub(rf"(?m)^{name}[;:].*\n", "", text)
        if value is not None:
            text = text.replace("END:VEVENT", f"{name}{value}\r\nEND:VEVENT")
    return text


def weekly(title, weeks, times="09:00-09:30"):
    return [f"{7 * week} {times} {title}" for week in weeks]


def utc(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(seconds, int) else f"{seconds[:4]}-{seconds[4:6]}-{seconds[6:]}"


with folder() as work, served(work, access="read-write") as bridge:
    proxy = Proxy(bridge)
    with started(work, proxy.port) as evolution:
        watch = Watch(bridge)

        def own():
            found = evolution.ask("instances", start=int(at(0).timestamp()), end=int(at(SPAN).timestamp()))
            return in_order(row(utc(start), utc(end), title) for start, end, title in found)

        def shows(*wanted, **more):
            watch.shows(*wanted, client=own, **more)

        assert evolution.ask("readonly") is False
        shows()

        def modify(uid, mod="ALL", slot=None, **lines):
            evolution.ask("modify", text=changed(evolution.ask("text", uid=uid, slot=slot), **lines), mod=mod)

        def date(uid, days, time, **lines):
            """As its editor saves one date of a series."""
            modify(uid, "THIS", stamp(days, time), RRULE=None, EXDATE=None, **lines)

        def future(uid, days, time, **lines):
            modify(uid, "THIS_AND_FUTURE", stamp(days, time), RECURRENCE_ID=f":{at(days, time).astimezone(datetime.timezone.utc):%Y%m%dT%H%M%SZ}", **lines)

        # A single event.
        walk = evolution.ask("create", text=timed("walk@evolution", "Walk", 1, "10:00", "11:00"))
        shows("1 10:00-11:00 Walk", writes=["POST"])
        modify(walk, SUMMARY=":Walk\\; far\\, and back")
        shows("1 10:00-11:00 Walk; far, and back", writes=["PATCH subject"])
        modify(walk, DTSTART=f";{ZONE}:{stamp(3, '18:00')}", DTEND=f";{ZONE}:{stamp(3, '19:00')}")
        shows("3 18:00-19:00 Walk; far, and back", writes=["PATCH end start"])
        modify(walk, DTSTART=f";VALUE=DATE:{stamp(4)}", DTEND=f";VALUE=DATE:{stamp(5)}")
        shows("4 all day Walk; far, and back", writes=["PATCH end isAllDay start"])

        # Changed on both sides: it is told, and nothing is overwritten.
        mine = changed(evolution.ask("text", uid=walk), SUMMARY=":Ride")
        (held,) = bridge.control_get("/control/truth")["events"]
        bridge.rename(held["id"], "Walk")
        until(lambda: bridge.titles() == ["Walk"], what="Outlook's title in the feed")
        try:
            evolution.ask("modify", text=mine, mod="ALL", flags="CONFLICT_FAIL")
            raise AssertionError("Outlook's title was overwritten")
        except Refused:
            assert proxy.writes[-1][2] and proxy.writes[-1][4] == 412, proxy.writes[-1]
        shows("4 all day Walk", writes=[])
        evolution.ask("remove", uid=walk, mod="ALL")
        shows(writes=["DELETE"])

        # A series with an alarm: all dates, one, the same again, one removed, this and the future, all removed.
        alarm = ["BEGIN:VALARM", "X-EVOLUTION-ALARM-UID:b0b1", "ACTION:DISPLAY", "DESCRIPTION:Standup", "TRIGGER;RELATED=START:-PT15M", "END:VALARM"]
        series = evolution.ask("create", text=timed("standup@evolution", "Standup", 0, "09:00", "09:30", "RRULE:FREQ=WEEKLY;COUNT=8", *alarm))
        shows(*weekly("Standup", range(8)), writes=["POST"])
        (held,) = bridge.control_get("/control/truth")["events"]
        assert held["isReminderOn"] and held["reminderMinutesBeforeStart"] == 15, held
        modify(series, SUMMARY=":Coffee")
        shows(*weekly("Coffee", range(8)), writes=["PATCH subject"])
        date(series, 7, "09:00", SUMMARY=":Coffee late", DTSTART=f";{ZONE}:{stamp(8, '15:00')}", DTEND=f";{ZONE}:{stamp(8, '16:00')}")
        shows("0 09:00-09:30 Coffee", "8 15:00-16:00 Coffee late", *weekly("Coffee", range(2, 8)), writes=["PATCH end start subject"])
        date(series, 7, "09:00", SUMMARY=":Coffee later", LOCATION=":Kitchen")
        first = ["0 09:00-09:30 Coffee", "8 15:00-16:00 Coffee later"]
        shows(*first, *weekly("Coffee", range(2, 8)), writes=["PATCH location subject"])
        evolution.ask("remove", uid=series, mod="THIS", rid=stamp(14, "09:00"))
        shows(*first, *weekly("Coffee", range(3, 8)), writes=["DELETE"])
        future(series, 35, "09:00", SUMMARY=":Tea", DTSTART=f";{ZONE}:{stamp(35, '10:00')}", DTEND=f";{ZONE}:{stamp(35, '10:30')}")
        shows(*first, *weekly("Coffee", (3, 4)), *weekly("Tea", (5, 6, 7), "10:00-10:30"), writes=["POST", "PATCH recurrence", "PATCH end location start subject", "DELETE"])
        (tea,) = [re.search(r"\nUID:(.*?)\r", write[3]).group(1) for write in proxy.writes if "SUMMARY:Tea" in write[3]]
        evolution.ask("remove", uid=tea, mod="THIS_AND_FUTURE", rid=stamp(42, "09:00"))
        shows(*first, *weekly("Coffee", (3, 4)), "35 10:00-10:30 Tea", writes=["PATCH recurrence"])
        for uid in (tea, series):
            evolution.ask("remove", uid=uid, mod="ALL")
        shows(writes=["DELETE", "DELETE"])
        statuses = {write[4] for write in proxy.writes}
        assert statuses == {201, 204, 412}, statuses
    print("ok: Evolution Data Server makes, changes and deletes events, dates and the future of series in Outlook, and overwrites nothing")
