"""vdirsyncer subscribes, khal reads its folder; both show all, and follow new, changed and deleted events."""

import datetime
import os
import subprocess

from bridge import folder
from tenant import follows, served

with folder() as work, served(work) as bridge:
    (work / "vdirsyncer.conf").write_text(f"""
[general]
status_path = "{work}/status/"
[pair read]
a = "here"
b = "there"
collections = ["from b"]
conflict_resolution = "b wins"
[storage here]
type = "filesystem"
path = "{work}/calendars/"
fileext = ".ics"
[storage there]
type = "caldav"
url = "{bridge.url}/dav/"
username = "{bridge.user}"
password = "{bridge.password}"
read_only = true
""")
    (work / "khal.conf").write_text(
        f"[calendars]\n[[work]]\npath = {work}/calendars/work\nreadonly = True\n"
        "[locale]\nlocal_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        f"[sqlite]\npath = {work}/khal.db\n"
    )
    env = {**os.environ, "VDIRSYNCER_CONFIG": str(work / "vdirsyncer.conf"), "HOME": str(work)}

    def run(*command):
        done = subprocess.run(command, input="y\n" * 20, text=True, capture_output=True, env=env, timeout=120)
        assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def shown():
        """The titles that khal lists of this week after a synchronisation, escaped as the feed has them."""
        run("vdirsyncer", "sync")
        today = datetime.date.today().isoformat()
        listed = run("khal", "-c", str(work / "khal.conf"), "list", "--format", "{title}", "--day-format", "", today, "8d")
        return sorted(title.replace(";", "\\;").replace(",", "\\,") for title in listed.splitlines() if title.strip())

    run("vdirsyncer", "discover")
    follows(bridge, shown)
    print("ok: vdirsyncer and khal show all, and follow new, changed and deleted events")
