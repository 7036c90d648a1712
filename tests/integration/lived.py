"""A simulated life in the home, as its gateway would have told it."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

import numpy as np

from iot.messages.sensor import SensorKind, SensorMinutes
from lambdas.ingest.activity.packing import MINUTE, Part, pack
from lambdas.ingest.activity_store import ActivityStore
from tests.integration.conftest import HOME
from tests.unit.ingest.activity.records import simulated

GATEWAY = "gw-kitchen"
DAY = 1440
Counts = Mapping[str, np.ndarray]
SENSORS: Mapping[str, SensorKind] = {
    "居間": "motion",
    "トイレ": "bath",
    "玄関": "door",
    "冷蔵庫": "fridge",
}


@cache
def life(days: int = 14, family: str = "retired, motion sensors") -> dict[str, np.ndarray]:
    """Firings of each sensor, minute by minute, from a Monday's midnight on."""
    minutes = simulated(family, days=days).minutes
    assert minutes.bath is not None
    assert minutes.door is not None
    assert minutes.fridge is not None
    return {
        "居間": minutes.motion - minutes.bath - minutes.fridge,
        "トイレ": minutes.bath,
        "玄関": minutes.door,
        "冷蔵庫": minutes.fridge,
    }


def parts(first: datetime, counts: Counts, lo: int = 0, hi: int | None = None) -> list[Part]:
    """What is kept of minutes [lo, hi), the first of all being ``first``."""
    n = len(next(iter(counts.values())))
    hi = n if hi is None else hi
    return [
        part
        for at in range(lo, hi, 60)
        for part in pack(
            GATEWAY,
            [
                SensorMinutes(
                    name=name,
                    kind=kind,
                    first=first + at * MINUTE,
                    counts=counts[name][at : min(at + 60, hi)].tolist(),
                    battery=12 if name == "玄関" else 80,
                )
                for name, kind in SENSORS.items()
            ],
        )
    ]


def keep(first: datetime, counts: Counts, lo: int = 0, hi: int | None = None) -> None:
    """Put them into the table."""
    store = ActivityStore("readings")
    for part in parts(first, counts, lo, hi):
        store.add(HOME, part)
