"""Durations and points in time as people write them on the command line."""

import re
from datetime import UTC, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION = re.compile(r"(?:\d+[wdhms])+")
_PART = re.compile(r"(\d+)([wdhms])")


def duration(text: str) -> timedelta:
    """`90m`, `3d`, `2w`, `1d12h` as a duration."""
    compact = text.replace(" ", "")
    if not _DURATION.fullmatch(compact):
        raise ValueError(f"{text!r} is no duration (write 90m, 3d, 2w or 1d12h)")
    total = timedelta()
    for number, unit in _PART.findall(compact):
        total += timedelta(**{_UNITS[unit]: int(number)})
    return total


def moment(text: str) -> datetime:
    """An ISO date or date and time; without an offset it is Japanese time."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date (write 2026-12-24 or 2026-12-24T09:00)") from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=JST)).astimezone(UTC)


def request_for(text: str) -> dict[str, str]:
    """What to ask of the clock for a word of the command line: a duration or a date."""
    try:
        duration(text)
    except ValueError:
        return {"to": moment(text).isoformat()}
    return {"advance": text}
