"""Starts the built program for the client checks, as a user would: `simulate`, `serve`, `demo`, and reads what it prints."""

import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ["node", str(TOP / "dist" / "cli" / "main.js")]


def free_port():
    """A TCP port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """One running command; `lines` is all it has printed so far on both streams."""

    def __init__(self, arguments, folder, env=None):
        self.lines = []
        self.process = subprocess.Popen(
            PROGRAM + arguments,
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def text(self):
        return "\n".join(self.lines)

    def find(self, pattern, seconds=60):
        """The first match of a pattern in what was printed; waits for it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            match = re.search(pattern, self.text())
            if match:
                return match
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{pattern!r} was not printed; what was:\n{self.text()}")

    def stop(self, seconds=10):
        """SIGTERM, as a service manager does; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired as late:
            self.process.kill()
            raise AssertionError(f"did not stop within {seconds} s:\n{self.text()}") from late


@contextlib.contextmanager
def running(arguments, folder, env=None):
    program = Program(arguments, folder, env)
    try:
        yield program
    finally:
        program.stop()


def run(arguments, folder, check=True):
    """One command to its end; standard output."""
    done = subprocess.run(PROGRAM + arguments, cwd=folder, capture_output=True, text=True, timeout=600)
    if check and done.returncode != 0:
        raise AssertionError(f"graphdav {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def fetch(url, method="GET", headers=None, body=None):
    """One HTTP request; (status, headers, text)."""
    request = urllib.request.Request(url, method=method, headers=headers or {}, data=body)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as failed:
        return failed.code, failed.headers, failed.read().decode()


@contextlib.contextmanager
def folder():
    """A working folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="graphdav-check-") as made:
        yield pathlib.Path(made)


def until(condition, seconds=60, what="it"):
    """Waits until a condition holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come true within {seconds} s")
