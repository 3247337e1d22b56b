"""Evolution Data Server (GNOME Calendar, Evolution) subscribes headless and follows changes; it sees that it may not write."""

from bridge import folder
from evolution import started
from tenant import follows, served

with folder() as work, served(work) as bridge, started(work, bridge.port) as evolution:

    def shown():
        # It holds plain text, the feed escaped one.
        return sorted(title.replace(";", "\\;").replace(",", "\\,") for title in evolution.ask("titles"))

    follows(bridge, shown)
    assert evolution.ask("readonly") is True, "the calendar is not read-only in Evolution"
    print("ok: Evolution Data Server shows, follows, and knows that the calendar is read-only")
