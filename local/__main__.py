"""The local cloud on the command line: `python -m local up | clock | mails | logs | down`."""

import argparse
import json
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local import seed, when
from local.cloud import FAILURES, ClockRefused, LocalCloud
from local.state import StateDir

_PROJECT = Path(__file__).resolve().parent.parent
_FAILURES = (*FAILURES, ClockRefused, ValueError)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument(
        "--dir", type=Path, default=_PROJECT / "var" / "local", help="where it keeps its state"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="run everything until Ctrl-C")
    up.add_argument("--json", action="store_true", help="say where things are as one JSON object")
    up.add_argument(
        "--keep", action="store_true", help="keep data, devices and time until next --keep"
    )
    up.add_argument("--no-seed", action="store_true", help="leave it empty")
    up.add_argument("--harsh", type=int, metavar="SEED", help="as AWS is on a bad day")
    up.add_argument("--app", type=Path, default=_PROJECT, help="directory of the CDK app")
    clock = commands.add_parser("clock", help="show or move the time")
    moving = clock.add_subparsers(dest="clock_command").add_parser(
        "advance", help="move it forward"
    )
    moving.add_argument("by_or_to", help="3d, 90m, 1d12h, or 2026-12-24T09:00 (JST)")
    mails = commands.add_parser("mails", help="list the mails sent")
    mails.add_argument("--to", help="only those to this address")
    mails.add_argument("--full", action="store_true", help="with their text")
    logs = commands.add_parser("logs", help="what the functions wrote")
    logs.add_argument("function", nargs="?", default="", help="part of a function's name")
    commands.add_parser("down", help="stop the running one")
    return parser


def _up(asked: argparse.Namespace) -> None:
    with LocalCloud.start(
        asked.app,
        state_dir=asked.dir,
        keep=asked.keep,
        harsh=asked.harsh,
        seed=None if asked.no_seed else seed.seed,
    ) as cloud:
        where = cloud.described()
        print(json.dumps(where, ensure_ascii=False) if asked.json else _readable(where), flush=True)
        signal.pause()


def _readable(where: dict[str, Any]) -> str:
    lines = [
        f"web      {where['web']}",
        f"api      {where['api']}",
        f"aws      {where['endpoint']}  (region {where['region']}, keys test/test)",
        f"mqtt     {where['mqtt']['host']}:{where['mqtt']['port']}  (CA {where['mqtt']['ca']})",
        f"clock    {where['clock']}  (python -m local clock advance 3d)",
        f"log      {where['log']}",
        *(f"{name:8} {value}" for name, value in where["seeded"].items()),
        "Ctrl-C stops it.",
    ]
    return "\n".join(lines)


def _running(asked: argparse.Namespace) -> LocalCloud:
    cloud = LocalCloud.attach(asked.dir)
    if cloud is None:
        raise SystemExit("no local cloud is running here (start one: python -m local up)")
    return cloud


def _clock(asked: argparse.Namespace) -> None:
    cloud = _running(asked)
    if asked.clock_command == "advance":
        for fired in cloud.advance(asked.by_or_to)["fired"]:
            print(f"{_jst(datetime.fromisoformat(fired['at']))}  {fired['name']}")
    print(_jst(cloud.now()))


def _jst(moment: datetime) -> str:
    return f"{moment.astimezone(when.JST):%Y-%m-%d %H:%M:%S} JST"


def _mails(asked: argparse.Namespace) -> None:
    for mail in _running(asked).mails(asked.to):
        sent = datetime.fromtimestamp(mail["Timestamp"], UTC)
        print(f"{_jst(sent)}  {', '.join(mail['To'])}  {mail['Subject']}")
        if asked.full:
            print(f"\n{mail['BodyText']}\n")


def _logs(asked: argparse.Namespace) -> None:
    for line in _running(asked).logs(asked.function):
        print(line)


def _down(asked: argparse.Namespace) -> None:
    print("stopped" if StateDir(asked.dir).stop_running() else "nothing is running here")


def main() -> None:
    asked = _parser().parse_args()
    commands = {"up": _up, "clock": _clock, "mails": _mails, "logs": _logs, "down": _down}
    try:
        commands[asked.command](asked)
    except KeyboardInterrupt:
        sys.exit(0)
    except _FAILURES as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
