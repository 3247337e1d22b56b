"""Evolution Data Server (the calendars of Evolution and GNOME Calendar), headless, in a session bus and a home of its own.
The file is both sides: `started` begins `python3 evolution.py`, which answers one line of JSON with another."""

import contextlib
import json
import os
import subprocess
import sys
import threading

CALENDAR, USER, PASSWORD = "/dav/calendars/alice/work/", "alice", "a-plain-one"


class Refused(Exception):
    """What it would tell the person."""


class Evolution:
    """`ask` runs one of the functions of `functions` there."""

    def __init__(self, work, port):
        home = work / "eds"
        home.mkdir()
        names = {"XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache"}
        env = {**os.environ, "EDS_PORT": str(port), "HOME": str(home), **{name: str(home / part) for name, part in names.items()}}
        command = ["dbus-run-session", "--", sys.executable, __file__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)

    def ask(self, name, **parameters):
        self._process.stdin.write(json.dumps([name, parameters]) + "\n")
        self._process.stdin.flush()
        while not (line := self._process.stdout.readline()).startswith("{"):
            assert line, "Evolution Data Server has ended"
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["value"]

    def stop(self):
        self._process.stdin.close()
        self._process.wait(30)


@contextlib.contextmanager
def started(work, port):
    evolution = Evolution(work, port)
    try:
        yield evolution
    finally:
        evolution.stop()


def functions(connected):
    """What can be asked of a connected calendar. `slot` and `rid` are starts on the wall; `mod` is ALL, THIS or
    THIS_AND_FUTURE; `flags` says what to do in a conflict."""
    from gi.repository import ECal, ICalGLib

    nothing = ECal.OperationFlags.NONE

    def titles():
        connected.refresh_sync(None)
        _, events = connected.get_object_list_as_comps_sync("#t", None)
        return sorted(event.get_summary().get_value() for event in events)

    def instances(start, end):
        """(start, end, title) of each in a span of seconds; times in seconds, dates as texts."""
        connected.refresh_sync(None)
        found = []

        def add(component, begins, ends, *_):
            times = [one.as_ical_string() if one.is_date() else one.as_timet_with_zone(one.get_timezone() or ICalGLib.Timezone.get_utc_timezone()) for one in (begins, ends)]
            found.append([*times, component.get_summary()])
            return True

        connected.generate_instances_sync(start, end, None, add, None)
        return found

    def text(uid, slot=None):
        """The series, or one date of it as its editor opens it, by its start on the wall."""
        component = connected.get_object_sync(uid, None, None)[1]
        if slot is None:
            return component.as_ical_string()
        detached = [one.get_icalcomponent() for one in connected.get_objects_for_uid_sync(uid, None)[1] if one.get_recurid_as_string() == slot]
        at = ICalGLib.Time.new_from_string(slot)
        at.set_timezone(component.get_dtstart().get_timezone())
        return (detached or [ECal.util_construct_instance(component, at)])[0].as_ical_string()

    def create(text):
        return connected.create_object_sync(ICalGLib.Component.new_from_string(text), nothing, None)[1]

    def modify(text, mod, flags="NONE"):
        connected.modify_object_sync(ICalGLib.Component.new_from_string(text), getattr(ECal.ObjModType, mod), getattr(ECal.OperationFlags, flags), None)

    def remove(uid, mod, rid=None):
        connected.remove_object_sync(uid, rid, getattr(ECal.ObjModType, mod), nothing, None)

    def readonly():
        return connected.is_readonly()

    return {one.__name__: one for one in (titles, instances, text, create, modify, remove, readonly)}


def main():
    import gi

    gi.require_version("EDataServer", "1.2")
    gi.require_version("ECal", "2.0")
    from gi.repository import ECal, EDataServer, GLib

    registry = EDataServer.SourceRegistry.new_sync(None)
    source = EDataServer.Source.new_with_uid("graphdav-check", None)
    source.set_parent("caldav-stub")
    source.set_display_name("check")
    source.get_extension(EDataServer.SOURCE_EXTENSION_CALENDAR).set_backend_name("caldav")
    authentication = source.get_extension(EDataServer.SOURCE_EXTENSION_AUTHENTICATION)
    authentication.set_host("127.0.0.1")
    authentication.set_port(int(os.environ["EDS_PORT"]))
    authentication.set_user(USER)
    authentication.set_method("plain/password")
    source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND).set_resource_path(CALENDAR)
    source.get_extension(EDataServer.SOURCE_EXTENSION_SECURITY).set_method("none")
    registry.commit_source_sync(source, None)
    source = registry.ref_source("graphdav-check")
    credentials = EDataServer.NamedParameters.new()
    credentials.set(EDataServer.SOURCE_CREDENTIAL_USERNAME, USER)
    credentials.set(EDataServer.SOURCE_CREDENTIAL_PASSWORD, PASSWORD)
    source.connect("credentials-required", lambda *_: source.invoke_authenticate_sync(credentials, None))
    loop = GLib.MainLoop()

    def serve():
        known = functions(ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, 10, None))
        for line in sys.stdin:
            name, parameters = json.loads(line)
            try:
                answer = {"value": known[name](**parameters)}
            except GLib.Error as failed:
                answer = {"error": failed.message}
            print(json.dumps(answer), flush=True)
        os._exit(0)

    threading.Thread(target=serve, daemon=True).start()
    loop.run()


if __name__ == "__main__":
    main()
