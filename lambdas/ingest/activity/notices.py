"""Who is told what of a home's activity. The words: lambdas/notify/catalogue/activity.yaml."""

from collections.abc import Iterable
from datetime import datetime

from lambdas.ingest.activity.watch import Topic, Word
from lambdas.shared.events import Audience, Members, Notice, NoticeKind, Person
from lambdas.shared.household import Home

BEGAN = {
    Topic.ABSENCE: (NoticeKind("activity.absence"), "HT-11"),
    Topic.STILLNESS: (NoticeKind("activity.stillness"), "HT-11"),
    Topic.CONNECTION: (NoticeKind("activity.connection_lost"), "HT-57"),
}
OVER = {
    Topic.ABSENCE: (NoticeKind("activity.home_again"), "HT-11"),
    Topic.STILLNESS: (NoticeKind("activity.moves_again"), "HT-11"),
    Topic.CONNECTION: (NoticeKind("activity.connected_again"), "HT-57"),
}


def notices(home: Home, words: Iterable[Word], now: datetime) -> list[Notice]:
    """The notices of these words: watchers learn of the person, the contractor of the line."""
    return [
        _notice(home, word, audience, now) for word in words for audience in _readers(home, word)
    ]


def _readers(home: Home, word: Word) -> list[Audience]:
    if word.topic is not Topic.CONNECTION:
        return [Members(home=home.id)]
    contractors = [one.person for one in home.members if one.role == "contractor"]
    return [Person(home=home.id, person=person) for person in contractors]


def _notice(home: Home, word: Word, audience: Audience, now: datetime) -> Notice:
    topic, (number, since, over) = word.topic, _facts(word)
    kind, rule = OVER[topic] if over else BEGAN[topic]
    values: dict[str, str | int] = {"since": since.isoformat()}
    if over:
        values["over"] = over.isoformat()
    else:
        values["hours"] = int((now - since).total_seconds() // 3600)
    return Notice(
        id=f"{home.id}/{topic}/{number}{'/over' if over else ''}",
        kind=kind,
        rule=rule,
        at=now,
        audience=audience,
        home=home.id,
        subject=home.id,
        urgent=True,
        values={**values},
    )


def _facts(word: Word) -> tuple[int, datetime, datetime | None]:
    return word.episode.number, word.episode.since, word.episode.over
