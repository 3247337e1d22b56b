"""A headless Thunderbird with a profile of its own. Its remote control, Marionette (Debian's build has it), runs scripts in its
main window, where its own user interface runs: what a person clicks is called there."""

import contextlib
import json
import os
import socket
import subprocess

from bridge import until

CALDAV, FEED = (f"aaaaaaaa-0000-4000-8000-00000000000{number}" for number in (1, 2))

# Known to every script: `calendar`, the CalDAV one; `event`, of an iCalendar text; `when`, a wall time in Berlin; `synchronize`, the
# menu's entry; `instances` of a span; `parent` and `instance`, of a UID and a slot; `save`, what the editor's button does;
# `answer`, a click in the dialog that a conflict opens; `edit`, the window of an event, changed and saved by its button; `type`, at the end of
# a part of the description there.
PRELUDE = """
const { CalEvent } = ChromeUtils.importESModule("resource:///modules/CalEvent.sys.mjs");
const calendarOf = identity => cal.manager.getCalendarById(identity);
const calendar = calendarOf("%s");
const zone = cal.timezoneService.getTimezone("Europe/Berlin");
const when = text => {
  const made = cal.createDateTime(text);
  if (!made.isDate) made.timezone = zone;
  return made;
};
const event = text => { const made = new CalEvent(text); made.calendar = calendar; return made; };
const synchronize = identity => new Promise((resolve, reject) => {
  const of = calendarOf(identity);
  const ended = settle => value => { of.removeObserver(observer); settle(value); };
  const observer = {
    QueryInterface: ChromeUtils.generateQI(["calIObserver"]),
    onLoad: ended(resolve),
    onError: (_, status, message) => ended(reject)(new Error(`${status} ${message}`)),
    onStartBatch() {}, onEndBatch() {}, onAddItem() {}, onModifyItem() {}, onDeleteItem() {},
    onPropertyChanged() {}, onPropertyDeleting() {},
  };
  of.addObserver(observer);
  of.refresh();
});
const instances = (identity, from, to) => calendarOf(identity).getItemsAsArray(
  Ci.calICalendar.ITEM_FILTER_TYPE_EVENT | Ci.calICalendar.ITEM_FILTER_CLASS_OCCURRENCES, 0, when(from), when(to));
const parent = id => calendar.getItem(id);
const instance = async (id, slot) => (await parent(id)).recurrenceInfo.getOccurrenceFor(when(slot));
const save = async (shown, change) => {
  const changed = shown.clone();
  change(changed);
  await doTransaction("modify", changed, calendar, shown);
};
const answer = button => new Promise(resolve => {
  const watcher = (opened, topic) => {
    if (topic !== "domwindowopened") return;
    opened.addEventListener("load", () => {
      if (!opened.location.href.endsWith("calendar-conflicts-dialog.xhtml")) return;
      Services.ww.unregisterNotification(watcher);
      opened.setTimeout(() => { opened.document.querySelector("dialog").getButton(button).click(); resolve(); });
    }, { once: true });
  };
  Services.ww.registerNotification(watcher);
});
const pause = () => new Promise(resolve => setTimeout(resolve, 50));
const edit = async (shown, change) => {
  modifyEventWithDialog(shown, false);
  const opened = () => {
    const dialog = Services.wm.getMostRecentWindow("Calendar:EventDialog");
    const panel = dialog?.document.getElementById("calendar-item-panel-iframe")?.contentDocument;
    const description = panel?.getElementById("item-description")?.contentDocument?.body;
    return description?.textContent ? { dialog, panel, description } : null;
  };
  while (!opened()) await pause();
  const { dialog, ...parts } = opened();
  change(parts);
  dialog.document.getElementById("button-saveandclose").click();
  while (!dialog.closed || (await parent(shown.id)).icalString === shown.icalString) await pause();
};
const type = (description, selector, text) => {
  const selection = description.ownerDocument.getSelection();
  selection.selectAllChildren(description.querySelector(selector));
  selection.collapseToEnd();
  description.ownerDocument.execCommand("insertText", false, text);
};
""" % CALDAV


def profile(work, calendars):
    made = work / "profile"
    made.mkdir()
    prefs = {
        "calendar.list.sortOrder": " ".join(calendars),
        "calendar.item.promptDelete": False,
        "calendar.timezone.useSystemTimezone": False,
        "calendar.timezone.local": "Europe/Berlin",
        "datareporting.policy.dataSubmissionEnabled": False,
        "marionette.port": 0,
    }
    for identity, (kind, url) in calendars.items():
        registry = f"calendar.registry.{identity}"
        # It asks when it is told to.
        prefs |= {f"{registry}.type": kind, f"{registry}.uri": url, f"{registry}.name": kind, f"{registry}.cache.enabled": True, f"{registry}.refreshInterval": "60"}
    (made / "user.js").write_text("".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in prefs.items()))
    return made


class Thunderbird:
    def __init__(self, work, calendars):
        where = profile(work, calendars)
        command = ["thunderbird", "--headless", "--no-remote", "--profile", str(where), "--marionette", "--remote-allow-system-access"]
        self._process = subprocess.Popen(command, env={**os.environ, "HOME": str(work)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = where / "MarionetteActivePort"
        until(lambda: port.exists() and port.read_text().strip(), what="Thunderbird's remote control")
        self._socket = socket.create_connection(("127.0.0.1", int(port.read_text())), timeout=120)
        self._answers = self._socket.makefile("rb")
        self._count = 0
        self._receive()
        self._command("WebDriver:NewSession", capabilities={})
        self._command("Marionette:SetContext", value="chrome")
        self._command("WebDriver:SetTimeouts", script=60_000)

    def run(self, script, *arguments):
        """What a function body returns, which may await; its arguments are a0, a1, …"""
        names = ", ".join(f"a{place}" for place in range(len(arguments)))
        wrapped = f"""
            const done = arguments[arguments.length - 1];
            (async ({names}) => {{ {PRELUDE} {script} }})(...[...arguments].slice(0, -1))
              .then(value => done({{ value }}), error => done({{ error: `${{error}} ${{error?.stack}}` }}));"""
        answer = self._command("WebDriver:ExecuteAsyncScript", script=wrapped, args=list(arguments), newSandbox=True)["value"]
        assert "error" not in answer, f"{answer['error']}\nin {script}"
        return answer.get("value")

    def stop(self):
        with contextlib.suppress(OSError):
            self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _command(self, name, **parameters):
        self._count += 1
        message = json.dumps([0, self._count, name, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, value = self._receive()
        assert error is None, error
        return value

    def _receive(self):
        """One message: its length, a colon, JSON."""
        length = b""
        while (byte := self._answers.read(1)) != b":":
            assert byte, "Thunderbird has ended"
            length += byte
        return json.loads(self._answers.read(int(length)))


@contextlib.contextmanager
def started(work, calendars):
    thunderbird = Thunderbird(work, calendars)
    try:
        yield thunderbird
    finally:
        thunderbird.stop()
