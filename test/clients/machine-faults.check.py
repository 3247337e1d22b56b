"""A machine that fails: the disk is full or becomes read-only under a running server, at its start, and is well again. Needs a
file system of its own (`unshare --mount`), which a root user has, and others where user namespaces are allowed."""

import base64
import contextlib
import datetime
import json
import os
import subprocess
import sys

from bridge import PROGRAM, fetch, folder, until
from tenant import served

if os.environ.get("GRAPHDAV_OWN_MOUNTS") != "1":
    # Once more, where mounting harms nobody; the mounts end with this process.
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    sys.exit(subprocess.call(["unshare", *user, "--mount", sys.executable, __file__], env={**os.environ, "GRAPHDAV_OWN_MOUNTS": "1"}))


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def put(bridge, name, title):
    """A new event on the sixth day from now; the status of the answer."""
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(6)).strftime("%Y%m%d")
    password = base64.b64encode(f"{bridge.user}:{bridge.password}".encode()).decode()
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//check//EN\r\nBEGIN:VEVENT\r\nUID:{name}\r\nDTSTAMP:20260101T000000Z\r\n"
    text += f"DTSTART:{day}T100000Z\r\nDTEND:{day}T110000Z\r\nSUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    headers = {"Authorization": f"Basic {password}", "Content-Type": "text/calendar; charset=utf-8"}
    return fetch(f"{bridge.calendar}{name}.ics", "PUT", headers, text.encode())[0]


def state(work):
    """The row of the calendar in `graphdav status --json`."""
    done = subprocess.run([*PROGRAM, "status", "--json", "--config", "graphdav.yaml"], cwd=work, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)["calendars"]["work"]


def says(work, words):
    """True when the calendar's last error, as `status` tells it, holds these words."""
    error = state(work)["lastError"]
    return error is not None and words in error["message"]


def heals(bridge, work, titles):
    until(lambda: bridge.titles() == titles, what=f"{titles} in the feed")
    until(lambda: state(work)["lastError"] is None, what="a calendar without error")


with folder() as work:
    data = work / "data"
    data.mkdir(mode=0o700)
    mount("-t", "tmpfs", "-o", "size=3m,mode=0700", "tmpfs", str(data))
    try:
        with served(work, access="read-write") as bridge:
            bridge.add("Before", 1)
            until(lambda: bridge.titles() == ["Before"], what="the first event in the feed")

            # A full disk: what is there is served, the reason is said, no write is acknowledged that could be lost.
            filler = data / "filler"
            with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while file.write(b"\0" * 4096):
                    pass
            bridge.add("While it was full", 2)
            until(lambda: says(work, "the disk is full"), what="the full disk in the status")
            assert bridge.titles() == ["Before"], bridge.titles()
            assert (status := put(bridge, "full", "Not to be lost")) == 503, status
            assert bridge.instances(6) == [], "an unacknowledged write is in Outlook"
            filler.unlink()
            heals(bridge, work, ["Before", "While it was full"])
            assert put(bridge, "full", "Not to be lost") == 201

            # A file system that turns read-only, as a failing disk does.
            mount("-o", "remount,ro", str(data))
            bridge.add("While it was read-only", 3)
            until(lambda: says(work, "the file system is read-only"), what="the read-only disk in the status")
            assert (status := put(bridge, "read-only", "Not to be lost either")) == 503, status
            assert bridge.instances(6) == ["Not to be lost"], bridge.instances(6)
            mount("-o", "remount,rw", str(data))
            heals(bridge, work, ["Before", "Not to be lost", "While it was full", "While it was read-only"])

        # At a start: one sentence, and 1.
        mount("-o", "remount,ro", str(data))
        done = subprocess.run([*PROGRAM, "serve", "--config", "graphdav.yaml"], cwd=work, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1, done.returncode
        sentence = done.stderr.strip().splitlines()[-1]
        assert "read-only" in sentence and "    at " not in done.stderr, done.stderr
        print(f"machine-faults: a full disk and a read-only one were told, served from and healed; at a start: {sentence}")
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=False)
