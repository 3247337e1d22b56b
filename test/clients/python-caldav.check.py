"""python3-caldav subscribes: discovery, lists, ranges, expansion, sync tokens, free and busy times."""

import datetime
import re

import caldav

from bridge import folder, until
from tenant import follows, served

UTC = datetime.timezone.utc


def title(event):
    unfolded = re.sub(r"\r?\n[ \t]", "", event.data)
    return re.search(r"^SUMMARY:(.*?)\r?$", unfolded, re.M).group(1)


with folder() as work, served(work) as bridge:
    client = caldav.DAVClient(bridge.url + "/dav/", username=bridge.user, password=bridge.password)
    principal = client.principal()
    (calendar,) = principal.calendars()
    assert str(calendar.url) == bridge.calendar and calendar.get_supported_components() == ["VEVENT"]
    synced = calendar.objects_by_sync_token(load_objects=True)

    def by_sync():
        """The titles that the library holds after following the sync token."""
        synced.sync()
        for event in synced:
            event.load()
        return sorted(map(title, synced))

    follows(bridge, lambda: sorted(map(title, calendar.events())))
    assert by_sync() == bridge.titles()
    bridge.add("Breakfast again", 5)
    until(lambda: by_sync() == bridge.titles() and len(list(synced)) == 3, what="the sync token leads to the new event")

    now = datetime.datetime.now(UTC)
    found = calendar.date_search(now, now + datetime.timedelta(4), expand=True)
    assert sorted(map(title, found)) == ["Dinner", "Early breakfast"], found
    busy = calendar.freebusy_request(now, now + datetime.timedelta(7)).data
    assert len(re.findall(r"^FREEBUSY", busy, re.M)) == 3, busy
    assert principal.calendar_user_address_set()[0].startswith("mailto:")
    print("ok: python3-caldav finds, lists, expands and follows")
