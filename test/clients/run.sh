#!/usr/bin/env bash
# Real clients against the built program: runs each test/clients/*.check.py. Fails when a tool is missing.
set -uo pipefail
cd "$(dirname "$0")/../.."

python=/usr/bin/python3
missing=0
for tool in node vdirsyncer khal dbus-run-session thunderbird litmus "$python"; do
  command -v "$tool" >/dev/null || { echo "test:clients needs $tool (Debian: apt-get install vdirsyncer khal dbus thunderbird litmus python3)" >&2; missing=1; }
done
"$python" -c 'import icalendar, recurring_ical_events' 2>/dev/null ||
  { echo 'test:clients needs python3-icalendar and python3-recurring-ical-events' >&2; missing=1; }
"$python" -c 'import caldav, gi; gi.require_version("ECal", "2.0")' 2>/dev/null ||
  { echo 'test:clients needs python3-caldav, python3-gi, gir1.2-ecal-2.0 and evolution-data-server' >&2; missing=1; }
[ "$missing" = 0 ] || exit 1
npm run --silent build || exit 1

passed=0
failed=0
for check in test/clients/*.check.py; do
  begin=$SECONDS
  if "$python" "$check"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $check"; fi
  echo "   $(basename "$check" .check.py): $((SECONDS - begin)) s"
done
mkdir -p coverage
printf '{ "numPassedTests": %s, "numFailedTests": %s }\n' "$passed" "$failed" >coverage/clients.json
echo "client checks: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
