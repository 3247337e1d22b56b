"""The package as npm would publish it: packed, installed into an empty folder, and the demo runs from there."""

import json
import os
import re
import subprocess

from bridge import TOP, fetch, folder, free_port

with folder() as work:
    npm = {**os.environ, "NO_UPDATE_NOTIFIER": "1"}
    packed = subprocess.run(
        ["npm", "pack", "--ignore-scripts", "--json", "--pack-destination", str(work)],
        cwd=TOP, env=npm, capture_output=True, text=True, timeout=120, check=True,
    )
    [package] = json.loads(packed.stdout)
    names = [file["path"] for file in package["files"]]
    strange = [name for name in names if not re.match(r"(dist|config|docs)/|(package\.json|README\.md|LICENSE|ARCHITECTURE\.md|CHANGELOG\.md)$", name)]
    assert not strange and "dist/cli/main.js" in names and "config/graphdav.example.yaml" in names, names

    home = work / "home"
    home.mkdir()
    (home / "package.json").write_text('{ "private": true }')
    install = ["npm", "install", "--no-audit", "--no-fund", "--loglevel", "error", str(work / package["filename"])]
    done = subprocess.run(install, cwd=home, env=npm, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr

    program = str(home / "node_modules" / ".bin" / "graphdav")
    version = subprocess.run([program, "--version"], cwd=home, capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    assert version == package["version"], version
    port = free_port()
    demo = subprocess.Popen([program, "demo", "--port", str(port)], cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for line in demo.stdout:
            if "Ctrl-C ends the demo" in line:
                break
        status, _, text = fetch(f"http://127.0.0.1:{port}/feeds/demo-feed-of-work-0123456789/work.ics")
        assert status == 200 and text.count("BEGIN:VEVENT") > 10, (status, text[:200])
    finally:
        demo.terminate()
        assert demo.wait(15) == 0, demo.returncode
    print(f"package: {package['filename']}, {len(names)} files, {package['size'] // 1000} kB, installs and runs")
