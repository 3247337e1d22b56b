"""vdirsyncer with a folder on this machine on one side and the bridge on the other."""

import os
import subprocess


class Vdirsyncer:
    """`pair` are further lines of the pair, `there` of the bridge's side."""

    def __init__(self, work, url, user, password, pair="", there=""):
        self.calendars = work / "calendars"
        self._file = work / "vdirsyncer.conf"
        self._work, self._url, self._user, self._password, self._there = work, url, user, password, there
        self.configure(pair)

    def configure(self, pair):
        self._file.write_text(f"""
[general]
status_path = "{self._work}/status/"
[pair both]
a = "here"
b = "there"
{pair}
[storage here]
type = "filesystem"
path = "{self.calendars}/"
fileext = ".ics"
[storage there]
type = "caldav"
url = "{self._url}/dav/"
username = "{self._user}"
password = "{self._password}"
{self._there}
""")

    def attempt(self, *command):
        """One command, all questions answered with yes; how it ended."""
        env = {**os.environ, "VDIRSYNCER_CONFIG": str(self._file), "HOME": str(self._work)}
        return subprocess.run(["vdirsyncer", *command], input="y\n" * 20, text=True, capture_output=True, env=env, timeout=120)

    def run(self, *command):
        done = self.attempt(*command)
        assert done.returncode == 0, f"vdirsyncer {' '.join(command)}:\n{done.stdout}{done.stderr}"
