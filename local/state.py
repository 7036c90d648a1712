"""The directory in which a local cloud keeps what it is: who runs it, where, and what is kept."""

import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import socket
import time
from pathlib import Path
from typing import Any, TextIO

PORTS = ("http", "mqtt", "clock", "web")
_QUIET_PORTS = range(20_000, 32_000)
_ATTEMPTS = 100


class AlreadyRunning(Exception):
    """A local cloud is running on this directory."""


class StateDir:
    """One local cloud at a time: whoever holds the lock on it, however others ended."""

    def __init__(self, path: Path, keep: bool = False) -> None:
        self.path = path
        self.log = path / "emulator.log"
        self.services = path / ("services-kept" if keep else "services-scratch")
        self.ca_file = self.services / "ca.pem"
        self._run = path / "run.json"
        self._lock_path = path / "lock"
        self._lock: TextIO | None = None

    def acquire(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        lock = self._lock_path.open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            run = self.running() or {}
            raise AlreadyRunning(
                f"a local cloud already runs here (process {run.get('pid', '?')},"
                f" {run.get('web') or run.get('endpoint') or 'starting'});"
                " stop it with: python -m local down"
            ) from None
        self._lock = lock
        self._run.unlink(missing_ok=True)  # of one that was killed

    @property
    def lock_fd(self) -> int:
        assert self._lock
        return self._lock.fileno()

    def release(self) -> None:
        self._run.unlink(missing_ok=True)
        if self._lock:
            self._lock.close()
            self._lock = None

    def running(self) -> dict[str, Any] | None:
        """What the running local cloud said of itself; nothing if none runs."""
        if not self._is_locked() or not self._run.is_file():
            return None
        found: dict[str, Any] = json.loads(self._run.read_text())
        return found

    def _is_locked(self) -> bool:
        if not self._lock_path.is_file():
            return False
        with self._lock_path.open("a") as probe:
            try:
                fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def announce(self, run: dict[str, Any]) -> None:
        draft = self._run.with_suffix(".part")
        draft.write_text(json.dumps(run, indent=1, ensure_ascii=False))
        draft.rename(self._run)

    def stop_running(self, patience: float = 30.0) -> bool:
        """Ask the running local cloud to end, and wait for it."""
        run = self.running()
        if run is None:
            return False
        os.kill(run["pid"], signal.SIGTERM)
        give_up = time.monotonic() + patience
        while self._is_locked() and time.monotonic() < give_up:
            time.sleep(0.05)
        return not self._is_locked()

    def clear(self) -> None:
        """Forget what the services held; what a run with `keep` holds is elsewhere."""
        shutil.rmtree(self.services, ignore_errors=True)

    def ports(self) -> dict[str, int]:
        """Free ports; those of the run before where they are kept and still free."""
        file = self.services / "ports.json"
        before: dict[str, int] = json.loads(file.read_text()) if file.is_file() else {}
        chosen = _free_ports(before)
        self.services.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(chosen))
        return chosen


def _free_ports(wanted: dict[str, int]) -> dict[str, int]:
    """A port for each name: the wanted one, or one that the system gives to nobody by itself.

    The emulator binds them a moment later. Ports that the system hands out (from 32768 on Linux,
    49152 elsewhere) may by then belong to a connection of a local cloud beside this one.
    """
    chosen: dict[str, int] = {}
    with contextlib.ExitStack() as held:  # until all are chosen, so that they differ
        for name in PORTS:
            several = random.sample(_QUIET_PORTS, _ATTEMPTS)
            candidates = [wanted[name], *several] if name in wanted else several
            chosen[name] = next(port for port in candidates if _hold(port, held))
    return chosen


def _hold(port: int, held: contextlib.ExitStack) -> bool:
    """Bind the port until ``held`` ends; whether it was free."""
    probe = socket.socket()
    held.callback(probe.close)
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
