"""What a text of ours means to an independent expander (python3-recurring-ical-events). The zones are read from the VTIMEZONEs
in the text, not from this machine."""

import collections
import datetime
import re

import icalendar
import recurring_ical_events

UTC = datetime.timezone.utc


def own_zones(text):
    """The text with zone names that no zone database knows, so that only its VTIMEZONEs can explain them."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    return re.sub(r"(TZID[=:])([^:;\r\n]+)", lambda match: f"{match[1]}own-{match[2].replace('/', '-')}", unfolded)


def at(wall, zone):
    """The instant of a wall time as RFC 5545 §3.3.5 reads it: the first of a doubled hour, and in a missing hour the offset
    from before it. The expander's own answer is the second, so its wall times are taken and read here, by its zones."""
    if zone in (None, UTC) or not hasattr(zone, "localize"):
        return wall.replace(tzinfo=UTC)
    both = [zone.localize(wall, is_dst=is_dst) for is_dst in (True, False)]
    is_real = all(zone.normalize(one).replace(tzinfo=None) == wall for one in both)
    return (min if is_real else max)(one.astimezone(UTC) for one in both)


def stamp(value):
    """A date as it is, a time as UTC text."""
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    return at(value.replace(tzinfo=None), value.tzinfo).strftime("%Y-%m-%dT%H:%M:%SZ")


def length(event):
    """Distance of start and end on the wall, which is what Outlook keeps from instance to instance."""
    start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else event["DTSTART"].dt
    if isinstance(start, datetime.datetime) and str(start.tzinfo) == str(end.tzinfo):
        return end.replace(tzinfo=None) - start.replace(tzinfo=None)
    return end - start


def expand(text, start, end):
    """One calendar object → its instances as (start, end, title) in the span."""
    calendar = icalendar.Calendar.from_ical(text)
    master = next((event for event in calendar.walk("VEVENT") if "RECURRENCE-ID" not in event), None)
    found = []
    for event in recurring_ical_events.of(calendar).between(start, end):
        begins = event["DTSTART"].dt
        ends = begins + length(event if "RECURRENCE-ID" in event or master is None else master)
        if isinstance(begins, datetime.datetime):
            ends = ends.replace(tzinfo=begins.tzinfo)
        # Both in the hour that a spring night leaves out: it ends where it begins, not before.
        first = stamp(begins)
        found.append((first, max(first, stamp(ends)), str(event.get("SUMMARY", ""))))
    return found


def objects_of(text):
    """A feed → one text per UID, each with its zones."""
    zones = "".join(re.findall(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE\r?\n", text, re.S))
    by_uid = collections.defaultdict(list)
    for block in re.findall(r"BEGIN:VEVENT.*?END:VEVENT\r?\n", text, re.S):
        by_uid[re.search(r"^UID:(.*?)\r?$", block, re.M).group(1)].append(block)
    for blocks in by_uid.values():
        used = {match for block in blocks for match in re.findall(r"TZID=([^:;]+)", block)}
        mine = "".join(zone for zone in re.findall(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE\r?\n", zones, re.S) if re.search(r"^TZID:(.*?)\r?$", zone, re.M).group(1) in used)
        yield f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:check\r\n{mine}{''.join(blocks)}END:VCALENDAR\r\n"
