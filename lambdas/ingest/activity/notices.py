"""What people are told of a home's activity, as notices. The words:
lambdas/notify/catalogue/activity.yaml."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from lambdas.ingest.activity.reports import Report
from lambdas.ingest.activity.told import Acknowledged, Episode, Topic
from lambdas.ingest.activity.watch import Word
from lambdas.shared.events import Notice, NoticeKind, Person

BEGAN = {
    Topic.ABSENCE: (NoticeKind("activity.absence"), "HT-11"),
    Topic.STILLNESS: (NoticeKind("activity.stillness"), "HT-11"),
    Topic.RHYTHM: (NoticeKind("activity.rhythm"), "AL-05"),
    Topic.CONNECTION: (NoticeKind("activity.connection_lost"), "HT-57"),
}
OVER = {
    Topic.ABSENCE: (NoticeKind("activity.home_again"), "HT-11"),
    Topic.STILLNESS: (NoticeKind("activity.moves_again"), "HT-11"),
    Topic.RHYTHM: (NoticeKind("activity.moves_again"), "AL-05"),
    Topic.CONNECTION: (NoticeKind("activity.connected_again"), "HT-57"),
}


class Now(NamedTuple):
    """How a home is when it is reported: ``state`` and since when, the last sign of life, the
    minutes slept last night; ``well`` unless something lasts that people are told of."""

    state: str
    moved: datetime | None
    asleep: int | None
    well: bool


def notices(home: str, words: Iterable[Word], now: datetime) -> list[Notice]:
    """The notices of these words."""
    return [_notice(home, word, now) for word in words]


def _notice(home: str, word: Word, now: datetime) -> Notice:
    episode = word.episode
    over = episode.over
    kind, rule = (OVER if over else BEGAN)[word.topic]
    values: dict[str, str | int] = {"since": episode.since.isoformat()}
    if over:
        values["over"] = over.isoformat()
    else:
        values["hours"] = int((now - episode.since).total_seconds() // 3600)
    return Notice(
        id=f"{_name(home, word.topic, episode)}/{word.person}{'/over' if over else ''}",
        kind=kind,
        rule=rule,
        at=now,
        audience=Person(home=home, person=word.person),
        home=home,
        subject=home,
        urgent=True,
        values={**values},
    )


def _name(home: str, topic: Topic, episode: Episode) -> str:
    return f"{home}/{topic}/{episode.number}"


def report(home: str, one: Report, now: Now, at: datetime) -> Notice:
    """A regular report (AL-07, AL-63)."""
    values: dict[str, str | int] = {
        "now_state": now.state,
        "now_well": "normal" if now.well else "abnormal",
        "moved": now.moved.isoformat() if now.moved else "",
        "asleep_hours": "" if now.asleep is None else now.asleep // 60,
        "asleep_minutes": "" if now.asleep is None else now.asleep % 60,
    }
    return Notice(
        id=f"{home}/report/{one.of}/{one.person}/{one.at.isoformat()}",
        kind=NoticeKind("activity.report"),
        rule="AL-63",
        at=at,
        audience=Person(home=home, person=one.person),
        home=home,
        subject=home,
        values={**values},
    )


def acknowledged(home: str, topic: Topic, episode: Episode, by: Acknowledged) -> list[Notice]:
    """All others who were told of an episode are told that one looks after it (HT-11)."""
    return [
        Notice(
            id=f"{_name(home, topic, episode)}/{person}/acknowledged",
            kind=NoticeKind("activity.acknowledged"),
            rule="HT-11",
            at=by.at,
            audience=Person(home=home, person=person),
            home=home,
            subject=home,
            values={"by": by.name, "what": str(topic), "since": episode.since.isoformat()},
        )
        for person in episode.told
        if person != by.person
    ]
