"""What each watcher wants to be told, and what a home's line can carry (HT-11, AL-63, A-10, A-14).

定期連絡 (``every_hours``) comes every so many hours, once something moved; 定刻連絡 (``times``)
comes at times of day, and only over an Internet line. 異常通知 are the durations.
"""

from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

Line = Literal["internet", "telephone"]
QUARTER = 15
MOST_TIMES = 6

Hours = Annotated[int, Field(ge=1, le=72)]


def _on_the_quarter(at: time) -> time:
    if at.minute % QUARTER or at.second or at.microsecond or at.tzinfo:
        raise ValueError("quarter-hour")
    return at


ClockTime = Annotated[time, AfterValidator(_on_the_quarter)]
"""A time of day in Japan, on the quarter hour."""


class Preferences(BaseModel):
    """A watcher's. None: not to be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    absence_hours: Hours | None = 12
    stillness_hours: Annotated[int, Field(ge=1, le=14)] | None = Field(
        default=8, description="Of the day, 7 to 21 o'clock"
    )
    every_hours: Hours | None = Field(default=None, description="定期連絡")
    times: tuple[ClockTime, ...] = Field(
        default=(), max_length=MOST_TIMES, description="定刻連絡, in Japan's time"
    )


class Kept(BaseModel):
    """Preferences and since when they hold: nothing of before is reported."""

    model_config = ConfigDict(frozen=True)

    preferences: Preferences = Preferences()
    since: AwareDatetime | None = None


class SensorSite(BaseModel):
    """What the contractor sets for the home: its line (AL-63), and the hours without a sign of life
    that are an abnormal rhythm (AL-05, A-10)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: Line = "internet"
    rhythm_hours: Hours = 12


def carries_times(line: Line) -> bool:
    """Whether a line carries reports at fixed times (定刻連絡, AL-63)."""
    return line == "internet"
