"""A story told line by line, and what was observed of it."""

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from local.cloud import LocalCloud

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds that one step may take."""


class Telling:
    """What has been observed so far of the steps that a story must show."""

    def __init__(self, steps: Mapping[str, str]) -> None:
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._steps = steps
        self.seen: dict[str, str] = {}

    def tell(self, text: str, mark: str = " ") -> None:
        """One line, with the seconds since the beginning."""
        with self._lock:
            print(f"{time.monotonic() - self._began:7.1f} s  {mark} {text}", flush=True)

    def observe(self, step: str, detail: str) -> None:
        """A step of the story has been seen to happen."""
        first = step not in self.seen
        self.seen.setdefault(step, detail)
        self.tell(f"{self._steps[step]}: {detail}" if first else detail, "✓")

    def ended_well(self) -> bool:
        """Whether every step was seen; those that were not are told."""
        missing = [step for step in self._steps if step not in self.seen]
        for step in missing:
            self.tell(f"not observed: {self._steps[step]}", "✗")
        return not missing


def until(what: str, look: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """What ``look`` finds; TimeoutError when it finds nothing in time."""
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up:
        if (found := look()) is not None:
            return found
        time.sleep(0.2)
    raise TimeoutError(f"{what} was not seen within {patience:.0f} s")


def text(mail: Mapping[str, Any]) -> str:
    """What a mail says."""
    return str(mail.get("Text") or mail.get("BodyText") or mail.get("Body"))


def quoted(said: str) -> str:
    """Words of the service, set off from the story's own."""
    return "\n".join(f"             │ {line}" for line in said.strip().splitlines())


def stay(cloud: LocalCloud, logins: str) -> None:
    """Keep everything up for whoever wants to look."""
    print(
        f"""
  The page   {cloud.web_url}
  Login      {logins}
  Password   {cloud.seeded["password"]}
  Mails      python -m local mails
  Clock      python -m local clock advance 3d

  Ctrl-C stops everything.
""",
        flush=True,
    )
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
