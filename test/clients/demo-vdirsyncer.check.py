"""vdirsyncer and khal subscribe to the running demo; what they got is compared with what the bridge serves."""

import base64
import datetime
import os
import re
import subprocess

from bridge import TOP, fetch, folder, free_port, running
from vdirsyncer import Vdirsyncer


def events_of(text):
    """The unfolded VEVENT blocks of a text, sorted: what a file manager may reorder or re-wrap does not count."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    return sorted(re.findall(r"BEGIN:VEVENT.*?END:VEVENT", unfolded.replace("\r\n", "\n"), re.S))


def uid_of(text):
    return re.search(r"^UID:(.*)$", re.sub(r"\r?\n[ \t]", "", text), re.M).group(1).strip()


def call(command, env):
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **env}, timeout=120)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def served(base, user, password, slug):
    """UID → VEVENT blocks of a collection, read with plain PROPFIND and GET."""
    credentials = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    status, _, listing = fetch(
        f"{base}/dav/calendars/{user}/{slug}/",
        "PROPFIND",
        {"Depth": "1", "Authorization": credentials, "Content-Type": "application/xml"},
        b'<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>',
    )
    assert status == 207, (status, listing)
    texts = {}
    for href in re.findall(r"<(?:\w+:)?href>([^<]*\.ics)</", listing):
        status, _, text = fetch(base + href, headers={"Authorization": credentials})
        assert status == 200, (href, status)
        texts[uid_of(text)] = events_of(text)
    return texts


def from_the_guide(work, base, password):
    """The configuration of docs/clients.md, with this demo in place of what it stands for."""
    guide = (TOP / "docs" / "clients.md").read_text()
    text = re.search(r"```ini\n(.*?)```", guide, re.S).group(1)
    changes = [
        ("https://cal.example.org", base),
        ('"alice"', '"demo"'),
        ('password.fetch = ["command", "pass", "graphdav"]', f'password = "{password}"'),
        ("~/", f"{work}/guide/"),
    ]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (work / "guide.conf").write_text(text)
    env = {"VDIRSYNCER_CONFIG": str(work / "guide.conf")}
    subprocess.run(["vdirsyncer", "discover"], input="y\n" * 20, text=True, env={**os.environ, **env}, timeout=120, check=True, capture_output=True)
    call(["vdirsyncer", "sync"], env)
    return len(list((work / "guide").rglob("*.ics")))


with folder() as work:
    port = free_port()
    with running(["demo", "--port", str(port)], work) as demo:
        base = f"http://127.0.0.1:{port}"
        demo.find(re.escape(base) + r"/dav/")
        user = demo.find(r"(?i)user\W+([\w.@-]+)").group(1)
        password = demo.find(r"(?i)password\W+(\S+)").group(1)
        feeds = sorted(set(re.findall(re.escape(base) + r"/feeds/\S+\.ics", demo.text())))
        assert feeds, demo.text()

        pair = 'collections = ["from b"]\nmetadata = ["displayname", "color"]\nconflict_resolution = "b wins"\npartial_sync = "ignore"'
        vdirsyncer = Vdirsyncer(work, base, user, password, pair=pair, there="read_only = true")
        vdirsyncer.run("discover")

        # The demo's tenant lives: a change between the two readings is possible once, not three times in a row.
        for attempt in range(3):
            vdirsyncer.run("sync")
            local = {}
            for slug in sorted(path.name for path in vdirsyncer.calendars.iterdir()):
                local[slug] = {uid_of(text): events_of(text) for text in (file.read_text() for file in (vdirsyncer.calendars / slug).glob("*.ics"))}
            remote = {slug: served(base, user, password, slug) for slug in local}
            if local == remote:
                break
        assert local == remote, "vdirsyncer holds other events than the bridge serves"
        count = sum(len(events) for events in local.values())
        assert len(local) >= 2 and count >= 20, {slug: len(events) for slug, events in local.items()}

        (work / "khal.conf").write_text(
            "[calendars]\n"
            + "".join(f"[[{slug}]]\npath = {work}/calendars/{slug}\nreadonly = True\n" for slug in local)
            + "[locale]\nlocal_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\n"
            "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            f"[sqlite]\npath = {work}/khal.db\n"
        )
        today = datetime.date.today()
        listed = call(["khal", "-c", str(work / "khal.conf"), "list", (today - datetime.timedelta(7)).isoformat(), "21d"], {"HOME": str(work)})
        titles = [line for line in listed.splitlines() if line.strip()]
        assert len(titles) > 10, listed
        assert not re.search(r"(?i)error|critical|warning", listed), listed

        for url in feeds:
            status, headers, text = fetch(url)
            assert status == 200 and headers["Content-Type"].startswith("text/calendar"), (url, status)
            assert len(events_of(text)) > 0, url
            again, _, _ = fetch(url, headers={"If-None-Match": headers["ETag"]})
            assert again in (200, 304), again

        assert from_the_guide(work, base, password) > 20, "the guide's configuration brings no events"

        print(f"ok: vdirsyncer holds {count} resources of {len(local)} calendars as served, khal lists {len(titles)} lines, {len(feeds)} feeds open")
