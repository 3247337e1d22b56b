"""python3-caldav writes: new events, edits, series with exceptions, deletions, a conflict. Outlook shows what was meant."""

import datetime

import caldav
import icalendar

from bridge import folder
from tenant import served
from watch import SPAN, Watch, at, rows, stamp

ZONE = "TZID=Europe/Berlin"


def event(uid, title, start, end, *more):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//check//EN", "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z"]
    return "\r\n".join([*lines, f"DTSTART;{start}", f"DTEND;{end}", f"SUMMARY:{title}", *more, "END:VEVENT", "END:VCALENDAR", ""])


def timed(uid, title, days, start, end, *more):
    return event(uid, title, f"{ZONE}:{stamp(days, start)}", f"{ZONE}:{stamp(days, end)}", *more)


with folder() as work, served(work, access="read-write") as bridge:
    client = caldav.DAVClient(bridge.url + "/dav/", username=bridge.user, password=bridge.password)
    (calendar,) = client.principal().calendars()
    watch = Watch(bridge)

    def expanded():
        """What a search with expansion by the server finds."""
        return rows(one.data for one in calendar.date_search(at(0), at(SPAN), expand=True))

    def shows(*wanted, **more):
        watch.shows(*wanted, client=expanded, **more)

    # A single event: title, time, whole day and back.
    walk = calendar.save_event(timed("walk/1", "Walk", 1, "10:00", "11:00"))
    shows("1 10:00-11:00 Walk", writes=["POST"])
    walk.load()
    walk.icalendar_component["SUMMARY"] = icalendar.vText("Walk; far, and \\ back")
    walk.save()
    shows("1 10:00-11:00 Walk; far, and \\ back", writes=["PATCH subject"])
    walk.load()
    walk.save()
    shows("1 10:00-11:00 Walk; far, and \\ back", writes=[])
    component = walk.icalendar_component
    for name, time in (("DTSTART", "18:30"), ("DTEND", "20:00")):
        component[name].dt = at(2, time).replace(tzinfo=component[name].dt.tzinfo)
    walk.save()
    shows("2 18:30-20:00 Walk; far, and \\ back", writes=["PATCH end start"])
    walk.load()
    component = walk.icalendar_component
    for name, days in (("DTSTART", 3), ("DTEND", 5)):
        del component[name]
        component.add(name, at(days).date())
    walk.save()
    shows("3..4 all day Walk; far, and \\ back", writes=["PATCH end isAllDay start"])

    # Two clients have the same version; the later one is told, and nothing is overwritten.
    walk.load()
    mine, etag = walk.data, client.request(str(walk.url)).headers["ETag"]
    (held,) = [one["id"] for one in bridge.control_get("/control/truth")["events"]]
    bridge.rename(held, "Walk")
    shows("3..4 all day Walk", writes=[])
    headers = {"Content-Type": "text/calendar; charset=utf-8", "If-Match": etag}
    answer = client.put(str(walk.url), mine.replace("SUMMARY:Walk", "SUMMARY:Ride"), headers)
    assert answer.status == 412, answer.status
    shows("3..4 all day Walk", writes=[])
    try:
        calendar.save_event(mine, no_overwrite=True)
        raise AssertionError("overwritten")
    except caldav.lib.error.ConsistencyError:
        pass
    walk.delete()
    shows(writes=["DELETE"])
    # The name and the UID can be used again.
    walk = calendar.save_event(timed("walk/1", "Walk again", 1, "10:00", "11:00"))
    shows("1 10:00-11:00 Walk again", writes=["POST"])
    walk.delete()
    shows(writes=["DELETE"])

    # A series with a cancelled and a moved date in its first text; then a date edited, one cancelled, the rule shortened.
    moved = [f"RECURRENCE-ID;{ZONE}:{stamp(14, '09:00')}", f"DTSTART;{ZONE}:{stamp(15, '12:00')}", f"DTEND;{ZONE}:{stamp(15, '12:30')}"]
    series = timed("standup", "Standup", 0, "09:00", "09:30", "RRULE:FREQ=WEEKLY;COUNT=6", f"EXDATE;{ZONE}:{stamp(7, '09:00')}")
    override = ["BEGIN:VEVENT", "UID:standup", "DTSTAMP:20260101T000000Z", *moved, "SUMMARY:Standup late", "END:VEVENT"]
    standup = calendar.save_event(series.replace("END:VCALENDAR", "\r\n".join([*override, "END:VCALENDAR"])))
    shows("0 09:00-09:30 Standup", "15 12:00-12:30 Standup late", *(f"{day} 09:00-09:30 Standup" for day in (21, 28, 35)), writes=["POST", "PATCH end start subject", "DELETE"])

    # One more date is edited, another cancelled.
    standup.load()
    master, late = standup.icalendar_instance.walk("VEVENT")
    changed = icalendar.cal.Component.from_ical(late.to_ical())
    for name, (days, time) in {"RECURRENCE-ID": (21, "09:00"), "DTSTART": (21, "10:00"), "DTEND": (21, "10:30")}.items():
        changed[name].dt = at(days, time).replace(tzinfo=changed[name].dt.tzinfo)
    del changed["URL"]
    changed["SUMMARY"] = icalendar.vText("Standup, long")
    standup.icalendar_instance.add_component(changed)
    master.add("EXDATE", at(28, "09:00").replace(tzinfo=master["DTSTART"].dt.tzinfo))
    standup.save(increase_seqno=False)
    left = ["15 12:00-12:30 Standup late", "21 10:00-10:30 Standup, long", "35 09:00-09:30 Standup"]
    shows("0 09:00-09:30 Standup", *left, writes=["PATCH end start subject", "DELETE"])

    # The title of the whole series: what was changed in single dates stays.
    standup.load()
    standup.icalendar_instance.walk("VEVENT")[0]["SUMMARY"] = icalendar.vText("Coffee")
    standup.save(increase_seqno=False)
    shows("0 09:00-09:30 Coffee", *left[:2], "35 09:00-09:30 Coffee", writes=["PATCH subject"])

    # Twice a week until the fourth week.
    standup.load()
    master = standup.icalendar_instance.walk("VEVENT")[0]
    del master["RRULE"]
    master.add("RRULE", {"FREQ": "WEEKLY", "BYDAY": ["MO", "WE"], "UNTIL": at(27, "09:00").astimezone(datetime.timezone.utc)})
    standup.save(increase_seqno=False)
    shows(*("{} 09:00-09:30 Coffee".format(day) for day in (0, 2, 9)), left[0], "16 09:00-09:30 Coffee", left[1], "23 09:00-09:30 Coffee")

    standup.delete()
    shows(writes=["DELETE"])
    print("ok: python3-caldav makes, changes and deletes events and series in Outlook, and overwrites nothing in a conflict")
