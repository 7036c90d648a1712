"""`python -m bench.limits [--homes N …]`: what a number of homes asks of AWS, quota by quota.

What a home does comes from the code where the code says it (how often devices report, how they come
back after a power cut) and from `Home` where people decide it. Quotas are those of a grown account
in Tokyo without any increase; those that only grow on request are marked, and a cell (one
account: docs/scale.md) is planned so that all others stay below seven tenths.
"""

import argparse
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bench.reconnect import TAKEN, simulated
from iot.agent.device.measuring import STATUS_EVERY
from iot.agent.device.pace import EVERY, reconnect_delays

CELL = 100_000
"""Homes of one account at most."""
SHARE = 0.7
"""How much of a quota may be planned with."""
DAY = 86_400


@dataclass(frozen=True)
class Home:
    """What an average home does in a day."""

    sensors: float = 1.0
    """Gateways or activity sensors: one connection each."""
    cameras: float = 0.3
    controllers: float = 0.2
    episodes: float = 8.0
    """Visits that a camera reports, of which a burst of pictures is uploaded."""
    mails: float = 1.3
    """Mails to its people, the month's papers included."""
    looks: float = 4.0
    """Times that somebody opens its page, of twelve requests each."""
    alarms: float = 0.01
    evening: float = 5.0
    """How much more happens in the busiest hour than in the average one."""
    storm: float = 0.01
    """Homes of a region that raise an alarm within ten minutes of a typhoon."""

    @property
    def devices(self) -> float:
        """Connections."""
        return self.sensors + self.cameras + self.controllers


class Quota(NamedTuple):
    """One line of the table; ``need`` of so many homes in the quota's unit."""

    name: str
    limit: float
    unit: str
    need: Callable[[int, Home], float]
    asked: bool = False
    """Is raised by request before an operator begins: docs/deploy.md says so."""


def _reports(homes: int, home: Home) -> float:
    often = 1 / EVERY.total_seconds() + 1 / STATUS_EVERY.total_seconds()
    return homes * home.devices * often + homes * home.cameras * home.episodes * 3 / DAY


def _peak(per_day: float, home: Home) -> float:
    return per_day * home.evening / DAY


def _connects(homes: int, home: Home) -> float:
    """Attempts in the busiest second but the first eight, a tenth of the homes without power."""
    devices = int(homes * home.devices / 10)
    attempts, _ = simulated(devices, reconnect_delays, random.Random(1))
    return max((count for second, count in attempts.items() if second > 8), default=0)


QUOTAS = (
    Quota(
        "IoT Core: connections",
        500_000,
        "",
        lambda n, home: n * home.devices,
    ),
    Quota(
        "IoT Core: CONNECT after a power cut of a tenth",
        TAKEN,
        "/s",
        _connects,
        asked=True,
    ),
    Quota("IoT Core: messages in", 20_000, "/s", _reports),
    Quota("SQS: messages in flight", 120_000, "", lambda n, home: _reports(n, home) * 6),
    Quota(
        "Lambda: at once, detection (1.5 s a burst)",
        1_000,
        "",
        lambda n, home: _peak(n * home.cameras * home.episodes * 2, home) * 1.5,
    ),
    Quota(
        "Lambda: at once, reports (ten together, 60 ms)",
        1_000,
        "",
        lambda n, home: _reports(n, home) / 10 * 0.06,
    ),
    Quota(
        "EventBridge: PutEvents",
        1_200,
        "/s",
        lambda n, home: _peak(n * (home.cameras * home.episodes + 2 * home.mails), home),
    ),
    Quota("SES: mails", 14, "/s", lambda n, home: _peak(n * home.mails, home), asked=True),
    Quota("SES: mails a day", 50_000, "", lambda n, home: n * home.mails, asked=True),
    Quota(
        "Cognito: sign-in and refresh",
        120,
        "/s",
        lambda n, home: _peak(n * home.looks, home),
    ),
    Quota(
        "API Gateway: requests",
        10_000,
        "/s",
        lambda n, home: _peak(n * home.looks * 12, home),
    ),
    Quota(
        "Step Functions: state transitions",
        800,
        "/s",
        lambda n, home: n * home.storm / 600 * 12,
    ),
    Quota(
        "Connect: calls at once in a typhoon (two minutes each)",
        10,
        "",
        lambda n, home: n * home.controllers * home.storm / 600 * 120,
        asked=True,
    ),
)


def shares(homes: int, home: Home = Home()) -> list[tuple[Quota, float]]:
    """Each quota with what so many homes need of it; the fullest first."""
    found = [(quota, quota.need(homes, home)) for quota in QUOTAS]
    return sorted(found, key=lambda one: -one[1] / one[0].limit)


def main(arguments: Iterable[str] | None = None) -> None:
    """Print a table for each number of homes, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, nargs="*", default=[CELL, 1_000_000])
    asked = parser.parse_args(arguments if arguments is None else list(arguments))
    for homes in asked.homes:
        print(f"\n### {homes:,} homes\n\n| quota | needed | limit | share |\n|---|--:|--:|--:|")
        for quota, need in shares(homes):
            mark = " (raised on request)" if quota.asked else ""
            print(
                f"| {quota.name}{mark} | {need:,.0f}{quota.unit} | {quota.limit:,.0f}{quota.unit}"
                f" | {need / quota.limit:.2f} |"
            )


if __name__ == "__main__":
    main()
