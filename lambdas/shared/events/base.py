"""What every event is. Plain models."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Base of all events. Each carries the identity of the business fact, so that taking one twice
    changes nothing."""

    model_config = ConfigDict(frozen=True)

    source: ClassVar[str]  # who publishes it, as EventBridge writes it

    @classmethod
    def detail_type(cls) -> str:
        """The event's name on the bus."""
        return cls.__name__


class Sentence(BaseModel):
    """One sentence in each language."""

    model_config = ConfigDict(frozen=True)

    ja: str
    en: str

    def text(self, language: str) -> str:
        """The sentence in ``language``, Japanese where there is no other."""
        return self.en if language == "en" else self.ja
