"""The machine's own Chromium: found, or installed where that is ours to do, and how it is started."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from e2e.debian import install, is_ours_to_install

# The first is the same engine without a window: a page costs it half as much.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# An older Debian has the browser alone. Liberation has the widths of the fonts that most people have.
PACKAGES = (("chromium-headless-shell", "fonts-liberation"), ("chromium", "fonts-liberation"))
QUIET = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
MISSING = """\
Chromium is needed and was not found on this machine{why}.
Install it (Debian: apt-get install chromium-headless-shell fonts-liberation),
or name its program in HELPDESK_CHROMIUM."""


class NoBrowser(Exception):
    """There is no Chromium and none can be installed; the message says what to do."""


def chromium() -> str | None:
    """The path of its program: the one that HELPDESK_CHROMIUM names, else the first on PATH."""
    if named := os.environ.get("HELPDESK_CHROMIUM"):
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure_chromium() -> str:
    """The path of its program. As root on Debian it is installed when missing; raises `NoBrowser` elsewhere."""
    found, why = chromium(), ""
    for packages in PACKAGES if is_ours_to_install() else ():
        if found is None:
            why = install("Chromium", packages)
            found = chromium()
    if found is None:
        raise NoBrowser(MISSING.format(why=f", and apt-get could not install it:\n{why}\n" if why else ""))
    return found


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A headless browser within the block. Raises `NoBrowser`."""
    program = ensure_chromium()
    # As root its sandbox does not start; the only pages that it opens are our own.
    flags = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            browser.close()
