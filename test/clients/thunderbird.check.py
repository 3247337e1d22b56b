"""Thunderbird subscribes headless, to the calendar and to the feed, and follows changes."""

from bridge import folder
from proxy import Proxy
from tenant import follows, served
from thunderbird import CALDAV, FEED, started

with folder() as work, served(work) as bridge:
    calendars = {CALDAV: ("caldav", f"http://127.0.0.1:{Proxy(bridge).port}/dav/calendars/alice/work/"), FEED: ("ics", bridge.feed)}
    with started(work, calendars) as thunderbird:

        def titles(identity):
            """The titles it shows after a look, escaped as the feed has them."""
            script = """
                await synchronize(a0);
                const items = await calendarOf(a0).getItemsAsArray(Ci.calICalendar.ITEM_FILTER_TYPE_EVENT, 0, null, null);
                return items.map(item => item.title);"""
            return sorted(title.replace(";", "\\;").replace(",", "\\,") for title in thunderbird.run(script, identity))

        def shown():
            calendar, feed = titles(CALDAV), titles(FEED)
            return calendar if calendar == feed else None

        follows(bridge, shown)
        assert thunderbird.run("return calendar.readOnly") is True, "the calendar is not read-only in Thunderbird"
    print("ok: Thunderbird shows the calendar and the feed, follows both, and knows that it may not write")
