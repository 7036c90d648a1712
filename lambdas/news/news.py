"""A piece of news (お知らせ): dated facts, and how it stands by them (AL-51). Pure.

A piece is published once; whatever is wrong in it is corrected, and it may be withdrawn. Each of
these is a fact that stays: what families could read at any time can be said later.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from lambdas.shared.centres import Centre
from lambdas.shared.household import Home, Language

_NOT_PLAIN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What a text may not have: control characters but for the end of a line, and those that turn the
direction of what follows them."""


class NotPlain(ValueError):
    """A text has characters that are not to be seen, and change what is."""


class Model(BaseModel):
    """Base: frozen, and nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Model):
    """Title and text, as plain text; what looks like markup is shown as it is written."""

    title: str = Field(min_length=1, max_length=80, pattern=r"\S")
    text: str = Field(min_length=1, max_length=4000, pattern=r"\S")


class Everyone(Model):
    """To whoever has a login."""

    to: Literal["everyone"] = "everyone"


class OfProduct(Model):
    """To the homes that have a product now."""

    to: Literal["product"] = "product"
    product: str = Field(min_length=1, max_length=60, pattern=r"^[a-z_]+$")


class OfCentre(Model):
    """To the homes that a centre looks after."""

    to: Literal["centre"] = "centre"
    centre: Centre


Audience = Annotated[Everyone | OfProduct | OfCentre, Field(discriminator="to")]


class Content(Model):
    """What a piece says, to whom, and when it is shown: from ``starts`` on, until ``ends``."""

    ja: Words
    en: Words | None = None
    audience: Audience
    starts: AwareDatetime
    ends: AwareDatetime
    urgent: bool = False

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.starts >= self.ends:
            raise ValueError("it ends before it begins")
        return self

    def words(self, language: Language) -> Words:
        """In the reader's language, Japanese where there is no English."""
        return self.en if language == "en" and self.en else self.ja


class Fact(Model):
    """Somebody did something with a piece of news."""

    at: AwareDatetime
    by: str  # the login's subject


class Published(Fact):
    """It was published."""

    fact: Literal["published"] = "published"
    content: Content


class Corrected(Fact):
    """It says something else from now on, and why."""

    fact: Literal["corrected"] = "corrected"
    content: Content
    why: str


class Withdrawn(Fact):
    """It is shown no more, and why."""

    fact: Literal["withdrawn"] = "withdrawn"
    why: str


AnyFact = Annotated[Published | Corrected | Withdrawn, Field(discriminator="fact")]
FACTS: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)


class News(Model):
    """A piece as it stands. ``revision`` counts its facts."""

    id: str
    revision: int
    content: Content
    published_at: AwareDatetime
    corrected_at: AwareDatetime | None = None
    withdrawn_at: AwareDatetime | None = None

    def shown(self, now: datetime) -> bool:
        """Whether it is for families to read at ``now``."""
        return self.withdrawn_at is None and self.content.starts <= now < self.content.ends


def plain(content: Content) -> Content:
    """What is published, if it is plain text throughout. Raises NotPlain."""
    for words in filter(None, (content.ja, content.en)):
        if _NOT_PLAIN.search(words.text) or _NOT_PLAIN.search(words.title) or "\n" in words.title:
            raise NotPlain
    return content


def standing(id: str, facts: Sequence[AnyFact]) -> News:
    """How a piece stands by its facts, the first of which published it."""
    first = facts[0]
    assert isinstance(first, Published)
    news = News(id=id, revision=len(facts), content=first.content, published_at=first.at)
    for fact in facts[1:]:
        if isinstance(fact, Corrected):
            news = news.model_copy(update={"content": fact.content, "corrected_at": fact.at})
        elif isinstance(fact, Withdrawn):
            news = news.model_copy(update={"withdrawn_at": fact.at})
    return news


def reaches(audience: Audience, homes: Iterable[Home], now: datetime) -> bool:
    """Whether a piece is for somebody who belongs to these homes."""
    match audience:
        case Everyone():
            return True
        case OfProduct(product=product):
            return any(
                one.product == product and one.in_force(now)
                for home in homes
                for one in home.contracts
            )
        case OfCentre(centre=centre):
            return any(home.centre == centre for home in homes)


def in_order(news: Iterable[News]) -> list[News]:
    """As they are listed: what is urgent first, the newest of each first."""
    return sorted(news, key=lambda one: (one.content.urgent, one.content.starts), reverse=True)
