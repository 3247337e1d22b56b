"""Thunderbird subscribes headless, to the calendar and to the feed, and follows changes; what it shows is read from its cache.

It cannot be given a password without a window, so a small proxy adds one to what it sends."""

import base64
import http.client
import http.server
import os
import shutil
import sqlite3
import subprocess
import threading

from bridge import folder
from tenant import follows, served


def proxy(bridge):
    """A proxy in front of the bridge that signs in; its port."""
    credentials = "Basic " + base64.b64encode(f"{bridge.user}:{bridge.password}".encode()).decode()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {**dict(self.headers), "Authorization": credentials, "Accept-Encoding": "identity", "Connection": "close"}
            connection = http.client.HTTPConnection("127.0.0.1", bridge.port, timeout=60)
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection", "keep-alive"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

        do_GET = do_HEAD = do_OPTIONS = do_PROPFIND = do_PROPPATCH = do_REPORT = do_PUT = do_DELETE = do_POST = forward

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


CALDAV, FEED = (f"aaaaaaaa-0000-4000-8000-00000000000{number}" for number in (1, 2))


def profile(work, calendars):
    made = work / "profile"
    made.mkdir()
    prefs = {"calendar.list.sortOrder": " ".join(calendars), "datareporting.policy.dataSubmissionEnabled": False}
    for identity, (kind, url) in calendars.items():
        registry = f"calendar.registry.{identity}"
        prefs |= {
            f"{registry}.type": kind,
            f"{registry}.uri": url,
            f"{registry}.name": kind,
            f"{registry}.cache.enabled": True,
            f"{registry}.refreshInterval": "1",
        }
    text = {True: "true", False: "false"}
    lines = [f'user_pref("{name}", {text[value] if isinstance(value, bool) else chr(34) + value + chr(34)});' for name, value in prefs.items()]
    (made / "user.js").write_text("\n".join(lines) + "\n")
    return made


with folder() as work, served(work) as bridge:
    where = profile(work, {CALDAV: ("caldav", f"http://127.0.0.1:{proxy(bridge)}/dav/calendars/alice/work/"), FEED: ("ics", bridge.feed)})
    command = ["thunderbird", "--headless", "--no-remote", "--profile", str(where)]
    thunderbird = subprocess.Popen(command, env={**os.environ, "HOME": str(work)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def titles(identity):
        """The titles in Thunderbird's cache, escaped as the feed has them; of a copy, as it holds the file."""
        cache = where / "calendar-data"
        if not (cache / "cache.sqlite").exists():
            return None
        copy = work / "cache"
        shutil.rmtree(copy, ignore_errors=True)
        try:
            shutil.copytree(cache, copy)
        except shutil.Error:
            # A journal went while the files were copied: looked at again in a moment.
            return None
        try:
            with sqlite3.connect(copy / "cache.sqlite") as database:
                rows = database.execute("SELECT title FROM cal_events WHERE cal_id = ?", (identity,)).fetchall()
        except sqlite3.Error:
            return None
        return sorted((title or "").replace(";", "\\;").replace(",", "\\,") for (title,) in rows)

    def shown():
        calendar, feed = titles(CALDAV), titles(FEED)
        return calendar if calendar == feed else None

    try:
        # It asks once a minute.
        follows(bridge, shown, seconds=150, together=True)
    finally:
        thunderbird.terminate()
        try:
            thunderbird.wait(20)
        except subprocess.TimeoutExpired:
            thunderbird.kill()
    print("ok: Thunderbird shows the calendar and the feed, and follows both")
