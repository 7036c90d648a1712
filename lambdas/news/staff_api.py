"""HTTP routes of staff: news is published, corrected and withdrawn (AL-51)."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from lambdas.news.api import NewsSettings
from lambdas.news.news import (
    Audience,
    Content,
    Corrected,
    News,
    NotPlain,
    OfCentre,
    Published,
    Withdrawn,
    plain,
    standing,
)
from lambdas.news.problems import TEXTS
from lambdas.news.store import Store
from lambdas.shared.aws import http
from lambdas.shared.centres import ALL_OPERATORS, LEADERS, centres_seen
from lambdas.shared.conflicts import Conflict
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load

STAFF = frozenset({*ALL_OPERATORS, LEADERS})
PAGE = 50
"""Pieces in one answer."""

app = http.resolver(TEXTS)
handler = http.entry(app)

NewsKey = Annotated[
    str,
    Path(
        description="News: the time at which its writing began and a random part, so that the same "
        "request sent twice is one piece, and pieces are listed by age",
        pattern=r"^\d{8}t\d{6}z-[0-9a-f]{8}$",
    ),
]


class NewsCorrection(BaseModel):
    """What a piece says from now on: all of it anew."""

    model_config = ConfigDict(extra="forbid")

    content: Content
    why: str = Field(min_length=1, max_length=200)
    revision: int = Field(ge=1, description="As it stood when the correction was written")


class NewsWithdrawal(BaseModel):
    """A piece is shown no more."""

    model_config = ConfigDict(extra="forbid")

    why: str = Field(min_length=1, max_length=200)
    revision: int = Field(ge=1)


class NewsEvent(BaseModel):
    """What somebody did with a piece, and what it said then."""

    at: AwareDatetime
    by: str
    what: str  # published, corrected, withdrawn
    why: str
    content: Content | None


class NewsAtDesk(News):
    """A piece at the desk."""

    shown_now: bool
    may_change: bool  # whether it is of the caller's centre


class NewsFile(NewsAtDesk):
    """A piece at the desk, and all that happened to it."""

    events: list[NewsEvent]


@app.get("/news-desk", summary="All news, the newest first (AL-51)", tags=["News: staff"])
def desk_news(
    before: Annotated[str, Query(max_length=40)] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> list[NewsAtDesk]:
    who = _staff()
    return [_view(one, who) for one in _store().desk(before, limit)]


@app.get("/news-desk/<news>", summary="News with its facts", tags=["News: staff"])
def desk_news_file(news: NewsKey) -> NewsFile:
    who = _staff()
    return _file(news, who)


@app.put(
    "/news-desk/<news>",
    summary="Publish news (AL-51)",
    description="The same again is answered as before; something else under this id is 409.",
    tags=["News: staff"],
)
def publish_news(news: NewsKey, content: Content) -> NewsFile:
    who = _staff()
    _for_whom(content.audience)
    store = _store()
    before = store.facts(news)
    if not before:
        fact = Published(at=who.now, by=who.person, content=_checked(content, who))
        try:
            store.add(news, (), fact)
            return _file(news, who)
        except Conflict:
            before = store.facts(news)
    first = before[0]
    if not isinstance(first, Published) or first.content != content:
        raise Problem(409, "news-exists", rule="AL-51")
    return _file(news, who)


@app.post(
    "/news-desk/<news>/correction",
    summary="Correct news",
    description="Whoever read it has it unread again. What it said before stays on file.",
    tags=["News: staff"],
)
def correct_news(news: NewsKey, wanted: NewsCorrection) -> NewsFile:
    who = _staff()
    _for_whom(wanted.content.audience)
    content = _checked(wanted.content, who)
    fact = Corrected(at=who.now, by=who.person, content=content, why=wanted.why)
    return _add(news, wanted.revision, fact, who)


@app.post("/news-desk/<news>/withdrawal", summary="Withdraw news", tags=["News: staff"])
def withdraw_news(news: NewsKey, wanted: NewsWithdrawal) -> NewsFile:
    who = _staff()
    return _add(news, wanted.revision, Withdrawn(at=who.now, by=who.person, why=wanted.why), who)


def _add(news: str, revision: int, fact: Corrected | Withdrawn, who: http.Caller) -> NewsFile:
    store = _store()
    before = store.facts(news)
    if not before:
        raise Problem(404, "not-found")
    now = standing(news, before)
    _for_whom(now.content.audience)
    if now.withdrawn_at:
        raise Problem(409, "news-over", rule="AL-51")
    if now.revision != revision:
        raise Problem(409, "changed-meanwhile")
    try:
        store.add(news, before, fact)
    except Conflict as conflict:
        raise Problem(409, "changed-meanwhile") from conflict
    return _file(news, who)


def _checked(content: Content, who: http.Caller) -> Content:
    if content.ends <= who.now:
        raise Problem(422, "ends-in-the-past", rule="AL-51")
    try:
        return plain(content)
    except NotPlain as unseen:
        raise Problem(422, "not-plain-text", rule="AL-51") from unseen


def _staff() -> http.Caller:
    return http.member_of(app, STAFF, "newsdesk-only")


def _store() -> Store:
    return Store(load(NewsSettings).news_table)


def _may(audience: Audience) -> bool:
    """Whether the caller may speak to these: operators of one centre to its homes only (AL-21)."""
    centres = centres_seen(http.groups(app))
    return centres is None or (isinstance(audience, OfCentre) and audience.centre in centres)


def _for_whom(audience: Audience) -> None:
    if not _may(audience):
        raise Problem(403, "not-your-centre", rule="AL-21")


def _view(news: News, who: http.Caller) -> NewsAtDesk:
    return NewsAtDesk(
        **news.model_dump(),
        shown_now=news.shown(who.now),
        may_change=not news.withdrawn_at and _may(news.content.audience),
    )


def _file(news: str, who: http.Caller) -> NewsFile:
    facts = _store().facts(news)
    if not facts:
        raise Problem(404, "not-found")
    events = [
        NewsEvent(
            at=fact.at,
            by=fact.by,
            what=fact.fact,
            why=getattr(fact, "why", ""),
            content=getattr(fact, "content", None),
        )
        for fact in facts
    ]
    return NewsFile(**_view(standing(news, facts), who).model_dump(), events=events)
