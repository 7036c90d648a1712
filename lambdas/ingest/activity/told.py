"""What a home's people were told, as it is kept between two looks at the home."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Topic(StrEnum):
    """What people are told of while it lasts, and when it is over."""

    ABSENCE = "absence"
    STILLNESS = "stillness"
    RHYTHM = "rhythm"
    CONNECTION = "connection"


TopicName = Literal["absence", "stillness", "rhythm", "connection"]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)


class Episode(_Kept):
    """The ``number``-th episode of a topic of which somebody was told; ``over`` is None while it
    lasts. ``told``: the logins of those who were; they are told of its end."""

    number: int
    since: AwareDatetime
    over: AwareDatetime | None = None
    told: tuple[str, ...] = ()


class Reported(_Kept):
    """When a watcher was last sent a report: by interval, and of which clock time."""

    interval: AwareDatetime | None = None
    clock: AwareDatetime | None = None


class Told(_Kept):
    """The last episode of each topic, and the last reports to each watcher by their login."""

    episodes: Annotated[dict[Topic, Episode], Field(default_factory=dict)]
    reports: Annotated[dict[str, Reported], Field(default_factory=dict)]

    @property
    def lasting(self) -> dict[Topic, Episode]:
        """Those that are not over."""
        return {topic: one for topic, one in self.episodes.items() if one.over is None}


class Acknowledged(_Kept):
    """Who said that they look after an episode, and when."""

    person: str
    name: str
    at: AwareDatetime


NOTHING = Told(episodes={}, reports={})
