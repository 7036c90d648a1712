"""A browser to test the page with, and a Japanese font for it.

What the machine has is used; what it lacks is installed where that can be done. When it cannot,
the tests fail and say what is missing: a page nobody looked at has not been tested.
"""

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright

SHELL = "chromium-headless-shell"  # the same engine without its windows: half the time
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGES = (SHELL, "chromium")  # Debian's; the first is not in every release
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
FONTS = ("fonts-noto-cjk", "fonts-ipafont")
ARGUMENTS = [
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
INSTALL_TIME = 600  # seconds
LOCK = Path(tempfile.gettempdir()) / "mimamori-browser.lock"


class NotThere(Exception):
    """What is missing, and what was tried to get it."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Where several want a browser, the first brings it."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(*command: str) -> str:
    """Run it; what went wrong, or nothing."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=INSTALL_TIME, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{' '.join(command)}: {error}"
    if done.returncode == 0:
        return ""
    last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no output"]
    return f"{' '.join(command)}: {last[0]}"


def _apt_install(package: str) -> str:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return f"apt-get install {package}: only for root on Debian or Ubuntu"
    return _run("apt-get", "update", "-q") or _run(
        "apt-get", "install", "-y", "-q", "--no-install-recommends", package
    )


def _candidates(playwright: Playwright, tried: list[str]) -> Iterator[str]:
    """Browsers from the nearest to the farthest; installing only when nearer ones did not do."""
    for found in map(shutil.which, NAMES):
        if found:
            yield found
    if Path(MAC).exists():
        yield MAC
    own = playwright.chromium.executable_path
    if Path(own).exists():
        yield own
    tried.append(_run(sys.executable, "-m", "playwright", "install", "chromium"))
    if Path(own).exists():
        yield own
    for package in PACKAGES:
        tried.append(_apt_install(package))
        if found := shutil.which(package):
            yield found


def launch(playwright: Playwright) -> Browser:
    tried: list[str] = []
    for path in _candidates(playwright, tried):
        try:
            return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            tried.append(f"{path}: {str(error).strip().splitlines()[0]}")
    reasons = "\n  ".join(filter(None, tried))
    raise NotThere(f"No Chromium or Chrome to test the page with. Tried:\n  {reasons}")


def _has_japanese() -> bool:
    if platform.system() in {"Darwin", "Windows"}:
        return True  # their systems bring one
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=ja"], capture_output=True, text=True)
    return bool(listed.stdout.strip())


def need_japanese_font() -> None:
    tried: list[str] = []
    if not _has_japanese() and shutil.which("fc-list") is None:
        tried.append(_apt_install("fontconfig"))
    for package in FONTS:
        if _has_japanese():
            return
        tried.append(_apt_install(package))
    if not _has_japanese():
        reasons = "\n  ".join(filter(None, tried))
        raise NotThere(f"No Japanese font for the page (fc-list :lang=ja is empty). {reasons}")
