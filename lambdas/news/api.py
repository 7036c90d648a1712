"""HTTP routes of families: the news that is for them, and how to ask (AL-51). Page and app alike
(AL-52)."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AwareDatetime, BaseModel, TypeAdapter

from lambdas.news.news import News, in_order, reaches
from lambdas.news.problems import TEXTS
from lambdas.news.store import Store
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import Language
from lambdas.shared.problems import Problem
from lambdas.shared.settings import Settings, load


class NewsSettings(Settings):
    """What the functions need."""

    news_table: str


class ApiSettings(NewsSettings):
    """What this function needs."""

    directory_table: str
    call_centre: str  # the number that anybody may call
    call_centre_hours: str  # when: {"ja": …, "en": …}


app = http.resolver(TEXTS)
handler = http.entry(app)

NewsId = Annotated[str, Path(description="News", pattern="^[0-9a-z-]{8,60}$")]


class NewsLine(BaseModel):
    """A piece of news in the list."""

    id: str
    title: str
    since: AwareDatetime
    corrected_at: AwareDatetime | None
    urgent: bool
    read: bool  # as it stands: what was corrected is unread again


class NewsPiece(NewsLine):
    """A piece of news, whole. Plain text."""

    text: str
    language: Language  # that it is in: Japanese where it was not translated


class Inquiry(BaseModel):
    """How to ask."""

    phone: str
    hours: str


class NewsList(BaseModel):
    """The news for the caller, the urgent first, and how to ask."""

    news: list[NewsLine]
    unread: int
    inquiry: Inquiry


_HOURS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


@app.get("/news", summary="News for me, and how to ask (AL-51)", tags=["News"])
def list_news() -> NewsList:
    who, settings = http.caller(app), load(ApiSettings)
    store = Store(settings.news_table)
    found, read = _mine(store, who), store.read(who.person)
    lines = [NewsLine(**_line(one, read, who.language)) for one in in_order(found)]
    return NewsList(
        news=lines,
        unread=sum(not line.read for line in lines),
        inquiry=Inquiry(
            phone=settings.call_centre,
            hours=_HOURS.validate_json(settings.call_centre_hours)[who.language],
        ),
    )


@app.get("/news/<news>", summary="A piece of news (AL-51)", tags=["News"])
def get_news(news: NewsId) -> NewsPiece:
    who, store = http.caller(app), Store(load(ApiSettings).news_table)
    one = _one(store, who, news)
    words = one.content.words(who.language)
    return NewsPiece(
        **_line(one, store.read(who.person), who.language),
        text=words.text,
        language="en" if words is one.content.en else "ja",
    )


@app.put("/news/<news>/read", summary="I read it", tags=["News"], status_code=204)
def read_news(news: NewsId) -> None:
    who, store = http.caller(app), Store(load(ApiSettings).news_table)
    store.mark(who.person, _one(store, who, news))


def _mine(store: Store, who: http.Caller) -> list[News]:
    directory = Directory(load(ApiSettings).directory_table)
    found = store.shown(who.now)
    if all(one.content.audience.to == "everyone" for one in found):
        return found
    homes = [home for id in directory.homes_of(who.person) if (home := directory.home(id))]
    return [one for one in found if reaches(one.content.audience, homes, who.now)]


def _one(store: Store, who: http.Caller, id: str) -> News:
    """A piece that the caller may read; of any other is not told whether it exists."""
    found = next((one for one in _mine(store, who) if one.id == id), None)
    if found is None:
        raise Problem(404, "not-found")
    return found


def _line(news: News, read: dict[str, int], language: Language) -> dict[str, object]:
    return {
        "id": news.id,
        "title": news.content.words(language).title,
        "since": news.content.starts,
        "corrected_at": news.corrected_at,
        "urgent": news.content.urgent,
        "read": read.get(news.id, 0) >= news.revision,
    }
