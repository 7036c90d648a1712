"""The controller's facts on disk: a snapshot of the panel, and the facts since.

A fact is on the disk before anything is done about it, so that a restart in any state goes on where
it was. A line that a power cut tore is no fact: nothing had followed from it.
"""

import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter, ValidationError

from iot.agent.device import files
from iot.messages.panel_facts import AnyFact
from iot.panel import panel as panels
from iot.panel.state import Panel

log = logging.getLogger(__name__)

FACT: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)
KEPT = 256
"""Facts after which a snapshot takes their place."""


class Journal:
    """The journal in a directory; ``panel``: what its facts came to when it was opened.

    ``tail``: the facts since the snapshot. What was lost with the disk begins a new journal.
    """

    def __init__(
        self, directory: Path, new_name: Callable[[], str] = lambda: secrets.token_hex(8)
    ) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        files.sweep(directory)
        self.panel = self._snapshot() or Panel(journal=new_name())
        self.tail: list[AnyFact] = []
        self._read()
        self._file: BinaryIO | None = None
        self.keep(self.panel)

    def append(self, fact: AnyFact) -> None:
        """Keep a fact; it is on the disk when this returns. OSError."""
        if self._file is None:
            self._file = self._log.open("ab")
        self._file.write(fact.model_dump_json(exclude_none=True).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.tail.append(fact)

    @property
    def full(self) -> bool:
        """Whether a snapshot should be made."""
        return len(self.tail) >= KEPT

    def keep(self, panel: Panel) -> None:
        """Make a snapshot; the facts in it are forgotten here. OSError."""
        told = panel.model_dump_json(exclude_defaults=True)
        if self.full or not self._path.exists():
            files.write(self._path, told.encode())
            if self._file:
                self._file.close()
            self._file = None
            self._log.unlink(missing_ok=True)
            self.tail = []

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
        self._file = None

    @property
    def _path(self) -> Path:
        return self._directory / "panel.json"

    @property
    def _log(self) -> Path:
        return self._directory / "facts.jsonl"

    def _snapshot(self) -> Panel | None:
        try:
            return Panel.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError):
            log.error("journal: unreadable, a new one begins")
            self._log.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)
            return None

    def _read(self) -> None:
        try:
            lines = self._log.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        good = 0
        for line in lines[:-1]:
            try:
                fact = FACT.validate_json(line)
            except ValidationError:
                log.error("journal: a line is no fact; what follows it is left out")
                break
            good += len(line) + 1
            if fact.number == self.panel.number + 1:
                self.panel = panels.after(self.panel, fact).panel
                self.tail.append(fact)
        with self._log.open("r+b") as file:
            file.truncate(good)
