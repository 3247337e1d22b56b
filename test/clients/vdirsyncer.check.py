"""vdirsyncer subscribes, khal reads its folder; both show all, and follow new, changed and deleted events."""

import datetime
import os
import subprocess

from bridge import folder
from tenant import follows, served
from vdirsyncer import Vdirsyncer

with folder() as work, served(work) as bridge:
    vdirsyncer = Vdirsyncer(
        work,
        bridge.url,
        bridge.user,
        bridge.password,
        pair='collections = ["from b"]\nconflict_resolution = "b wins"',
        there="read_only = true",
    )
    (work / "khal.conf").write_text(
        f"[calendars]\n[[work]]\npath = {work}/calendars/work\nreadonly = True\n"
        "[locale]\nlocal_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        f"[sqlite]\npath = {work}/khal.db\n"
    )

    def listed():
        today = datetime.date.today().isoformat()
        command = ["khal", "-c", str(work / "khal.conf"), "list", "--format", "{title}", "--day-format", "", today, "8d"]
        done = subprocess.run(command, text=True, capture_output=True, env={**os.environ, "HOME": str(work)}, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def shown():
        """The titles that khal lists of this week after a synchronisation, escaped as the feed has them."""
        vdirsyncer.run("sync")
        return sorted(title.replace(";", "\\;").replace(",", "\\,") for title in listed().splitlines() if title.strip())

    vdirsyncer.run("discover")
    follows(bridge, shown)
    print("ok: vdirsyncer and khal show all, and follow new, changed and deleted events")
