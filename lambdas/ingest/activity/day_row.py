"""A day as it is stored: plain numbers, so that who only stores them needs no numpy."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class DayRow(BaseModel):
    """`summary.Day`, but for the moments of bed and rising; minutes unless said otherwise."""

    model_config = ConfigDict(frozen=True)

    date: date
    product: str = ""
    """Of the contract that entitled to it; empty where it is not known any more."""

    home: int
    asleep: int
    away: int
    unknown: int
    present: int
    firings: int
    passages: int
    night: int
    night_sd: float
    night_known: int
    visits: int | None
    fridge: int | None
    longest_gap: int
