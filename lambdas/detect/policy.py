"""What is told of an event, and what sounds the siren: plain functions."""

from typing import NamedTuple

from iot.messages.camera import Mode, Pictures, Tell
from iot.vision.spots import WENT
from lambdas.detect.verdict import Kind, Reason

PETS: frozenset[Kind] = frozenset({"cat", "dog"})
"""Told only where they are what the family wants to see; a guarded room may have a cat (AL-11)."""

STAYS, GOES, LEAST = 15.0, 0.3, 0.01
"""What nobody can name is told once it has moved for so many seconds, came so far across the
picture and fills so much of it: neither a curtain, which stays, nor a moth, which is soon gone."""


CLEAR = 0.45
"""The network's score from which somebody is told of who has not come from elsewhere (yet)."""

FAR_AWAY, WENT_FAR = 0.004, 0.02
"""Shares of the picture: who is so small is far away and goes so short a way in it."""

FAINT = 0.4
"""And below which no siren sounds."""


class Decision(NamedTuple):
    """Whether the family is told, and whether the alarm it chose is sounded."""

    told: bool
    siren: bool


SILENT = Decision(told=False, siren=False)


def decide(
    kind: Kind,
    reason: Reason,
    mode: Mode,
    tell: Tell = "people",
    pictures: Pictures = "cloud",
) -> Decision:
    """What follows from an event of this kind. Motion-only homes look at the chart (DC-30).

    Nobody can be named in pictures that stay on the camera: motion is told then (DC-22).
    """
    if kind == "blind":
        return Decision(told=True, siren=False)
    if mode == "motion-only":
        return SILENT
    if kind == "person":
        # A screen that shows people tells once; the siren is for who came from elsewhere.
        far = reason.area < FAR_AWAY
        came = reason.way is None or reason.way >= (WENT_FAR if far else WENT)
        return Decision(
            told=not reason.again and (came or far or reason.score >= CLEAR),
            siren=mode == "guard" and came and reason.score >= FAINT,
        )
    if kind in PETS:
        return Decision(told=mode == "pet" or tell == "anything", siren=False)
    if kind == "motion":
        worth = reason.seconds >= STAYS and reason.travelled >= GOES and reason.area >= LEAST
        told = worth or tell == "anything" or pictures == "on-device"
        return Decision(told=told, siren=False)
    return SILENT
