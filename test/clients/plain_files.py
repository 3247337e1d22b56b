"""A small proxy for litmus, which knows plain files only: each file becomes an event that carries its bytes, and comes back as it was.
Everything else passes as it is: methods, conditions, properties, what the server answers. The one collection that litmus makes for
itself (MKCOL without a body) is asked for as a calendar."""

import base64
import contextlib
import datetime
import http.client
import http.server
import re
import socket
import threading
import urllib.parse

# Inside the window that the calendar tracks.
TODAY = datetime.date.today().strftime("%Y%m%d")

SCRATCH = "/dav/calendars/alice/litmus/"


def is_file(path):
    return path.startswith(SCRATCH) and not path.endswith("/")


def event(path, content):
    uid = base64.b16encode(path.encode()).decode().lower()
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//litmus//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20260101T000000Z",
        f"DTSTART;VALUE=DATE:{TODAY}",
        "SUMMARY:litmus",
        f"DESCRIPTION:bytes-{base64.b64encode(content).decode()}-end",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(line + "\r\n" for line in lines).encode()


def content_of(text):
    unfolded = re.sub(rb"\r?\n[ \t]", b"", text)
    return base64.b64decode(re.search(rb"bytes-([^-]*)-end", unfolded).group(1))


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    port = 0

    def log_message(self, *_):
        pass

    def handle_expect_100(self):
        return True  # the server says it, not this proxy

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.relay
        raise AttributeError(name)

    def relay(self):
        path, method = self.path.split("#")[0], self.command
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name: value for name, value in self.headers.items() if name not in ("Host", "Connection", "TE", "Content-Length")}
        files = method == "PUT" and is_file(path)
        if method == "MKCOL" and path == SCRATCH:
            method = "MKCALENDAR"
        if files:
            headers["Content-Type"] = "text/calendar; charset=utf-8"
        if "Destination" in headers:
            there = urllib.parse.urlsplit(headers["Destination"])
            name = there.path + (".ics" if is_file(there.path) else "")
            headers["Destination"] = f"http://127.0.0.1:{self.port}{name}" if there.port == self.server.server_port else headers["Destination"]
        size = len(event(path, bytes(length))) if files else length
        headers |= {"Host": f"127.0.0.1:{self.port}", "Connection": "close"}
        if size or method in ("PUT", "POST"):
            headers["Content-Length"] = str(size)
        with socket.create_connection(("127.0.0.1", self.port)) as server:
            target = path + (".ics" if is_file(path) else "")
            head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            server.sendall(head.encode() + b"\r\n")
            if "Expect" in self.headers:
                self.pass_on_continue(server)
            content = self.rfile.read(length)
            server.sendall(event(path, content) if files else content)
            answer = http.client.HTTPResponse(server, method=method)
            answer.begin()
            self.answer(answer, answer.read(), is_file(path))

    def pass_on_continue(self, server):
        told = server.recv(12, socket.MSG_PEEK | socket.MSG_WAITALL)
        if told.endswith(b" 100"):
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def answer(self, answer, body, of_file):
        if of_file and answer.status == 200 and self.command == "GET":
            body = content_of(body)
        body = re.sub(rb"\.ics(</[\w:]*href>)", rb"\1", body)
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "keep-alive"):
                self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(body)))
        with contextlib.suppress(ConnectionError):  # litmus does not wait for every body
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)


@contextlib.contextmanager
def plain_files(port):
    """The proxy before the server of this port; yields the address of the calendar home."""
    handler = type("Handler", (Proxy,), {"port": port})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{SCRATCH.removesuffix('litmus/')}"
        server.shutdown()
