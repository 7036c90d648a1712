"""When people are told (HT-11, HT-57, AL-05): each once of an absence, stillness, silence of the
rhythm and loss of connection that lasts as long as they set, and once when it is over. Plain
functions over what was said and what was told.

Episodes of a matter are counted. A notice is named by the home, the matter, that count and the
reader, so that whoever decides the same thing twice names the same notice twice, and it is told
once.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from lambdas.ingest.activity import stillness
from lambdas.ingest.activity.minutes import Minutes
from lambdas.ingest.activity.packing import MINUTE
from lambdas.ingest.activity.preferences import Preferences, SensorSite
from lambdas.ingest.activity.stillness import Limits, Matter, signs_of_life
from lambdas.ingest.activity.timeline import State, States
from lambdas.ingest.activity.told import Episode, Told, Topic
from lambdas.shared.calendar import ONE_DAY

UNHEARD = timedelta(hours=24)
"""After so long without a word the connection is told as lost (HT-57)."""

After = Mapping[Topic, timedelta]
"""After how long somebody is told of a topic; not at all where it is missing."""


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
    """What ``person`` is to be told: that an episode lasts, or that it is over."""

    topic: Topic
    episode: Episode
    person: str


def limits(preferences: Preferences, site: SensorSite, *, notices: bool, rhythm: bool) -> After:
    """After how long a watcher is told of what, where the contract has ``notices`` (HT-11) and the
    ``rhythm`` (AL-05)."""
    hours: dict[Topic, int | None] = {}
    if notices:
        hours[Topic.ABSENCE] = preferences.absence_hours
        hours[Topic.STILLNESS] = preferences.stillness_hours
    if rhythm:
        hours[Topic.RHYTHM] = site.rhythm_hours
    return {topic: timedelta(hours=some) for topic, some in hours.items() if some}


STANDARD = limits(Preferences(), SensorSite(), notices=True, rhythm=False)


def words(home: Watched, told: Told, people: Mapping[str, After]) -> tuple[list[Word], Told]:
    """What is to be told now to whom (``people``, by their logins), and what was told then."""
    found: list[Word] = []
    episodes = dict(told.episodes)
    for topic in Topic:
        last = told.episodes.get(topic)
        lasts = last if last and last.over is None else None
        if lasts and (over := _ended(home, topic, lasts)):
            episodes[topic] = lasts.model_copy(update={"over": over})
            found += [Word(topic, episodes[topic], person) for person in lasts.told]
            continue
        before = None if lasts or last is None else last.over
        new = {
            person: since
            for person, after in people.items()
            if topic in after and not (lasts and person in lasts.told)
            if (since := _lasts(home, topic, before, after[topic])) is not None
        }
        if not new:
            continue
        number = lasts.number if lasts else (last.number if last else 0) + 1
        since = lasts.since if lasts else min(new.values())
        told_already = lasts.told if lasts else ()
        episodes[topic] = Episode(number=number, since=since, told=(*told_already, *sorted(new)))
        found += [Word(topic, episodes[topic], person) for person in sorted(new)]
    return found, told.model_copy(update={"episodes": episodes})


def closed(told: Told, now: datetime) -> Told:
    """Nothing lasts any more, and nobody is told: the service rests (A-27)."""
    over = {topic: one.model_copy(update={"over": now}) for topic, one in told.lasting.items()}
    return told.model_copy(update={"episodes": {**told.episodes, **over}})


def next_look(home: Watched, told: Told, people: Mapping[str, After]) -> datetime:
    """Before this moment nobody is to be told anything, whatever readings still come.

    Nothing that lasts can have begun before the last sign of life, or than what is said to last
    now. While somebody was told that something lasts, its end may come at any time.
    """
    if told.lasting:
        return home.now
    signs = np.flatnonzero(signs_of_life(home.minutes, stray=home.stray))
    alive = home.first + (int(signs[-1]) if len(signs) else 0) * MINUTE
    known = np.flatnonzero(home.said != State.UNKNOWN)
    away = alive
    if len(known) and home.said[known[-1]] == State.AWAY:
        others = np.flatnonzero((home.said != State.AWAY) & (home.said != State.UNKNOWN))
        away = home.first + (int(others[-1]) if len(others) else 0) * MINUTE
    began = {
        Topic.ABSENCE: min(alive, away),
        Topic.STILLNESS: alive,
        Topic.RHYTHM: alive,
        Topic.CONNECTION: home.heard or home.first,
    }
    soonest = [began[topic] + after for one in people.values() for topic, after in one.items()]
    return min(soonest, default=home.now + ONE_DAY)


# -- each topic

_MATTERS = {
    Topic.ABSENCE: Matter.ABSENCE,
    Topic.STILLNESS: Matter.STILLNESS,
    Topic.RHYTHM: Matter.RHYTHM,
}


def _lasts(
    home: Watched, topic: Topic, before: datetime | None, after: timedelta
) -> datetime | None:
    """Since when it lasts, if it has lasted for ``after`` and lasts still; not what began
    ``before`` the last one was over. What is unknown at the end (readings may still come) ends
    nothing."""
    if topic is Topic.CONNECTION:
        heard = home.heard or home.first
        return heard if home.now - heard > after else None
    for one in _of(_MATTERS[topic], home, after):
        since = home.first + one.since * MINUTE
        if before and since < before:
            continue
        if one.over is None or (home.said[one.over :] == State.UNKNOWN).all():
            return since
    return None


def _of(matter: Matter, home: Watched, after: timedelta) -> list[stillness.Episode]:
    minutes = int(after / MINUTE)
    some = Limits(**{matter.value: minutes})
    found = stillness.episodes(home.minutes, home.said, some, stray=home.stray)
    return [one for one in found if one.matter is matter]


def _ended(home: Watched, topic: Topic, episode: Episode) -> datetime | None:
    """When it was over: somebody at home, a sign of life, a word of any sensor."""
    match topic:
        case Topic.ABSENCE:
            ends = (home.said == State.HOME) | (home.said == State.SLEEP)
        case Topic.STILLNESS | Topic.RHYTHM:
            ends = signs_of_life(home.minutes, stray=home.stray)
        case Topic.CONNECTION:
            ends = home.minutes.known
    begin = max(int((episode.since - home.first) / MINUTE) + 1, 0)
    at = np.flatnonzero(ends[begin:])
    return home.first + (begin + int(at[0])) * MINUTE if len(at) else None
