"""When people are told (HT-11, HT-57): one notice for each absence, stillness and loss of
connection, and one when it is over. Plain functions over what was said and what was told.

Episodes of a matter are counted. A notice is named by the home, the matter and that count, so that
whoever decides the same thing twice names the same notice twice, and it is told once.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter

from lambdas.ingest.activity.minutes import Minutes
from lambdas.ingest.activity.packing import MINUTE
from lambdas.ingest.activity.stillness import Limits, Matter, episodes, signs_of_life
from lambdas.ingest.activity.timeline import State, States

UNHEARD = timedelta(hours=24)
"""After so long without a word the connection is told as lost (HT-57)."""


STANDARD = Limits()


class Topic(StrEnum):
    """What people are told of."""

    ABSENCE = "absence"
    STILLNESS = "stillness"
    CONNECTION = "connection"


class Episode(BaseModel):
    """The ``number``-th episode of a topic that was told; ``over`` is None while it lasts."""

    model_config = ConfigDict(frozen=True)

    number: int
    since: AwareDatetime
    over: AwareDatetime | None = None


Told = Mapping[Topic, Episode]
"""The last episode of each topic of which people were told."""

_TOLD: TypeAdapter[dict[Topic, Episode]] = TypeAdapter(dict[Topic, Episode])


def dump(told: Told) -> str:
    """As it is kept."""
    return _TOLD.dump_json(dict(told)).decode()


def load(kept: str | None) -> Told:
    """From what `dump` made; nothing was told where nothing is kept."""
    return _TOLD.validate_json(kept) if kept else {}


class Watched(NamedTuple):
    """The home as it is seen at ``now``. ``minutes`` and ``said`` (n,) begin at ``first``;
    ``stray``: firings a minute that nobody makes; ``heard``: the last known minute, None where it
    lies before ``first``."""

    first: datetime
    now: datetime
    minutes: Minutes
    said: States
    stray: float = 0.0
    heard: datetime | None = None


class Word(NamedTuple):
    """What is to be told: that an episode lasts, or that it is ``over``."""

    topic: Topic
    episode: Episode


def words(home: Watched, told: Told, limits: Limits = STANDARD) -> list[Word]:
    """What people are to be told now."""
    found = []
    for topic in Topic:
        last = told.get(topic)
        if last and last.over is None:
            if over := _ended(home, topic, last):
                found.append(Word(topic, last.model_copy(update={"over": over})))
        elif since := _lasts(home, topic, last.over if last else None, limits):
            found.append(Word(topic, Episode(number=last.number + 1 if last else 1, since=since)))
    return found


def after(told: Told, said: list[Word]) -> Told:
    """What people were told once these words were said."""
    return {**told, **{word.topic: word.episode for word in said}}


def closed(told: Told, now: datetime) -> Told:
    """Nothing lasts any more, and nobody is told: the service rests (A-27)."""
    return {
        topic: one if one.over else one.model_copy(update={"over": now})
        for topic, one in told.items()
    }


# -- each topic

_MATTERS = {Topic.ABSENCE: Matter.ABSENCE, Topic.STILLNESS: Matter.STILLNESS}


def _lasts(home: Watched, topic: Topic, before: datetime | None, limits: Limits) -> datetime | None:
    """Since when it lasts, if it has lasted long enough and lasts still; not what began ``before``
    the last one was over. What is unknown at the end (readings may still come) ends nothing."""
    if topic is Topic.CONNECTION:
        heard = home.heard or home.first
        return heard if home.now - heard > UNHEARD else None
    for one in episodes(home.minutes, home.said, limits, stray=home.stray):
        since = home.first + one.since * MINUTE
        if one.matter is not _MATTERS[topic] or (before and since < before):
            continue
        if one.over is None or (home.said[one.over :] == State.UNKNOWN).all():
            return since
    return None


def _ended(home: Watched, topic: Topic, episode: Episode) -> datetime | None:
    """When it was over: somebody at home, a sign of life, a word of any sensor."""
    match topic:
        case Topic.ABSENCE:
            ends = (home.said == State.HOME) | (home.said == State.SLEEP)
        case Topic.STILLNESS:
            ends = signs_of_life(home.minutes, stray=home.stray)
        case Topic.CONNECTION:
            ends = home.minutes.known
    begin = max(int((episode.since - home.first) / MINUTE) + 1, 0)
    at = np.flatnonzero(ends[begin:])
    return home.first + (begin + int(at[0])) * MINUTE if len(at) else None
