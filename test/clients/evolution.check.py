"""Evolution Data Server (GNOME Calendar, Evolution) subscribes headless and follows changes; it sees that it may not write."""

import json
import os
import subprocess
import sys
import threading

PORT, CALENDAR, USER, PASSWORD = "EDS_PORT", "/dav/calendars/alice/work/", "alice", "a-plain-one"


def client():
    """Runs inside its own session bus: answers each line on standard input with the titles it shows."""
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
    authentication.set_port(int(os.environ[PORT]))
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

    def answer():
        connected = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, 10, None)
        for _ in sys.stdin:
            connected.refresh_sync(None)
            _, events = connected.get_object_list_as_comps_sync("#t", None)
            titles = sorted(event.get_summary().get_value() for event in events)
            print(json.dumps({"titles": titles, "readonly": connected.is_readonly()}), flush=True)
        os._exit(0)

    threading.Thread(target=answer, daemon=True).start()
    loop.run()


def check():
    from bridge import folder
    from tenant import follows, served

    with folder() as work, served(work) as bridge:
        home = work / "eds"
        home.mkdir()
        names = {"XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache"}
        env = {**os.environ, PORT: str(bridge.port), "HOME": str(home), **{name: str(home / part) for name, part in names.items()}}
        command = ["dbus-run-session", "--", sys.executable, __file__, "client"]
        eds = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)

        def shown():
            eds.stdin.write("\n")
            eds.stdin.flush()
            while True:
                line = eds.stdout.readline()
                assert line, "Evolution Data Server has ended"
                if line.startswith("{"):
                    break
            answer = json.loads(line)
            assert answer["readonly"] is True, "the calendar is not read-only in Evolution"
            # It holds plain text, the feed escaped one.
            return sorted(title.replace(";", "\\;").replace(",", "\\,") for title in answer["titles"])

        try:
            follows(bridge, shown)
        finally:
            eds.stdin.close()
            eds.wait(30)
        print("ok: Evolution Data Server shows, follows, and knows that the calendar is read-only")


if __name__ == "__main__":
    client() if sys.argv[1:] == ["client"] else check()
