"""Calendars made and removed by real clients: vdirsyncer's discover, python3-caldav's make_calendar; Outlook has them, and only them."""

import datetime
import urllib.parse

import caldav

from bridge import folder, run, until
from tenant import served
from vdirsyncer import Vdirsyncer


def object_of(uid, title):
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(3)).strftime("%Y%m%d")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//check//EN", "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z"]
    lines += [f"DTSTART:{day}T100000Z", f"DTEND:{day}T110000Z", f"SUMMARY:{title}", "END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(lines)


with folder() as work, served(work, access="read-write", user="calendars: [work], create: tenant") as bridge:
    def calendars():
        return {calendar["name"] for calendar in bridge.control_get("/control/calendars")}

    before = calendars()

    def made():
        """The calendars that Outlook has beside those of the beginning."""
        return sorted(calendars() - before)

    def titles(calendar):
        truth = bridge.control_get(f"/control/truth?calendar={urllib.parse.quote(calendar)}")
        return [event["subject"] for event in truth["events"]]

    vdirsyncer = Vdirsyncer(work, bridge.url, bridge.user, bridge.password, pair='collections = ["from a"]')
    club = vdirsyncer.calendars / "club"
    club.mkdir(parents=True)
    (club / "regatta.ics").write_bytes(object_of("regatta", "Regatta").encode())
    vdirsyncer.run("discover")
    vdirsyncer.run("sync")
    assert made() == ["club"], made()
    assert titles("club") == ["Regatta"], titles("club")
    assert "SUMMARY:Regatta" in run(["export", "--config", "graphdav.yaml", "club"], work)
    assert "club      ok" in run(["status", "--config", "graphdav.yaml"], work)
    print("ok: vdirsyncer makes a calendar for a folder, and fills it")

    principal = caldav.DAVClient(bridge.url + "/dav/", username=bridge.user, password=bridge.password).principal()
    chess = principal.make_calendar(name="Chess evenings", cal_id="0F2B6C9E-6B4C")
    assert made() == ["Chess evenings", "club"], made()
    chess.save_event(object_of("opening", "Opening"))
    assert titles("Chess evenings") == ["Opening"]
    names = {calendar.name for calendar in principal.calendars()}
    assert {"Chess evenings", "club"} <= names, names
    chess.set_properties([caldav.elements.dav.DisplayName("Chess")])
    assert made() == ["Chess", "club"], made()
    (again,) = [calendar for calendar in principal.calendars() if calendar.name == "Chess"]
    again.delete()
    assert made() == ["club"], made()
    until(lambda: "Chess" not in {calendar.name for calendar in principal.calendars()}, what="the calendar's end")
    print("ok: python3-caldav makes, fills, renames and removes a calendar")
