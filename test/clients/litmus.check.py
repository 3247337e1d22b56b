"""litmus (WebDAV) against a calendar that MKCALENDAR has made, which it makes anew for each suite and removes itself. It knows plain
files: plain_files.py puts each into an event. `locks` is left out: the server does not claim class 2, so there is nothing to test.

A test that fails must be listed here with its reason, and a listed one that passes must go from here."""

import os
import re
import subprocess

from bridge import folder
from plain_files import plain_files
from tenant import served

NO_COLLECTIONS = "it needs a collection inside the calendar, and Outlook's calendars have none (RFC 4791 §4.2 allows them, and asks for none)"
NO_NEW_NAME = "MOVE inside one calendar is refused: the name of an event is kept for ever, also by Outlook"

FAILS = {
    "basic": {"delete_fragment": NO_COLLECTIONS, "mkcol": NO_COLLECTIONS},
    "copymove": {
        "copy_init": NO_COLLECTIONS,
        "copy_coll": NO_COLLECTIONS,
        "copy_shallow": NO_COLLECTIONS,
        "move": NO_COLLECTIONS,
        "move_coll": NO_COLLECTIONS,
    },
    "props": {"propmove": NO_NEW_NAME},
    "http": {},
}
# litmus skips what needs the result of a failed test.
SKIPPED = {"basic": {"mkcol_again", "delete_coll"}, "copymove": {"copy_simple", "copy_overwrite", "copy_nodestcoll"}}
WARNINGS = {"server does not claim Class 2 compliance"}
# How many tests each suite has, so that one that breaks off is seen.
TESTS = {"basic": 16, "copymove": 13, "props": 30, "http": 4}


def outcomes(suite, text):
    """What became of each test: {(number, name): pass | FAIL | SKIPPED}. A warning pushes the outcome to a line of its own."""
    found, current = {}, None
    for line in re.split(r"[\r\n]+", text):
        begun = re.match(r" *(\d+)\. (\w+)\.+ ?(.*)", line)
        if begun:
            current = (int(begun[1]), begun[2])
        rest = begun[3] if begun else re.sub(r"^ *\.+ ", "", line)
        ended = re.match(r"(pass|FAIL|SKIPPED)", rest)
        if current and ended:
            found[current] = ended[1]
    assert len(found) == TESTS[suite], f"{suite} broke off:\n{text}"
    return found


with folder() as work, served(work, access="read-write", user="calendars: [work], create: tenant") as bridge:
    with plain_files(bridge.port) as url:
        for suite, reasons in FAILS.items():
            env = {**os.environ, "TESTS": suite}
            command = ["litmus", "-k", url, bridge.user, bridge.password]
            text = subprocess.run(command, cwd=work, env=env, capture_output=True, text=True, timeout=120).stdout
            found = outcomes(suite, text)
            failed = {name for (_, name), outcome in found.items() if outcome == "FAIL"}
            skipped = {name for (_, name), outcome in found.items() if outcome == "SKIPPED"}
            assert failed == set(reasons), f"{suite} fails otherwise than listed, at {failed ^ set(reasons)}:\n{text}"
            assert skipped == SKIPPED.get(suite, set()), f"{suite} skips otherwise than listed:\n{text}"
            unknown = set(re.findall(r"WARNING: (.*)", text)) - WARNINGS
            assert not unknown, f"{suite} warns of {unknown}"
            passed = sum(outcome == "pass" for outcome in found.values())
            print(f"ok: litmus {suite}: {passed} pass, {len(failed)} fail and {len(skipped)} are skipped as listed")
