"""Thunderbird writes, headless, by what its own menus, views and dialogs call. Outlook shows what was meant, and nobody gets a mail."""

import re

from bridge import folder, until
from proxy import Proxy
from tenant import served
from thunderbird import CALDAV, started
from watch import SPAN, Watch, in_order, row, stamp

SERIES = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
BEGIN:VEVENT
UID:0d3a5b6e-standup
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:{stamp(0, "09:00")}
DTEND;TZID=Europe/Berlin:{stamp(0, "09:30")}
RRULE:FREQ=WEEKLY;COUNT=5
SUMMARY:Standup
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER;VALUE=DURATION:-PT15M
DESCRIPTION:Mozilla Standardbeschreibung
END:VALARM
END:VEVENT
END:VCALENDAR
"""
UID = "0d3a5b6e-standup"

with folder() as work, served(work, access="read-write") as bridge:
    proxy = Proxy(bridge)
    with started(work, {CALDAV: ("caldav", f"http://127.0.0.1:{proxy.port}/dav/calendars/alice/work/")}) as thunderbird:
        watch = Watch(bridge)

        def own():
            """What its views show after a look."""
            script = """
                await synchronize(a0);
                const text = time => time.isDate ? time.icalString.replace(/(....)(..)(..)/, "$1-$2-$3") : new Date(time.nativeTime / 1000).toISOString();
                return (await instances(a0, a1, a2)).map(item => [text(item.startDate), text(item.endDate), item.title ?? ""]);"""
            return in_order(row(*one) for one in thunderbird.run(script, CALDAV, stamp(0), stamp(SPAN)))

        def shows(*wanted, **more):
            watch.shows(*wanted, client=own, **more)

        do = thunderbird.run
        shows()
        # A single event: drawn into the view, named, dragged to another day, made all-day, and that undone.
        do("calendarViewController.createNewEvent(calendar, when(a0), when(a1))", stamp(1, "10:00"), stamp(1, "11:00"))
        shows("1 10:00-11:00 ", writes=["POST"])
        (walk,) = [re.search(r"\r\nUID:(.*?)\r\n", write[3]).group(1) for write in proxy.writes]
        do("await save(await parent(a0), item => { item.title = a1; })", walk, "Walk; far, \\ and back")
        shows("1 10:00-11:00 Walk; far, \\ and back", writes=["PATCH subject"])
        do("calendarViewController.modifyOccurrence(await parent(a0), when(a1), when(a2))", walk, stamp(3, "17:00"), stamp(3, "18:30"))
        shows("3 17:00-18:30 Walk; far, \\ and back", writes=["PATCH end start"])
        do("await save(await parent(a0), item => { item.startDate = when(a1); item.endDate = when(a2); })", walk, stamp(4), stamp(6))
        shows("4..5 all day Walk; far, \\ and back", writes=["PATCH end isAllDay start"])
        do("undo()")
        shows("3 17:00-18:30 Walk; far, \\ and back", writes=["PATCH end isAllDay start"])

        # Changed on both sides: it asks, and the person once decides for Outlook's, once for the own.
        def conflict(theirs, mine, button):
            (held,) = [one["id"] for one in bridge.control_get("/control/truth")["events"]]
            bridge.rename(held, theirs)
            until(lambda: bridge.titles() == [theirs], what="Outlook's title in the feed")
            change = "save(await parent(a0), item => { item.title = a1; }).catch(() => {})"
            do(f"const clicked = answer(a2); await Promise.all([clicked, {change}])", walk, mine, button)
            assert 412 in [write[4] for write in proxy.writes], proxy.writes

        conflict("Walk", "Ride", "cancel")
        shows("3 17:00-18:30 Walk", writes=[])
        conflict("Swim", "Ride", "accept")
        shows("3 17:00-18:30 Ride", writes=["PATCH subject"])

        # Deleted, and that undone: the same UID comes again.
        do("calendarViewController.deleteOccurrences([await parent(a0)], true, true)", walk)
        shows(writes=["DELETE"])
        do("undo()")
        shows("3 17:00-18:30 Ride", writes=["POST"])
        do("redo()")
        shows(writes=["DELETE"])

        # A series: one date dragged, one edited, one deleted.
        do('await doTransaction("add", event(a0), calendar, null)', SERIES)
        shows(*(f"{day} 09:00-09:30 Standup" for day in (0, 7, 14, 21, 28)), writes=["POST"])
        do("calendarViewController.modifyOccurrence(await instance(a0, a1), when(a2), when(a3))", UID, stamp(7, "09:00"), stamp(8, "15:00"), stamp(8, "15:30"))
        shows("0 09:00-09:30 Standup", "8 15:00-15:30 Standup", *(f"{day} 09:00-09:30 Standup" for day in (14, 21, 28)), writes=["PATCH end start"])
        do('await save(await instance(a0, a1), item => { item.title = "With guests"; item.setProperty("LOCATION", "Room 5"); })', UID, stamp(14, "09:00"))
        changed = ["8 15:00-15:30 Standup", "14 09:00-09:30 With guests"]
        shows("0 09:00-09:30 Standup", *changed, *(f"{day} 09:00-09:30 Standup" for day in (21, 28)), writes=["PATCH location subject"])
        do("calendarViewController.deleteOccurrences([await instance(a0, a1)], false, true)", UID, stamp(21, "09:00"))
        left = ["0 09:00-09:30 Standup", *changed, "28 09:00-09:30 Standup"]
        shows(*left, writes=["DELETE"])

        # Alarms are this program's own business: none of these reaches Outlook.
        alarms = 'const alarms = Cc["@mozilla.org/calendar/alarm-service;1"].getService(Ci.calIAlarmService);'
        for slot in ("parent(a0)", "instance(a0, a1)"):
            for act in ("dismissAlarm(shown, alarm)", 'snoozeAlarm(shown, alarm, cal.createDuration("PT5M"))'):
                count = len(proxy.writes)
                do(f"{alarms} const shown = await {slot}; const [alarm] = shown.getAlarms(); alarms.{act};", UID, stamp(28, "09:00"))
                until(lambda: len(proxy.writes) > count, what=act)
                shows(*left, writes=[])
        assert "X-MOZ-SNOOZE-TIME-" in proxy.writes[-1][3]

        # The title of the whole series, then its time: what was changed in single dates stays as it is seen here.
        do('await save(await parent(a0), item => { item.title = "Coffee"; })', UID)
        shows("0 09:00-09:30 Coffee", *changed, "28 09:00-09:30 Coffee", writes=["PATCH subject", "PATCH subject"])
        do("calendarViewController.deleteOccurrences([await instance(a0, a1)], true, true)", UID, stamp(28, "09:00"))
        shows(writes=["DELETE"])

        # A rich description: another title leaves it as it is; what is written into it in the editor stays rich in Outlook.
        rich = '<p><b>Numbers</b> for <a href="https://example.com/q2?a=1&amp;b=2">Q2</a></p><ul><li>%s</li></ul>'
        held = bridge.add("Talk", 21, body={"contentType": "html", "content": rich % "one"})
        until(lambda: bridge.titles() == ["Talk"], what="the talk in the feed")
        (talk,) = do("await synchronize(a0); return (await instances(a0, a1, a2)).map(item => item.id);", CALDAV, stamp(0), stamp(SPAN))

        def edited(change, write):
            watch.forget()
            do(f"await edit(await parent(a0), ({{ panel, description }}) => {{ {change} }})", talk)
            assert watch.writes() == [write], watch.writes()
            (body,) = [one["body"] for one in bridge.control_get("/control/truth")["events"] if one["id"] == held]
            return body["content"]

        as_it_was = edited('const title = panel.getElementById("item-title"); title.value = "Long talk"; title.dispatchEvent(new Event("input"));', "PATCH subject")
        assert rich % "one" in as_it_was, as_it_was
        longer = edited('type(description, "li", " and two");', "PATCH body")
        assert rich % "one and two" in longer, longer
        statuses = {write[4] for write in proxy.writes}
        assert statuses == {201, 204, 412}, statuses
    print("ok: Thunderbird makes, moves, changes, undoes and deletes in Outlook, asks in a conflict, keeps rich descriptions rich and its alarms to itself")
