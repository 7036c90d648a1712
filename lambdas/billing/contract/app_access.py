"""When the app may be used by watchers who pay in it (第43条: HT-81 to HT-87, A-35)."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from lambdas.billing.contract.history import History
from lambdas.shared.calendar import JST, Month, day_of, end_of

FOREVER = datetime.max.replace(tzinfo=JST)


class Window(NamedTuple):
    """Time during which the app is open: from an instant up to another."""

    start: datetime
    end: datetime


def app_windows(history: History) -> list[Window]:
    """When the app is open to all watchers: from a purchase to the end of its month (HT-82, HT-84),
    while the service runs. Purchases after the end, or while paused, open nothing (HT-86)."""
    windows: list[Window] = []
    for bought in sorted(history.purchases):
        bought_for = Window(bought, end_of(Month.of(bought.date()).last))
        for running in _running(history):
            start = max(bought_for.start, running.start)
            end = min(bought_for.end, running.end)
            if windows and windows[-1].end >= start:
                windows[-1] = Window(windows[-1].start, max(windows[-1].end, end))
            elif start < end:
                windows.append(Window(start, end))
    return windows


def app_open(history: History, now: datetime) -> bool:
    """Whether watchers may use the app at an instant."""
    if history.payment(day_of(now)) == "in_app":
        return any(window.start <= now < window.end for window in app_windows(history))
    return history.state(now) in ("trial", "active")


def in_app_total(history: History, month: Month) -> int:
    """What watchers pay in the app in a month, beside our invoice (HT-85)."""
    price = history.terms(month.last).in_app
    bought = any(Month.of(at.date()) == month for at in history.purchases)
    return price.yen if price and bought else 0


def _running(history: History) -> Iterator[Window]:
    """The times during which the service runs."""
    for start, end in pairwise([*sorted(set(history.turns())), FOREVER]):
        if history.state(start) in ("trial", "active"):
            yield Window(start, end)
