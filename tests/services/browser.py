"""Chromium for the browser tests: the machine's own, else the one that Playwright has downloaded.

`python -m tests.services.browser` says whether there is one that starts.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, sync_playwright

MISSING = "No Chromium for the browser tests. Install it with: scripts/install-browser.sh"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    "--no-sandbox",  # its sandbox refuses root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    # Nothing that a browser does by itself: the tests need no network but the loopback.
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch_arguments() -> dict[str, Any] | None:
    """What to start Playwright's Chromium with; None when there is none on this machine."""
    for name in _NAMES:
        program = shutil.which(name)
        if program:
            return {"executable_path": program, "args": _ARGUMENTS}
    with sync_playwright() as playwright:
        if Path(playwright.chromium.executable_path).exists():
            return {"args": _ARGUMENTS}
    return None


def _starts() -> bool:
    arguments = launch_arguments()
    if arguments is None:
        return False
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch(**arguments).close()
    except Error as error:
        print(error, file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(0 if _starts() else MISSING)
