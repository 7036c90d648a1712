"""Phones that are told, and who wants to be left alone, for the page's tests, in the API's own
models."""

from datetime import datetime
from typing import Any

from lambdas.notify.api import (
    PhoneChange,
    PhonesView,
    PhoneView,
    QuietChange,
    QuietView,
    WayChange,
)
from lambdas.notify.phones import Way, id_of
from lambdas.notify.quiet import MUTED_FOR

KEY = "BPVxTtmTLyrYOXTmDYnHFgQ3ZSpIMIZ5oWmE8v4ZfBhK0mdUQQZ0MgG3eYkMOiQbh2hZ9iZ_YJr1mJ8lqTz4N8E"


class FakePhones:
    """The phones of everybody, and what was shown on them."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.told: dict[str, dict[str, PhoneView]] = {}
        self.ways: dict[str, Way] = {}
        self.shown: list[str] = []

    def answer(self, method: str, parts: list[str], person: str, body: Any) -> Any:
        """What the API answers."""
        mine = self.told.setdefault(person, {})
        match method, parts:
            case ["PUT", []]:
                asked = PhoneChange.model_validate(body)
                id = id_of(asked.endpoint)
                for others in self.told.values():
                    others.pop(id, None)
                mine[id] = PhoneView(id=id, name=asked.name, added_at=self._now, seen_at=self._now)
            case ["PATCH", []]:
                self.ways[person] = WayChange.model_validate(body).way
            case ["DELETE", [phone]]:
                mine.pop(phone, None)
                return None
        view = PhonesView(key=KEY, way=self.ways.get(person, "mail"), phones=list(mine.values()))
        return view.model_dump(mode="json")


class FakeQuiet:
    """When people are left alone."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.views: dict[str, QuietView] = {}

    def answer(self, method: str, parts: list[str], person: str, body: Any) -> Any:
        """What the API answers."""
        nothing = QuietView(hours=None, muted_until=None, until=None, held=0)
        view = self.views.get(person, nothing)
        match method, parts:
            case ["PUT", []]:
                view = view.model_copy(update={"hours": QuietChange.model_validate(body).hours})
            case ["PUT", ["mute"]]:
                end = self._now + MUTED_FOR
                view = view.model_copy(update={"muted_until": end, "until": end})
            case ["DELETE", ["mute"]]:
                view = view.model_copy(update={"muted_until": None, "until": None})
        self.views[person] = view
        return view.model_dump(mode="json")
