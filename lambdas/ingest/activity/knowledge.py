"""What is known of a home from night to night, and what is said of it now.

Each midnight the home is learned anew (`causal.tonight`), and what was said of the last two days is
kept beside it: absences that began days ago are still known for what they are, and what was said is
not said otherwise when late readings come.
"""

from datetime import datetime, timedelta
from io import BytesIO
from typing import NamedTuple

import numpy as np

from lambdas.ingest.activity.causal import BEFORE, WINDOW, Learned, follow, newcomer, tonight
from lambdas.ingest.activity.household import STANDARD, Parameters
from lambdas.ingest.activity.minutes import Minutes
from lambdas.ingest.activity.packing import MINUTE
from lambdas.ingest.activity.timeline import State, States

LEARNS_FROM = timedelta(minutes=WINDOW)
LOOKS_BACK = timedelta(days=2)
"""So far before the last midnight reaches what is said now."""
_SAID = int(LOOKS_BACK / MINUTE)


class Known(NamedTuple):
    """What was learned up to ``midnight`` (an instant), and what was ``said`` of the minutes before
    it: as many as `LOOKS_BACK` has, unknown where nothing was."""

    midnight: datetime
    learned: Learned
    said: States


def dump(known: Known) -> bytes:
    """As it is kept."""
    learned, parameters = known.learned, known.learned.parameters
    kept = BytesIO()
    np.savez_compressed(
        kept,
        midnight=np.array(known.midnight.isoformat()),
        firings=parameters.firings,
        bed=parameters.bed,
        steps=parameters.steps.astype(np.float32),
        clock=parameters.clock,
        bursts=np.array(parameters.bursts),
        belief=learned.belief,
        door_silent=np.array(learned.door_silent),
        nights=np.array(learned.nights),
        said=known.said,
    )
    return kept.getvalue()


def load(kept: bytes) -> Known:
    """From what `dump` made."""
    with np.load(BytesIO(kept), allow_pickle=False) as found:
        return Known(
            datetime.fromisoformat(str(found["midnight"])),
            Learned(
                Parameters(
                    found["firings"],
                    found["bed"],
                    found["steps"].astype(float),
                    found["clock"],
                    float(found["bursts"]) if "bursts" in found else STANDARD.stray_burst,
                ),
                found["belief"],
                bool(found["door_silent"]),
                int(found["nights"]),
            ),
            found["said"],
        )


def overnight(past: Minutes, midnight: datetime, before: Known | None) -> Known:
    """Learn from ``past``, which ends at ``midnight``, after what was known ``before``."""
    learned = before.learned if before else newcomer(past)
    since = len(past) - int((midnight - before.midnight) / MINUTE) if before else 0
    first = max(since, 0)
    behind = min(BEFORE, first)
    said, _ = follow(past.part(first - behind, len(past)), learned, behind=behind)
    whole = np.concatenate([before.said, said]) if before and since >= 0 else said
    return Known(midnight, tonight(past, learned), _last(whole))


def said_until_now(minutes: Minutes, first: datetime, known: Known | None) -> States:
    """What is said of each of the n ``minutes``, the first of which is ``first``: (n,) of `State`.

    What was said before the last midnight stays said; what came after follows from it.
    """
    since = int((known.midnight - first) / MINUTE) if known else 0
    if known is None or not 0 <= since <= len(minutes):
        return follow(minutes, newcomer(minutes))[0]
    behind = min(BEFORE, since)
    today, _ = follow(minutes.part(since - behind, len(minutes)), known.learned, behind=behind)
    return np.concatenate([_last(known.said)[_SAID - min(since, _SAID) :], today])[-len(minutes) :]


def _last(said: States) -> States:
    missing = max(_SAID - len(said), 0)
    return np.concatenate([np.full(missing, State.UNKNOWN, np.int8), said])[-_SAID:]
