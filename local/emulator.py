"""The emulator's own process: `python -m local.emulator`, started by `local/cloud.py`.

It lives as long as its standard input stays open: however the process that started it ends, it
goes too, and takes its Lambda workers and its temporary files with it.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path

REGION = "ap-northeast-1"
ACCOUNT = "000000000000"
_NEVER = str(1000 * 365 * 86_400)  # seconds


def environment(http_port: int, mqtt_port: int, state: Path, keep: bool) -> dict[str, str]:
    """All that MiniStack and the Lambda workers see: nothing of the developer's own AWS set-up."""
    inherited = {
        name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ
    }
    scratch = state / "tmp"
    settings = {
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(http_port),
        "IOT_MTLS_PORT": str(mqtt_port),
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "LOG_LEVEL": "WARNING",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        # Idle workers are reaped by the moved clock: a jump would take them all.
        "LAMBDA_WARM_TTL_SECONDS": _NEVER,
        "LAMBDA_ACCOUNT_CONCURRENCY": "8",
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.005",
        "S3_DATA_DIR": str(state / "s3"),
        "STATE_DIR": str(state / "services"),
    }
    if keep:
        settings |= {"PERSIST_STATE": "1", "S3_PERSIST": "1"}
    return inherited | settings


def command(
    clock_port: int, state: Path, *, count: bool = False, harsh: int | None = None
) -> list[str]:
    """How this process is started; with ``count`` it counts what it is asked (counting.py), with
    ``harsh`` it is as harsh as AWS may be, by this seed (harsh.py)."""
    asked = ["--count"] if count else []
    asked += [] if harsh is None else ["--harsh", str(harsh)]
    return [sys.executable, "-m", "local.emulator", str(clock_port), str(state), *asked]


def _end_with_parent() -> None:
    def watch() -> None:
        while sys.stdin.buffer.read(1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="lifeline").start()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("clock_port", type=int)
    arguments.add_argument("state", type=Path)
    arguments.add_argument("--count", action="store_true")
    arguments.add_argument("--harsh", type=int)
    asked = arguments.parse_args()
    scratch, kept_offset = asked.state / "tmp", asked.state / "clock-offset"
    scratch.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(scratch)
    _end_with_parent()

    from local import clock_server, corrections, counting, harsh, time_sources
    from local.clock import Clock

    clock = Clock(float(kept_offset.read_text()) if kept_offset.exists() else 0.0)
    corrections.apply_all()
    time_sources.install(clock)
    counts = counting.Counts()
    if asked.count:
        counting.install(counts)
    if asked.harsh is not None:
        harsh.install(asked.harsh, counts)
    clock_server.serve(clock, asked.clock_port, counts.report)
    from ministack.app import main as serve

    sys.argv = ["ministack"]
    try:
        serve()
    finally:
        kept_offset.write_text(str(clock.offset))
        _end_workers()
        shutil.rmtree(scratch, ignore_errors=True)


def _end_workers() -> None:
    from ministack.core import lambda_runtime

    lambda_runtime.reset()


if __name__ == "__main__":
    main()
