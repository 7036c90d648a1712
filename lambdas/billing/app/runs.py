"""Runs: over which day or month, in which batches. Plain functions."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lambdas.shared.calendar import Month, day_of

RunKind = Literal["daily", "monthly", "close", "rebuild"]
"""``close`` adds a month up (月次締め) and changes nothing; ``rebuild`` makes the read models (the
directory, staff's lists) anew from what is known of each contract, after a table was restored."""

CONTRACTS_A_BATCH = 1000
"""Shards are put together into batches of about so many contracts; a larger shard is a batch."""


class Model(BaseModel):
    """Base of what the state machine hands on."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Asked(Model):
    """What starts a run. ``at`` is when it was due; ``period`` a day or month gone by, if given."""

    kind: RunKind
    at: AwareDatetime
    period: str | None = None
    execution: str
    means: str = "schedule"


class Run(Model):
    """A run of the day or month ``period``."""

    kind: RunKind
    period: str
    at: AwareDatetime
    execution: str
    after: date | None = None
    """The last day that was run through before, when days were missed."""

    @property
    def id(self) -> str:
        """Its name, the same whenever and however often it runs."""
        return f"{self.kind}-{self.period}"

    @property
    def month(self) -> Month:
        """The month a monthly run is for."""
        return Month.parse(self.period)

    @property
    def day(self) -> date:
        """The day a daily run, or a rebuilding, is for."""
        return date.fromisoformat(self.period)


class Batch(Model):
    """Contracts for one call: those of these shards, from behind ``after`` in the first."""

    shards: tuple[str, ...]
    after: str = ""

    @property
    def id(self) -> str:
        """Where it begins."""
        return f"{self.shards[0]}#{self.after}"


def run_of(asked: Asked) -> Run:
    """The run that is asked for: a day's on that day, a month's when the month is over.

    ValueError for a period that is none, or has not come.
    """
    today = day_of(asked.at)
    if asked.kind in ("daily", "rebuild"):
        day = date.fromisoformat(asked.period) if asked.period else today
        if day > today:
            raise ValueError(f"{day} has not come")
        period = day.isoformat()
    else:
        month = Month.parse(asked.period) if asked.period else Month.of(today).plus(-1)
        if month >= Month.of(today):
            raise ValueError(f"{month} is not over")
        period = str(month)
    return Run(kind=asked.kind, period=period, at=asked.at, execution=asked.execution)


def batches(shards: Mapping[str, int], size: int = CONTRACTS_A_BATCH) -> list[Batch]:
    """All shards, put together so that small ones share a call."""
    made: list[Batch] = []
    together: list[str] = []
    contracts = 0
    for shard, count in sorted(shards.items()):
        if together and contracts + count > size:
            made.append(Batch(shards=tuple(together)))
            together, contracts = [], 0
        together.append(shard)
        contracts += count
    return [*made, Batch(shards=tuple(together))] if together else made


def staff_period(kind: RunKind, period: str | None, now: datetime) -> str:
    """The period staff asks for, checked."""
    return run_of(Asked(kind=kind, at=now, period=period, execution="-")).period
