"""vdirsyncer both ways: what is made, changed and deleted in a folder arrives in Outlook; a conflict is seen, and nothing overwritten."""

import datetime

from bridge import folder, until
from tenant import served
from vdirsyncer import Vdirsyncer

DAY = 5


def object_of(title):
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(DAY)).strftime("%Y%m%d")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//check//EN", "BEGIN:VEVENT", "UID:from-the-folder", "DTSTAMP:20260101T000000Z"]
    lines += [f"DTSTART:{day}T100000Z", f"DTEND:{day}T110000Z", f"SUMMARY:{title}", "END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(lines)


with folder() as work, served(work, access="read-write") as bridge:
    collections = 'collections = ["work"]'
    vdirsyncer = Vdirsyncer(work, bridge.url, bridge.user, bridge.password, pair=collections)

    # A folder that becomes empty as a whole vdirsyncer takes for an accident.
    bridge.add("Stays", 9)
    until(lambda: bridge.titles() == ["Stays"], what="the first event in the feed")
    vdirsyncer.run("discover")
    vdirsyncer.run("sync")
    file = vdirsyncer.calendars / "work" / "from-the-folder.ics"

    file.write_bytes(object_of("Made").encode())
    vdirsyncer.run("sync")
    assert bridge.instances(DAY) == ["Made"], bridge.instances(DAY)
    vdirsyncer.run("sync")

    file.write_bytes(file.read_bytes().replace(b"SUMMARY:Made", b"SUMMARY:Changed"))
    vdirsyncer.run("sync")
    assert bridge.instances(DAY) == ["Changed"], bridge.instances(DAY)
    vdirsyncer.run("sync")

    # Both sides at once: vdirsyncer says so and leaves each as it is.
    event = bridge.ids(DAY)[0]
    bridge.rename(event, "Changed in Outlook")
    until(lambda: bridge.titles() == ["Changed in Outlook", "Stays"], what="the change in the feed")
    file.write_bytes(file.read_bytes().replace(b"SUMMARY:Changed", b"SUMMARY:Changed here"))
    done = vdirsyncer.attempt("sync")
    assert done.returncode != 0 and "conflict" in (done.stdout + done.stderr).lower(), done.stdout + done.stderr
    assert bridge.instances(DAY) == ["Changed in Outlook"], bridge.instances(DAY)

    # The person decides for Outlook's.
    vdirsyncer.configure(collections + '\nconflict_resolution = "b wins"')
    vdirsyncer.run("sync")
    assert b"SUMMARY:Changed in Outlook" in file.read_bytes(), file.read_bytes()
    file.unlink()
    vdirsyncer.run("sync")
    assert bridge.instances(DAY) == [], bridge.instances(DAY)
    print("ok: vdirsyncer makes, changes and deletes in Outlook, and overwrites nothing in a conflict")
