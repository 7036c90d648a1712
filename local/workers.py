"""Processes of Lambda functions, forked from one that has imported what all of them import.

A fresh interpreter spends more than half of a cold start on importing boto3, Pydantic and
Powertools, and a local cloud starts dozens. What a function brings itself (its own code, its
environment) is never imported here, so it sees what it would see in an interpreter of its own.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TextIO, cast

LIBRARIES = [
    "aws_lambda_powertools.event_handler.api_gateway",
    "aws_lambda_powertools.event_handler.openapi.models",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.data_classes",
    "boto3",
    "pydantic",
    "yaml",
]

_ROOT = str(Path(__file__).resolve().parents[1])
_processes = multiprocessing.get_context("forkserver")


def prepare() -> None:
    """Start the server; the processes begin there. Its socket has a short path: a system takes 107
    characters, and the local cloud's own folder may lie deep."""
    from multiprocessing import forkserver, util

    _processes.set_forkserver_preload(LIBRARIES)
    elsewhere, tempfile.tempdir = tempfile.tempdir, "/tmp"  # noqa: S108
    try:
        util.get_temp_dir()  # remembered, and removed when this process ends
    finally:
        tempfile.tempdir = elsewhere
    forkserver.ensure_running()


class Process:
    """As much of `subprocess.Popen` as MiniStack needs of a worker."""

    def __init__(
        self, command: list[str], *, cwd: str, env: dict[str, str], **_as_text: object
    ) -> None:
        _interpreter, script = command
        theirs_in, ours_in = multiprocessing.Pipe(duplex=False)
        ours_out, theirs_out = multiprocessing.Pipe(duplex=False)
        ours_err, theirs_err = multiprocessing.Pipe(duplex=False)
        theirs = (theirs_in, theirs_out, theirs_err)
        self._process = _processes.Process(
            target=_run, args=(script, cwd, env, *theirs), daemon=True
        )
        self._process.start()
        for end in theirs:
            end.close()
        self.stdin = _text(ours_in, "w")
        self.stdout = _text(ours_out, "r")
        self.stderr = _text(ours_err, "r")
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def _text(end: Connection, mode: str) -> TextIO:
    """A pipe's end as a file of lines."""
    with end:
        return cast(TextIO, os.fdopen(os.dup(end.fileno()), mode, buffering=1, encoding="utf-8"))


def _run(script: str, cwd: str, env: dict[str, str], *streams: Connection) -> None:
    """The new process: become what ``python script`` would have been."""
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", closefd=False)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    for name in [
        name for name in sys.modules if name.partition(".")[0] in ("local", "__mp_main__")
    ]:
        del sys.modules[name]
    sys.path[:] = [path for path in sys.path if path not in ("", _ROOT)]
    sys.path.insert(0, str(Path(script).parent))
    runpy.run_path(script, run_name="__main__")
