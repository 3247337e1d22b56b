"""A proxy in front of the bridge: signs in, for a client that asks for the password in a window, and keeps what is written."""

import base64
import http.client
import http.server
import threading


class Proxy:
    def __init__(self, bridge):
        credentials = "Basic " + base64.b64encode(f"{bridge.user}:{bridge.password}".encode()).decode()
        # (method, path, If-Match or If-None-Match, body, status) of each PUT and DELETE.
        self.writes = writes = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {**dict(self.headers), "Authorization": credentials, "Accept-Encoding": "identity", "Connection": "close"}
                connection = http.client.HTTPConnection("127.0.0.1", bridge.port, timeout=60)
                connection.request(self.command, self.path, body, headers)
                answer = connection.getresponse()
                content = answer.read()
                if self.command in ("PUT", "DELETE"):
                    condition = self.headers.get("If-Match") or self.headers.get("If-None-Match")
                    writes.append((self.command, self.path, condition, body.decode(), answer.status))
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
        self.port = server.server_port
